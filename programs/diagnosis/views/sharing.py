"""見せる相手: to whom a result is shown, since when, when it was read, and the end of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page, found_or_404
from programs.diagnosis import policies, services, states
from programs.diagnosis.forms import CONSENT, ShareForm
from programs.diagnosis.models import Audience, Consent
from programs.diagnosis.rules.definition import built
from programs.diagnosis.views.common import denied, firm_only, own_crumbs, refused, seen
from programs.policies import visible_firms
from programs.selectors import open_sites, ward_names


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, public_id: object) -> HttpResponse:
    """Who may see this result, and one more."""
    row = seen(request, public_id)
    if row.status != states.DONE:
        return redirect("diagnosis:diagnosis", public_id)
    names = ward_names()
    sites = open_sites(visible_firms(request.actor).get(pk=row.firm_id))
    wards = sorted({row.ward_id, *sites.values_list("ward_id", flat=True)})
    form = ShareForm(
        request.POST or None,
        wards=[(code, names[code]) for code in wards],
        initial={"ward": row.ward_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.consent_give(
                actor=request.actor,
                diagnosis_id=row.pk,
                audience=form.cleaned_data["audience"],
                ward_id=form.cleaned_data["ward"],
                agreed=form.cleaned_data["consent"],
                text=str(CONSENT),
            )
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, row, "consent_give")
        else:
            messages.success(request, _("選んだ相手が、この診断を読めるようになりました。"))
            return redirect("diagnosis:share", public_id)
    given = policies.visible_consents(request.actor).filter(diagnosis=row)
    name = str(built(row.questionnaire.definition).name)
    context = {
        "row": row,
        "name": name,
        "form": form,
        "consents": [(one, _whom(one)) for one in given],
        "may_share": policies.may_share(request.actor, row),
        "breadcrumb": own_crumbs(row, name, _("見せる相手")),
    }
    return form_page(request, "diagnosis/share.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, consent_id: object) -> HttpResponse:
    """同意を取り消す, after one question."""
    given = policies.visible_consents(request.actor).select_related("diagnosis__questionnaire")
    row: Consent = found_or_404(given.get, public_id=consent_id)
    back = reverse("diagnosis:share", args=[row.diagnosis.public_id])
    if request.method == "POST":
        try:
            services.consent_end(actor=request.actor, consent_id=row.pk)
        except TransitionRefused as error:
            refused(request, error, row, "consent_end")
        else:
            messages.success(request, _("同意を取り消しました。"))
        return redirect(back)
    name = str(built(row.diagnosis.questionnaire.definition).name)
    context = {
        "heading": _("「%(whom)s」に見せるのをやめる") % {"whom": _whom(row)},
        "text": _("この相手は、この診断を読めなくなります。いつでも、もう一度見せられます。"),
        "action_label": _("見せるのをやめる"),
        "cancel_url": back,
        "breadcrumb": own_crumbs(row.diagnosis, name, _("見せるのをやめる")),
    }
    return TemplateResponse(request, "ui/confirm.html", context)


def _whom(row: Consent) -> str:
    """区の担当者（墨田区）; 受講している講座の講師."""
    label = str(row.get_audience_display())
    if row.audience != Audience.WARD:
        return label
    return _("%(label)s（%(ward)s）") % {"label": label, "ward": ward_names()[row.ward_id]}
