"""支払の条件 and 支払先 of the ward."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from advisors import policies
from advisors.claims import services
from advisors.claims.forms import PayeeForm, TermsForm
from advisors.claims.models import PayTerms
from advisors.claims.policies import visible_payees, visible_terms
from advisors.claims.selectors.lines import terms_on
from advisors.views.common import looked, office_or_auditor, tried
from portal.kernel import clock
from portal.ui.acts import form_page
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb


@office_or_auditor
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """Versions of the terms, a new one to draft, one to publish by somebody else; payees."""
    actor, post = request.actor, request.POST
    people = [
        (row.user_id, row.user.name)
        for row in policies.visible_advisors(actor).order_by("user__name_kana", "pk")
    ]
    forms = {
        "draft": TermsForm(post if "draft" in post else None),
        "payee": PayeeForm(post if "payee" in post else None, people=people, prefix="payee"),
    }
    if request.method == "POST" and _done(request, forms["draft"], forms["payee"]):
        return redirect("claims:terms")
    looked(request, "claims.payees_viewed")
    rows = visible_terms(actor).select_related("ward", "drafted_by", "published_by")
    payees = visible_payees(actor).select_related("user", "ward")
    context = {
        "rows": list(rows.order_by("ward_id", "-number")),
        "in_force": terms_on(actor.ward_id, clock.today()) if actor.ward_id else None,
        "payees": list(payees.order_by("ward_id", "user__name_kana", "pk")),
        "forms": forms,
        "form": next((form for form in forms.values() if form.errors), None),
        "may_draft": policies.may_keep_registry(actor),
        "may_publish": policies.may_approve(actor),
        "is_auditor": actor.ward_id is None,
        "breadcrumb": [Crumb(_("謝金の請求"), reverse("claims:board")), Crumb(_("支払の条件"))],
    }
    return form_page(request, "claims/terms.html", context)


def _done(request: HttpRequest, draft: TermsForm, payee: PayeeForm) -> bool:
    if "publish" in request.POST:
        _publish(request)
        return True
    if draft.is_bound:
        done = _("新しい版を作りました。ほかの決裁者が確定すると使えます。")
        return draft.is_valid() and tried(
            request, draft, services.terms_draft, done, **draft.cleaned_data
        )
    done = _("支払先を保存しました。これから出る請求に使われます。")
    return payee.is_valid() and tried(
        request, payee, services.payee_save, done, **payee.cleaned_data
    )


def _publish(request: HttpRequest) -> None:
    number = posted_number(request.POST["publish"]) or 0
    try:
        tried(request, None, services.terms_publish, _("支払の条件を確定しました。"), number=number)
    except PayTerms.DoesNotExist:
        messages.error(request, _("この版はありません。画面を開き直してください。"))
