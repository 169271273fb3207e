"""補助事業の一覧 and 補助事業の詳細 for officials and auditors."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.markup import due_html, tag_html
from portal.ui.numbers import posted_number
from subsidies import grant_states
from subsidies.grants import histories, kinds, money_states, states
from subsidies.grants.filters import GrantFilter
from subsidies.grants.kinds import rulings
from subsidies.grants.models import Filing, Ruling
from subsidies.grants.selectors import GrantDetail, grant_page
from subsidies.grants.services.owing import owings
from subsidies.grants.services.visits import VISITABLE
from subsidies.grants.views.common import (
    grant_or_404,
    note_view,
    staff_crumbs,
    staff_filing_url,
    ward_only,
    ward_or_auditor,
)
from subsidies.models import BudgetEntry, Grant, Scheme
from subsidies.progress import NextStep
from subsidies.selectors import scheme_choices


@ward_only
@require_safe
def grant_list(request: HttpRequest) -> HttpResponse:
    """One page of the ward's grants, with what waits on each."""
    today = clock.today()
    conditions = _conditions(request)
    page, waiting, proposed = grant_page(
        request.actor,
        conditions.chosen,
        today=today,
        number=posted_number(request.GET.get("page", "")) or 1,
    )
    tags = {state.code: tag_html(state.label, state.tone) for state in grant_states.GRANT.states}
    rows = [
        {
            "grant": grant,
            "url": reverse("grants:staff_grant", args=[grant.receipt_no]),
            "tag": tags[grant.status],
            "due": due_html(grant.report_due_on, today=today)
            if grant.status == grant_states.IN_PROGRESS
            else "—",
            "waiting": [kinds.get(item.kind).name for item in waiting.get(grant.pk, [])],
            "proposed": grant.pk in proposed,
        }
        for grant in page
    ]
    context = {
        "filter": conditions,
        "page": page,
        "rows": rows,
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "grants/list.html", context)


