"""区の設定: the seal of the ward's letters, and up to which amount its approvers decide."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.access import recent_authentication_required
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page
from portal.ui.forms import UiForm
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from subsidies.models import WardRules
from subsidies.office.views.common import crumbs, ward_only
from subsidies.office.ward_forms import ApproverForm, WardForm
from subsidies.selectors.wards import approval_limits, approvers, ward_rules
from subsidies.services.ward_rules import (
    approval_limit_clear,
    approval_limit_set,
    may_set,
    ward_rules_save,
)

HERE = "office:ward"


@ward_only
@recent_authentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """The ward's administrator sets them; other officials read them."""
    ward_id = request.actor.ward_id
    if ward_id is None:
        raise Http404
    rules = ward_rules(ward_id)
    may = may_set(request.actor)
    form: UiForm = WardForm(initial=_initial(rules))
    person: UiForm = ApproverForm(approvers=approvers(ward_id))
    if request.method == "POST":
        if not may:
            raise Http404
        if (user_id := posted_number(request.POST.get("clear", ""))) is not None:
            try:
                approval_limit_clear(actor=request.actor, user_id=user_id)
                messages.success(request, _("区の限度額に戻しました。"))
            except TransitionRefused as refused:
                messages.error(request, str(refused))
            return redirect(HERE)
        if "person" in request.POST:
            person = ApproverForm(request.POST, approvers=approvers(ward_id))
        else:
            form = WardForm(request.POST)
        if _saved(request, form, person):
            return redirect(HERE)
    context = {
        "rules": rules,
        "limits": approval_limits(ward_id),
        "ward_form": form,
        "person_form": person,
        "form": next((item for item in (form, person) if item.errors), None),
        "may": may,
        "breadcrumb": crumbs(Crumb(_("公印と専決"))),
    }
    return form_page(request, "office/ward.html", context)


def _initial(rules: WardRules) -> dict[str, object]:
    return {
        "seal": rules.seal,
        "seal_text": rules.seal_text,
        "approval_limit_yen": rules.approval_limit_yen,
    }


def _saved(request: HttpRequest, form: UiForm, person: UiForm) -> bool:
    """Whether what was posted was taken; what was wrong stands on its form."""
    posted = person if person.is_bound else form
    if not posted.is_valid():
        return False
    try:
        if posted is person:
            approval_limit_set(actor=request.actor, **posted.cleaned_data)
            messages.success(request, _("決裁者の限度額を決めました。"))
        else:
            ward_rules_save(actor=request.actor, **posted.cleaned_data)
            messages.success(request, _("区の設定を保存しました。これから作る通知書に使います。"))
    except TransitionRefused as refused:
        posted.add_error(None, str(refused))
        return False
    return True
