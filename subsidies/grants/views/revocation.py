"""弁明の機会・取消 and 返還: the ward's two pages, and the firm's answer."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.kernel import clock
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.forms import UiForm
from portal.ui.numbers import posted_number
from subsidies import grant_states
from subsidies.grants import money_states, policies, states
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.recovery import RECOVERY
from subsidies.grants.kinds.revocation import GROUNDS, REVOCATION
from subsidies.grants.models import Hearing
from subsidies.grants.money_forms import (
    CloseForm,
    HearingForm,
    RecoveryForm,
    ReturnedForm,
    RevocationForm,
    StatementForm,
)
from subsidies.grants.selectors import money
from subsidies.grants.services import (
    hearing_ask,
    hearing_close,
    hearing_state,
    recovery_payment_record,
    recovery_propose,
    revocation_propose,
)
from subsidies.grants.services.owing import Owing, owings
from subsidies.grants.services.recovery import account_of, recoverable_yen
from subsidies.grants.services.revocation import standing_yen
from subsidies.grants.views.common import (
    firm_crumbs,
    firm_only,
    firm_url,
    note_view,
    staff_crumbs,
    ward_or_auditor,
)
from subsidies.models import Grant

Act = Callable[..., Any]


@ward_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def revocation(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """First the hearing, then, when it is over, the proposal."""
    grant = _grant(request, receipt_no)
    hearing = grant.hearing_set.order_by("-id").first()
    may = bool(states.REVIEWER & request.actor.roles)
    forms: dict[str, UiForm] = {
        "ask": HearingForm(),
        "close": CloseForm(),
        "propose": RevocationForm(initial={"kept_yen": 0}),
    }
    if request.method == "POST":
        act = next((name for name in forms if name in request.POST), "")
        forms[act] = {"ask": HearingForm, "close": CloseForm, "propose": RevocationForm}.get(
            act, CloseForm
        )(request.POST)
        if forms[act].is_valid() and (
            answer := _tried(
                request, forms[act], lambda: _revoke(request, act, grant, hearing, forms[act])
            )
        ):
            return answer
    context = {
        "grant": grant,
        "state": grant_states.GRANT.state(grant.status),
        "hearing": hearing,
        "hearing_state": money_states.HEARING.state(hearing.status) if hearing else None,
        "grounds": [GROUNDS[code] for code in hearing.grounds] if hearing else [],
        "standing_yen": 0 if grant.status == grant_states.REVOKED else standing_yen(grant),
        "forms": forms,
        "form": next((form for form in forms.values() if form.errors), None),
        "may": may and grant.status in rulings.get(REVOCATION).grant_states,
        "waiting": grant.rulings.filter(status=states.PROPOSED).first(),
        "over": bool(hearing) and clock.today() > hearing.due_on if hearing else False,
        "breadcrumb": staff_crumbs(request.actor, grant, _("交付決定の取消")),
    }
    status = 422 if context["form"] else 200
    note_view(request, "grants.grant_viewed", grant)
    return TemplateResponse(request, "grants/revocation.html", context, status=status)


@ward_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def recovery(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """返還命令: what was ordered, what came back, what is left today; another order."""
    grant = _grant(request, receipt_no)
    found = money.recoveries(request.actor, grant)
    owed = owings(grant)
    cause = request.POST.get("cause") or request.GET.get("cause")
    chosen = next((item for item in owed if item.cause == cause), next(iter(owed), None))
    form: UiForm = RecoveryForm(initial=_suggested(grant, chosen))
    returned: UiForm = ReturnedForm(initial={"paid_on": clock.today()})
    if request.method == "POST":
        target = next(
            (item for item in found if str(item.pk) == request.POST.get("recovery")), None
        )
        if target is not None:
            returned = ReturnedForm(request.POST)
            if returned.is_valid() and (
                answer := _tried(
                    request,
                    returned,
                    lambda: _returned(request, target.pk, returned),
                )
            ):
                return answer
        else:
            form = RecoveryForm(request.POST)
            if form.is_valid() and (
                answer := _tried(request, form, lambda: _order(request, grant, form, chosen))
            ):
                return answer
    reviewer = bool(states.REVIEWER & request.actor.roles)
    context = {
        "grant": grant,
        "state": grant_states.GRANT.state(grant.status),
        "rows": [
            (item, money_states.RECOVERY.state(item.status), account_of(item, clock.today()))
            for item in found
        ],
        "left_yen": recoverable_yen(grant),
        "owed": owed,
        "chosen": chosen,
        "propose_form": form,
        "returned_form": returned,
        "form": form if form.errors else returned if returned.errors else None,
        "may_return": reviewer,
        "may_order": reviewer
        and grant.status in rulings.get(RECOVERY).grant_states
        and recoverable_yen(grant) > 0,
        "waiting": grant.rulings.filter(status=states.PROPOSED).first(),
        "breadcrumb": staff_crumbs(request.actor, grant, _("返還")),
    }
    note_view(request, "grants.grant_viewed", grant)
    return form_page(request, "grants/recovery.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def hearing(request: HttpRequest, hearing_id: int) -> HttpResponse:
    """弁明の機会 for the firm: what is held against it, until when, its answer."""
    found = found_or_404(policies.get_hearing, request.actor, pk=hearing_id)
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form):
            hearing_state(
                actor=request.actor, hearing_id=found.pk, statement=form.cleaned_data["statement"]
            )
            messages.success(request, _("弁明を提出しました。区が内容を確かめます。"))
            return redirect("grants:hearing", found.pk)
    context = {
        "hearing": found,
        "grant": found.grant,
        "state": money_states.HEARING.state(found.status),
        "grounds": [GROUNDS[code] for code in found.grounds],
        "open": found.status == money_states.ASKED,
        "form": form,
        "back_url": firm_url(found.grant),
        "breadcrumb": firm_crumbs(found.grant, _("弁明の機会")),
    }
    return form_page(request, "grants/hearing.html", context)


def _suggested(grant: Grant, owing: Owing | None) -> dict[str, Any]:
    """What the proposal may say: the amount and reason of what is owed, else all that was paid."""
    if owing is None:
        return {"principal_yen": recoverable_yen(grant)}
    return {
        "principal_yen": owing.yen,
        "surcharged": owing.surcharged,
        "reason": owing.reason,
    }


def _grant(request: HttpRequest, receipt_no: str) -> Grant:
    return found_or_404(policies.get_grant, request.actor, receipt_no=receipt_no)


def _tried(
    request: HttpRequest, form: UiForm, act: Callable[[], HttpResponse]
) -> HttpResponse | None:
    """The act's answer, or None with the refusal on the form, so that nothing typed is lost."""
    with trying(request, form):
        return act()
    return None


