"""義務の一覧と月ごとの表, one obligation, 引継ぎ."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import hat_required
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.markup import due_html, era_date, tag_html
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Row, Tab
from subsidies import states as application_states
from subsidies.obligations import policies, services, states
from subsidies.obligations.filters import ObligationFilter
from subsidies.obligations.forms import HandOverForm, SettleForm
from subsidies.obligations.models import Obligation
from subsidies.obligations.reports import person_of
from subsidies.obligations.selectors import handover, listing
from subsidies.policies import CASE_ROLES

ward_only = hat_required(Hat.WARD, roles=set(CASE_ROLES))


@ward_only
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The ward's obligations as a list, or one month of them by day."""
    today = clock.today()
    conditions = ObligationFilter(request.GET, owners=handover.owners(request.actor, today))
    wanted = conditions.wanted
    context: dict[str, Any] = {"filter": conditions, "query": request.GET.urlencode()}
    if wanted.month:
        days = listing.month_rows(request.actor, wanted, today=today)
        context["days"] = [(day, _shown(rows, today)) for day, rows in days]
        context["months"] = _months(request, wanted.month)
    else:
        page = listing.obligation_page(
            request.actor,
            wanted,
            today=today,
            number=posted_number(request.GET.get("page", "")) or 1,
        )
        context |= {"page": page, "rows": _shown(page, today)}
    context["tabs"] = _tabs(request, today, wanted.month)
    return TemplateResponse(request, "obligations/calendar.html", context)


@ward_only
@require_safe
def item(request: HttpRequest, obligation_id: int) -> HttpResponse:
    """One obligation with what can be done about it. Looking at it leaves an audit row."""
    row = _row_or_404(request.actor, obligation_id)
    audit.record(actor=request.actor, action="obligations.viewed", obj=row)
    return _item_page(request, row)


@ward_only
@require_http_methods(["POST"])
def settle(request: HttpRequest, obligation_id: int, action: str) -> HttpResponse:
    """記録, 免除 or 訂正 with its reason; or the hand-over of this one."""
    row = _row_or_404(request.actor, obligation_id)
    form: SettleForm | HandOverForm
    if action == "hand":
        form = HandOverForm(request.POST, people=handover.officials(row.ward_id, clock.today()))
    elif action in {move.name for move in _moves(request.actor, row)}:
        form = SettleForm(request.POST)
    else:
        messages.error(request, _("この操作はできません。画面を開き直して確かめてください。"))
        return redirect("obligations:item", row.pk)
    if not form.is_valid():
        return _item_page(request, row, failed=form, action=action, status=422)
    try:
        if action == "hand":
            services.obligations_hand_over(
                actor=request.actor,
                obligation_ids=[row.pk],
                owner_id=int(form.cleaned_data["to"]),
                reason=form.cleaned_data["reason"],
            )
        else:
            services.obligation_settle(
                actor=request.actor,
                obligation_id=row.pk,
                action=action,
                reason=form.cleaned_data["reason"],
            )
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return _item_page(request, row, failed=form, action=action, status=409)
    messages.success(request, _("記録しました。"))
    return redirect("obligations:item", row.pk)


