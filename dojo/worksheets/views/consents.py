"""相談員に見せる: which advisor reads the firm's worksheets, since when, and the end of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dojo.worksheets import policies, services
from dojo.worksheets.forms import CONSENT, ConsentForm
from dojo.worksheets.services.consents import advisors_of, own_wards
from dojo.worksheets.views.common import denied, firm_only, own_crumbs, refused
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """Who may read, when they last did, and one more."""
    if request.actor.firm_id is None:
        raise Http404
    rows = list(policies.visible_consents(request.actor))
    running = {row.advisor_id for row in rows if row.ended_at is None}
    choices = [
        (person.pk, person.name)
        for person in advisors_of(set(own_wards(request.actor)), clock.today())
        if person.pk not in running
    ]
    form = ConsentForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        try:
            services.consent_give(
                actor=request.actor,
                advisor_id=int(form.cleaned_data["advisor"]),
                agreed=form.cleaned_data["consent"],
                with_figures=form.cleaned_data["with_figures"],
                text=str(CONSENT),
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, None, "consent_give")
        else:
            messages.success(request, _("相談員がワークシートを読めるようになりました。"))
            return redirect("worksheets:consents")
    context = {
        "form": form,
        "rows": rows,
        "has_advisors": bool(choices),
        "may_give": request.actor.has_role(Role.FIRM_OWNER),
        "breadcrumb": own_crumbs(None, _("相談員に見せる")),
    }
    return form_page(request, "worksheets/consents.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, consent_id: object) -> HttpResponse:
    """同意を取り消す, after one question."""
    row = policies.visible_consents(request.actor).filter(public_id=consent_id).first()
    if row is None:
        raise Http404
    back = reverse("worksheets:consents")
    if request.method == "POST":
        try:
            services.consent_end(actor=request.actor, consent_id=row.pk)
        except TransitionRefused as error:
            refused(request, error, row, "consent_end")
        else:
            messages.success(request, _("同意を取り消しました。"))
        return redirect(back)
    context = {
        "heading": _("%(name)sさんに見せるのをやめる") % {"name": row.advisor_name},
        "text": _("この相談員は、ワークシートを読めなくなります。受け取ったコメントは残ります。"),
        "action_label": _("見せるのをやめる"),
        "cancel_url": back,
        "breadcrumb": own_crumbs(None, _("見せるのをやめる")),
    }
    return TemplateResponse(request, "ui/confirm.html", context)
