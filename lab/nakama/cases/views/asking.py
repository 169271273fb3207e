"""声かけ as the asked firm sees it: by the mail's link without signing in, and in the portal.

Mail scanners follow links: the answer in the address is only preselected, 返事を送る records it.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lab.nakama.cases import links, policies, services, states
from lab.nakama.cases.forms.asking import AnswerForm, QuoteForm
from lab.nakama.cases.models import Case, Invitation, Quote
from lab.nakama.cases.services.answering import LINK
from lab.nakama.cases.services.errors import Refused
from lab.nakama.cases.views.common import asked_rows, crumbs, tabs, tried
from lab.nakama.cases.views.planning import behalf_form
from portal.accounts.access import hat_required
from portal.accounts.limits import may_try, too_many
from portal.accounts.roles import Role
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.database import acting
from portal.ui.acts import form_page, found_or_404
from portal.ui.parts import Crumb

# Wrong links of one address; answers by one link.
LIMITS = {"cases_wrong": "20/10m/ip", "cases_answer": "30/10m/key"}
answerers = hat_required(
    Hat.FIRM, Hat.SUPPORT, roles={Role.FIRM_OWNER, Role.FIRM_MEMBER, Role.LAB_STAFF}
)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The question with the answer preselected; POST records it."""
    if not _may(request, "cases_wrong", dry_run=True):
        return too_many(request)
    try:
        with acting(LINK):
            found = links.invitation_of(token)
            rows = asked_rows(found)
    except links.NoSuchLink as error:
        _may(request, "cases_wrong")
        context = {"text": str(error)}
        return TemplateResponse(request, "cases/link_gone.html", context, status=404)
    form = AnswerForm(
        request.POST or None,
        initial={
            "answer": request.GET.get("a", "")
            or (found.status if found.status in states.ANSWERS else ""),
            "condition": found.condition,
        },
    )
    if request.method == "POST":
        if not _may(request, "cases_answer", key=token):
            return too_many(request)
        if form.is_valid() and _answered(token, found, form):
            return redirect("cases:answer", token)
    context = {
        "form": form,
        "row": found,
        "rows": rows,
        "token": token,
        "closed": services.closed_text(found),
        "may_quote": found.status in states.WILLING,
    }
    answer = form_page(request, "cases/link.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _answered(token: str, found: Invitation, form: AnswerForm) -> bool:
    try:
        services.answer_by_link(token=token, given=form.given())
    except Refused as refused:
        form.add_error(None, str(refused))
        with acting(LINK):
            audit.record(
                actor=LINK,
                action="cases.refused",
                obj=found,
                reason=str(refused),
                detail={"act": "answer_by_link"},
            )
        return False
    return True


def _may(request: HttpRequest, action: str, *, key: str = "", dry_run: bool = False) -> bool:
    return may_try(request, app="cases", action=action, config=LIMITS, key=key, dry_run=dry_run)


@answerers
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, public_id: object) -> HttpResponse:
    """One invitation: answered and quoted by the firm; on its behalf by hub and coordinator."""
    row = found_or_404(policies.get_invitation, request.actor, public_id=public_id)
    own = row.firm_id == request.actor.firm_id
    quote = Quote.objects.filter(invitation=row).first() if own else None
    answer = AnswerForm(
        request.POST if "answer_it" in request.POST else None,
        initial={
            "answer": row.status if row.status in states.ANSWERS else "",
            "condition": row.condition,
        },
    )
    price = QuoteForm(
        request.POST if "quote_it" in request.POST else None,
        initial={
            "price_yen": quote.price_yen if quote else None,
            "ready_on": quote.ready_on if quote else None,
            "note": quote.note if quote else "",
        },
    )
    behalf = behalf_form(request)
    if request.method == "POST" and _done(request, row, own, answer, price, behalf):
        return redirect("cases:invitation", public_id)
    forms = [form for form in (answer, price, behalf) if form.is_bound]
    case = row.case
    context = {
        "row": row,
        "case": case,
        "own": own,
        "form": forms[0] if forms else answer,
        "answer": answer,
        "price": price if own and row.status in states.WILLING else None,
        "behalf": behalf,
        "quote": quote,
        "rows": asked_rows(row),
        "replies": row.replies.order_by("-pk"),
        "closed": services.closed_text(row),
        "tabs": tabs(request, case, "") if own else [],
        "breadcrumb": _crumbs(request, case, row),
    }
    return form_page(request, "cases/invitation.html", context)


def _crumbs(request: HttpRequest, case: Case, row: Invitation) -> list[Crumb]:
    if policies.is_lab(request.actor):
        return [
            Crumb(_("仲間まわしの相談"), reverse("cases:lab")),
            Crumb(case.number or "", reverse("cases:lab_case", args=[case.public_id])),
            Crumb(row.firm_name),
        ]
    return crumbs(case, row.step.name)


def _done(
    request: HttpRequest,
    row: Invitation,
    own: bool,
    answer: AnswerForm,
    price: QuoteForm,
    behalf: AnswerForm,
) -> bool:
    post = request.POST
    if "answer_it" in post and own:
        return answer.is_valid() and tried(
            request,
            answer,
            services.answer_own,
            _("返事を受け取りました。"),
            invitation_id=row.pk,
            given=answer.given(),
        )
    if "quote_it" in post and own:
        return price.is_valid() and tried(
            request,
            price,
            services.quote_save,
            _("見積を送りました。ハブ企業が確かめます。"),
            invitation_id=row.pk,
            **price.cleaned_data,
        )
    if "behalf" in post and not own:
        return behalf.is_valid() and tried(
            request,
            behalf,
            services.answer_for,
            _("受けた返事を記録しました。"),
            invitation_id=row.pk,
            given=behalf.given(),
            way=behalf.cleaned_data["way"],
        )
    messages.error(request, _("操作が分かりませんでした。もう一度押してください。"))
    return True
