"""申請の状態: what now, until when, may we order yet, the letter, the messages, what was submitted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import hat_required
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.letters.selectors import letter_of
from portal.ui.acts import found_or_404, trying
from portal.ui.parts import Crumb, Tab
from subsidies import grant_states, policies, prerequisites, progress, reading, selectors, states
from subsidies.contents import rules_of
from subsidies.forms import MessageForm, ReasonForm
from subsidies.models import Application, Grant
from subsidies.rules.scheme.papers import CORRECTION
from subsidies.services import application_withdraw, message_post
from subsidies.services.case_letters import key_of
from subsidies.services.errors import Refused
from subsidies.services.turns import turn_of
from subsidies.views.common import firm_application, firm_only


@firm_only
@require_safe
def status(request: HttpRequest, public_id: object) -> HttpResponse:
    """The firm's page of one application."""
    application = firm_application(request, public_id)
    if application.status == states.DRAFT:
        return redirect("subsidies:task_list", public_id)
    decision = policies.visible_decisions(request.actor).filter(application=application).first()
    grant = Grant.objects.filter(application=application).first()
    withdrawal = progress.withdrawal_of(application)
    actions = {move.name for move in policies.allowed_transitions(request.actor, application)}
    context = {
        "application": application,
        "breadcrumb": [Crumb(_("マイページ"), reverse("desk:my")), Crumb(application.receipt_no)],
        "state": states.APPLICATION.state(application.status),
        "grant_state": grant and grant_states.GRANT.state(grant.status),
        "steps": progress.steps(application, withdrawal),
        "order": progress.may_order(application, decision, grant),
        "next_step": progress.next_step(
            application, grant, turn_of(application, actor=request.actor)
        ),
        "timeline": progress.timeline(application, decision, withdrawal),
        "decision": decision,
        "messages_list": application.messages.order_by("id"),
        "message_form": MessageForm(),
        "may_withdraw": "withdraw" in actions,
        "before": prerequisites.links(application, rules_of(application.version)),
    }
    return TemplateResponse(request, "subsidies/status.html", context)


@hat_required(Hat.FIRM, Hat.WARD, Hat.AUDITOR)
@require_safe
def version(request: HttpRequest, public_id: object, number: int) -> HttpResponse:
    """A submitted version as it was frozen, and what it changed against the one before.

    The firm's copy on the screen. Officials read earlier versions here, which leaves an audit row.
    """
    detail = found_or_404(
        selectors.application_detail, request.actor, number=number, public_id=public_id
    )
    case, shown = detail.application, detail.version
    if request.actor.hat == Hat.FIRM:
        back = reverse("subsidies:status", args=[public_id])
    else:
        back = reverse("subsidies:application", args=[case.receipt_no])
        audit.record(
            actor=request.actor,
            action="subsidies.application_viewed",
            obj=case,
            ward_id=case.ward_id,
            detail={"version": number},
        )
    context = {
        "application": case,
        "version": shown,
        "title": shown.payload["answers"].get("title") or shown.payload["firm"]["name"],
        "tabs": _versions(case, number),
        "back_url": back,
        "breadcrumb": [Crumb(case.receipt_no, back), Crumb(_("提出された内容"))],
        **reading.submitted(detail),
    }
    return TemplateResponse(request, "subsidies/version.html", context)


def _versions(case: Application, number: int) -> list[Tab]:
    """The submitted versions to choose from; none where there is one only."""
    versions = list(case.versions.all())
    return [
        Tab(
            label=_("第%(number)d版") % {"number": version.number},
            url=reverse("subsidies:version", args=[case.public_id, version.number]),
            current=version.number == number,
        )
        for version in versions
        if len(versions) > 1
    ]


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: object) -> HttpResponse:
    """申請の取下げ, with its reason."""
    application = firm_application(request, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request):
            application_withdraw(
                actor=request.actor,
                application_id=application.pk,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("申請を取り下げました。"))
        return redirect("subsidies:status", public_id)
    context = {"application": application, "form": form}
    return TemplateResponse(request, "subsidies/withdraw.html", context)


@firm_only
@require_POST
def message(request: HttpRequest, public_id: object) -> HttpResponse:
    """The firm writes to the ward."""
    application = firm_application(request, public_id)
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            message_post(
                actor=request.actor,
                application_id=application.pk,
                body=form.cleaned_data["body"],
            )
            messages.success(request, _("区の担当者に送りました。"))
        except Refused as refused:
            messages.error(request, str(refused))
    else:
        messages.error(request, " ".join(form.errors.get("body", [])))
    return redirect("subsidies:status", public_id)


@firm_only
@require_safe
def correction(request: HttpRequest, public_id: object) -> HttpResponse:
    """補正対応: only what the ward named, each with the way to mend it."""
    application = firm_application(request, public_id)
    if application.status != states.CORRECTION:
        return redirect("subsidies:status", public_id)
    rules = rules_of(application.version)
    asked = application.corrections.get(answered_at=None)
    context = {
        "application": application,
        "breadcrumb": [
            Crumb(application.receipt_no, reverse("subsidies:status", args=[public_id])),
            Crumb(_("補正の依頼")),
        ],
        "correction": asked,
        "letter": letter_of(key_of(CORRECTION, asked.pk)),
        "items": progress.correction_items(application, asked, rules),
    }
    return TemplateResponse(request, "subsidies/correction.html", context)
