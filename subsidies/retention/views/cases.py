"""保存年限の一覧, and one case with what holds it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import hat_required
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.markup import era_date
from portal.ui.parts import Crumb, Row, Tab
from subsidies.forms import BriefReasonForm
from subsidies.models import Application
from subsidies.policies import CASE_ROLES, get_application
from subsidies.progress import NextStep
from subsidies.retention import policies, selectors, services, states
from subsidies.retention.filters import KeptFilter
from subsidies.retention.forms import HoldForm
from subsidies.retention.models import KeptCase

ward_only = hat_required(Hat.WARD, roles=CASE_ROLES)
PER_PAGE = 50
FORM = ["GET", "HEAD", "POST"]


@ward_only
@require_safe
def kept_list(request: HttpRequest) -> HttpResponse:
    """The ward's ended cases: those whose years are over first, each with what holds it."""
    today, actor = clock.today(), request.actor
    conditions = KeptFilter(request.GET, years=selectors.years(actor))
    wanted = conditions.wanted
    rows = selectors.kept_rows(actor, today=today, **wanted)
    page = page_of(request, rows)
    counts = selectors.counts(actor, today)
    context = {
        "filter": conditions,
        "view": wanted["view"],
        "page": page,
        "rows": selectors.with_reasons(page, today),
        "tabs": _tabs(wanted["view"], counts),
        "next_step": _next(request, counts),
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "retention/list.html", context)


@ward_only
@require_http_methods(FORM)
def case(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """How long one case is kept and why; a hold is put here. Looking leaves an audit row."""
    found = _case(request, receipt_no)
    form = HoldForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with trying(request, form):
                services.hold_put(actor=request.actor, receipt_no=receipt_no, **form.cleaned_data)
                messages.success(request, _("廃棄を止めました。解除するまで残ります。"))
                return redirect("retention:case", receipt_no)
    audit.record(actor=request.actor, action="retention.viewed", obj=found)
    kept = policies.visible_kept(request.actor).filter(application=found).first()
    today = clock.today()
    held = selectors.held_by([found.pk], today).get(found.pk, selectors.Held())
    holds = policies.visible_holds(request.actor).filter(application=found)
    context = {
        "case": found,
        "kept": kept,
        "facts": _facts(kept),
        "running": [
            str(selectors.CAUSES[cause] % {"n": held.running[cause]}) for cause in held.causes
        ],
        "holds": holds.select_related("put_by", "lifted_by"),
        "form": None if kept and kept.disposed_at else form,
        "breadcrumb": crumbs(found.receipt_no or ""),
    }
    return TemplateResponse(request, "retention/case.html", context, status=status)


@ward_only
@require_http_methods(FORM)
def lift(request: HttpRequest, hold_id: int) -> HttpResponse:
    """停止を解除する, with a reason."""
    rows = policies.visible_holds(request.actor).select_related("application", "put_by")
    hold = rows.filter(pk=hold_id).first()
    if hold is None:
        raise Http404
    number = hold.application.receipt_no
    form = BriefReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            services.hold_lift(
                actor=request.actor, hold_id=hold.pk, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("停止を解除しました。"))
            return redirect("retention:case", number)
    context = {
        "heading": _("廃棄の停止を解除する"),
        "text": _("ほかに止める理由がなければ、保存期間の満了後に廃棄の対象になります。"),
        "rows": [
            Row(_("受付番号"), number),
            Row(_("種類"), hold.get_kind_display()),
            Row(_("停止の理由"), hold.reason),
            Row(_("停止した人"), hold.put_by.name),
        ],
        "form": form,
        "action_label": _("停止を解除する"),
        "cancel_url": reverse("retention:case", args=[number]),
        "breadcrumb": crumbs(_("廃棄の停止を解除する")),
    }
    return form_page(request, "retention/confirm.html", context)


def page_of(request: HttpRequest, rows: QuerySet, parameter: str = "page") -> Page:
    """The page of the list that the address asks for; the last one for a number beyond it."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get(parameter))


def crumbs(*last: str) -> list[Crumb]:
    """From the list of kept cases down to this page."""
    return [Crumb(_("保存年限と廃棄"), reverse("retention:list")), *map(Crumb, last)]


def _case(request: HttpRequest, receipt_no: str) -> Application:
    return found_or_404(get_application, request.actor, receipt_no=receipt_no)


def _facts(kept: KeptCase | None) -> list[Row]:
    if kept is None:
        return [Row(_("保存期間"), _("案件が終わると、翌日の朝までに計算されます。"))]
    rows = [
        Row(_("終わり方"), kept.get_ending_display()),
        Row(_("終わった日"), era_date(kept.ended_on)),
        Row(_("保存年限の区分"), kept.retention_class),
        Row(
            _("保存期間"),
            _("終わった年度の翌年度の4月1日から%(years)d年間") % {"years": kept.years},
        ),
        Row(_("保存期間の満了日"), era_date(kept.ends_on)),
    ]
    if kept.disposed_at:
        rows.append(Row(_("廃棄日"), era_date(clock.to_date(kept.disposed_at))))
    return rows


def _tabs(current: str, counts: dict[str, int]) -> list[Tab]:
    names = {
        selectors.DUE: _("満了した案件"),
        selectors.HELD: _("停止中"),
        selectors.RUNNING: pgettext("retention", "保存中"),
        selectors.GONE: _("廃棄済み"),
    }
    base = reverse("retention:list")
    return [
        Tab(name, f"{base}?view={view}", count=counts[view], current=view == current)
        for view, name in names.items()
    ]


def _next(request: HttpRequest, counts: dict[str, int]) -> NextStep:
    open_one: Any = (
        policies.visible_disposals(request.actor)
        .filter(status__in=[states.PROPOSED, states.APPROVED])
        .first()
    )
    if open_one is not None:
        waits = open_one.status == states.PROPOSED
        return NextStep(
            what=_("廃棄の決裁を待っています") if waits else _("廃棄を進めています"),
            text=_("起案した人とは別の決裁者が、案件の一覧を確かめて決裁します。")
            if waits
            else _("1件ずつ消去しています。止まっても続きから再開します。"),
            url=reverse("retention:disposal", args=[open_one.pk]),
            button=_("廃棄の案を見る"),
        )
    if not counts[selectors.DUE]:
        return NextStep(
            what=_("いま廃棄を検討する案件はありません"),
            text=_("保存期間は毎年3月31日に満了し、4月1日からここに並びます。"),
        )
    if not policies.may_prepare(request.actor):
        return NextStep(
            what=_("保存期間が満了した案件があります"),
            text=_("廃棄の起案は、審査担当の職員が行います。"),
        )
    return NextStep(
        what=_("保存期間が満了した案件の廃棄を起案してください"),
        text=_("停止中の案件は、理由を付けて自動で除かれます。"),
        url=reverse("retention:propose"),
        button=_("廃棄を起案する"),
    )