@ward_or_auditor
@require_safe
def grant(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """The whole grant on one page. Looking at it leaves an audit row."""
    detail = grant_or_404(request, receipt_no=receipt_no)
    found, actor = detail.grant, request.actor
    reviews = actor.ward_id == found.ward_id and actor.has_role(Role.REVIEWER)
    context = {
        "detail": detail,
        "grant": found,
        "state": grant_states.GRANT.state(found.status),
        "next_step": _next_step(actor, detail),
        "columns": [(BudgetEntry.Column(code).label, yen) for code, yen in detail.columns.items()],
        "filings": [
            (
                item,
                kinds.get(item.kind).name,
                states.FILING.state(item.status),
                staff_filing_url(item),
            )
            for item in detail.filings
        ],
        "rulings": [
            (item, ruling_name(item), states.RULING.state(item.status)) for item in detail.rulings
        ],
        "requests": [(item, states.REQUEST.state(item.status)) for item in detail.requests],
        "visits": [(item, states.VISIT.state(item.status)) for item in detail.visits],
        "hearings": [
            (item, money_states.HEARING.state(item.status)) for item in found.hearing_set.all()
        ],
        "recoveries": [
            (item, money_states.RECOVERY.state(item.status)) for item in found.recovery_set.all()
        ],
        "timeline": list(histories.acts(detail.history)),
        "proposals": [
            (kind.name, reverse(kind.page, args=[found.receipt_no]))
            for kind in rulings.without_filing(found.status)
            if reviews and detail.proposed is None
        ],
        "may_ask": reviews and found.status in kinds.get("progress").grant_states,
        "may_visit": reviews and found.status in VISITABLE,
        "breadcrumb": staff_crumbs(actor, found),
    }
    note_view(request, "grants.grant_viewed", found)
    return TemplateResponse(request, "grants/staff_grant.html", context)


def ruling_name(ruling: Ruling) -> str:
    """The kind of a ruling in words."""
    if ruling.kind not in rulings.codes():
        return ruling.kind
    return str(rulings.get(ruling.kind).name)


def _conditions(request: HttpRequest) -> GrantFilter:
    schemes = Scheme.objects.filter(ward_id=request.actor.ward_id)
    return GrantFilter(request.GET, schemes=scheme_choices(schemes))


def _next_step(actor: Actor, detail: GrantDetail) -> NextStep:
    """What this official can do now; otherwise who has to do something."""
    if (ruling := detail.proposed) is not None:
        return _on_ruling(actor, ruling)
    if detail.waiting:
        return _on_filing(actor, detail.waiting[-1])
    grant = detail.grant
    if step := _on_hearing(grant):
        return step
    if grant.status == grant_states.IN_PROGRESS:
        return NextStep(
            what=_("企業の実績報告を待っています"),
            text=_("変更や遅れの届出があれば、ここに出ます。"),
            until=grant.report_due_on,
            until_label=_("実績報告の期限"),
        )
    if step := _to_recover(actor, grant) or _owed(grant):
        return step
    query = urlencode({"q": grant.receipt_no})
    return NextStep(
        url=f"{reverse('obligations:calendar')}?{query}",
        button=_("この補助事業の義務と期限を見る"),
        what=_("いま処理を待っているものはありません"),
        text=_("状態は「%(state)s」です。")
        % {"state": grant_states.GRANT.state(grant.status).label},
    )


def _on_hearing(grant: Grant) -> NextStep | None:
    """A firm that is to be heard before a revocation and has not answered yet."""
    for hearing in grant.hearing_set.all():
        if hearing.status == money_states.ASKED:
            return NextStep(
                what=_("企業の弁明を待っています"),
                text=_("弁明が届くか、期日を過ぎると起案できます。"),
                until=hearing.due_on,
                until_label=_("弁明の期日"),
                url=reverse("grants:revocation", args=[grant.receipt_no]),
                button=_("取消の画面に進む"),
            )
    return None


def _owed(grant: Grant) -> NextStep | None:
    """What was ordered back and has not come back yet; the earliest due date first."""
    orders = [row for row in grant.recovery_set.all() if row.status == money_states.OWED]
    if not orders:
        return None
    return NextStep(
        what=_("企業の返還を待っています"),
        text=_("納付を確かめたら記録してください。"),
        until=min(row.due_on for row in orders),
        until_label=_("納期日"),
        url=reverse("grants:recovery", args=[grant.receipt_no]),
        button=_("返還の画面に進む"),
    )


def _to_recover(actor: Actor, grant: Grant) -> NextStep | None:
    """What was paid, must come back and was not ordered back yet."""
    found = next(iter(owings(grant)), None)
    if found is None:
        return None
    page = reverse("grants:recovery", args=[grant.receipt_no])
    return NextStep(
        what=found.what,
        text=found.text,
        url=f"{page}?{urlencode({'cause': found.cause})}" if actor.has_role(Role.REVIEWER) else "",
        button=_("返還の画面に進む"),
    )


def _on_ruling(actor: Actor, ruling: Ruling) -> NextStep:
    may = actor.has_role(Role.APPROVER) and ruling.prepared_by_id != actor.user_id
    return NextStep(
        what=_("「%(name)s」の起案を確かめて、決裁してください") % {"name": ruling_name(ruling)}
        if may
        else _("「%(name)s」の決裁を待っています") % {"name": ruling_name(ruling)},
        text=_("起案した人は決裁できません。"),
        url=reverse("grants:ruling", args=[ruling.pk]),
        button=_("決裁に進む") if may else _("起案の内容を見る"),
    )


def _on_filing(actor: Actor, filing: Filing) -> NextStep:
    name = {"name": kinds.get(filing.kind).name}
    if not actor.has_role(Role.REVIEWER):
        return NextStep(
            what=_("担当者が「%(name)s」を確認します") % name,
            text="",
            url=staff_filing_url(filing),
            button=_("内容を見る"),
        )
    return NextStep(
        what=_("提出された「%(name)s」を確認してください") % name,
        text=_("受理・差戻し・起案のどれかで答えます。"),
        url=staff_filing_url(filing),
        button=_("内容を確認する"),
    )