@ward_only
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """人事異動: everything of one person, given on all at once; or what nobody answers for."""
    today, actor = clock.today(), request.actor
    person = person_of(request.GET)
    assert actor.ward_id is not None
    form = HandOverForm(
        request.POST or None,
        people=[u for u in handover.officials(actor.ward_id, today) if u.pk != person],
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _hand_everything(request, form, person, today):
            return redirect(request.get_full_path())
    context = {
        "form": form,
        "person": person,
        "people": handover.owners(actor, today),
        "rows": _shown(handover.owned_by(actor, person, today=today), today),
        "cases": [
            (case, application_states.APPLICATION.state(case.status))
            for case in handover.in_charge_of(actor, person)
        ],
        "may": policies.may_hand_over(actor),
        "query": request.GET.urlencode(),
        "breadcrumb": _crumbs(_("引継ぎ")),
    }
    return TemplateResponse(request, "obligations/handover.html", context, status=status)


def _hand_everything(
    request: HttpRequest, form: HandOverForm, person: int | None, today: dt.date
) -> bool:
    try:
        handed, given = services.everything_hand_over(
            actor=request.actor,
            from_id=person,
            owner_id=int(form.cleaned_data["to"]),
            reason=form.cleaned_data["reason"],
            today=today,
        )
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        return False
    text = ngettext(
        "義務%(count)d件を引き継ぎました。", "義務%(count)d件を引き継ぎました。", handed
    )
    messages.success(request, text % {"count": handed})
    if given:
        text = ngettext(
            "申請%(count)d件を引き継ぎました。", "申請%(count)d件を引き継ぎました。", given
        )
        messages.success(request, text % {"count": given})
    return True


def _item_page(
    request: HttpRequest,
    row: Obligation,
    *,
    failed: SettleForm | HandOverForm | None = None,
    action: str = "",
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    moves = [
        (
            move,
            failed if action == move.name else SettleForm(prefix=None, auto_id=f"{move.name}_%s"),
        )
        for move in _moves(request.actor, row)
    ]
    hand = None
    if policies.may_hand_over(request.actor) and row.status == states.OPEN:
        people = handover.officials(row.ward_id, today)
        hand = failed if action == "hand" else HandOverForm(people=people, auto_id="hand_%s")
    context = {
        "row": row,
        "state": states.OBLIGATION.state(row.status),
        "facts": _facts(row, today),
        "moves": moves,
        "hand": hand,
        "form": failed,
        "grant_url": reverse("grants:staff_grant", args=[row.receipt_no]),
        "breadcrumb": _crumbs(f"{row.get_kind_display()} {row.receipt_no}"),
    }
    return TemplateResponse(request, "obligations/item.html", context, status=status)


def _facts(row: Obligation, today: dt.date) -> list[Row]:
    rows = [
        Row(_("補助事業者"), row.firm_name),
        Row(_("期限"), due_html(row.due_on, today=today)),
        Row(_("担当"), _owner(row)),
        Row(
            _("督促"),
            _("%(count)d回（最後は%(day)s）")
            % {"count": row.reminders, "day": era_date(row.reminded_on)}
            if row.reminded_on
            else _("まだ"),
        ),
    ]
    if row.reason:
        rows.append(Row(_("理由"), row.reason))
    return rows


def _shown(rows: Any, today: dt.date) -> list[dict[str, Any]]:
    tags = {state.code: tag_html(state.label, state.tone) for state in states.OBLIGATION.states}
    return [
        {
            "row": row,
            "url": reverse("obligations:item", args=[row.pk]),
            "tag": tags[row.status],
            "due": due_html(row.due_on, today=today) if row.status == states.OPEN else row.due_on,
            "owner": _owner(row),
        }
        for row in rows
    ]


def _owner(row: Obligation) -> str:
    if row.owner is None or getattr(row, "is_owned", True) is False:
        return _("担当者なし（区の管理者が対応）")
    return row.owner.name


def _moves(actor: Actor, row: Obligation) -> list[transitions.Transition]:
    return states.OBLIGATION.allowed(row.status, actor.roles)


def _row_or_404(actor: Actor, obligation_id: int) -> Obligation:
    rows = policies.with_presence(policies.visible_obligations(actor), clock.today())
    row = rows.select_related("owner").filter(pk=obligation_id).first()
    if row is None:
        raise Http404
    return row


def _tabs(request: HttpRequest, today: dt.date, month: dt.date | None) -> list[Tab]:
    given = request.GET.copy()
    given.pop("page", None)
    given.pop("month", None)
    here = reverse("obligations:calendar")
    monthly = given.copy()
    monthly["month"] = f"{month or today:%Y-%m}"
    return [
        Tab(_("一覧"), f"{here}?{given.urlencode()}", None, month is None),
        Tab(_("月ごと"), f"{here}?{monthly.urlencode()}", None, month is not None),
    ]


def _months(request: HttpRequest, first: dt.date) -> dict[str, Any]:
    def address(by: int) -> str:
        given = request.GET.copy()
        given["month"] = f"{listing.month_after(first, by):%Y-%m}"
        return f"?{given.urlencode()}"

    return {"first": first, "before": address(-1), "after": address(1)}


def _crumbs(here: str) -> list[Crumb]:
    return [Crumb(_("義務の一覧"), reverse("obligations:calendar")), Crumb(here)]