def _revoke(
    request: HttpRequest, act: str, grant: Grant, hearing: Hearing | None, form: UiForm
) -> HttpResponse:
    given, actor = form.cleaned_data, request.actor
    if act == "ask":
        hearing_ask(actor=actor, grant_id=grant.pk, **given)
        messages.success(request, _("弁明の機会を設けました。企業に通知されます。"))
    elif hearing is not None and act == "close":
        hearing_close(actor=actor, hearing_id=hearing.pk, reason=given["reason"])
        messages.success(request, _("弁明なしとして記録しました。"))
    elif hearing is not None and act == "propose":
        ruling = revocation_propose(actor=actor, grant_id=grant.pk, hearing_id=hearing.pk, **given)
        messages.success(request, _("取消を起案しました。決裁者の承認を待ちます。"))
        return redirect("grants:ruling", ruling.pk)
    return redirect("grants:revocation", grant.receipt_no)


def _order(request: HttpRequest, grant: Grant, form: UiForm, owing: Owing | None) -> HttpResponse:
    cause = owing.cause if owing and request.POST.get("cause") == owing.cause else ""
    ruling = recovery_propose(
        actor=request.actor, grant_id=grant.pk, cause=cause, **form.cleaned_data
    )
    messages.success(request, _("返還命令を起案しました。決裁者の承認を待ちます。"))
    return redirect("grants:ruling", ruling.pk)


def _returned(request: HttpRequest, recovery_id: int, form: UiForm) -> HttpResponse:
    seen = posted_number(request.POST.get("seen", ""))
    payment = recovery_payment_record(
        actor=request.actor,
        recovery_id=recovery_id,
        seen=-1 if seen is None else seen,
        **form.cleaned_data,
    )
    messages.success(request, _("返納を記録しました。"))
    return redirect("grants:recovery", payment.recovery.grant.receipt_no)
