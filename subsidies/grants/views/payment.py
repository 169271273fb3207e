"""支払: claims that wait, paid one or many at once; what was paid."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods

from portal.accounts.access import recent_authentication_required
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Tab
from subsidies.grants import states
from subsidies.grants.filters import PaidFilter
from subsidies.grants.money_forms import PaidOnForm
from subsidies.grants.selectors import money
from subsidies.grants.services import advance_record, payments_record
from subsidies.grants.views.common import say, ward_only

HERE = "grants:payments"
AT_MOST = 500
PER_PAGE = 100


@ward_only
@recent_authentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def payments(request: HttpRequest) -> HttpResponse:
    """支払待ち with its bulk action, or 支払済."""
    done = request.GET.get("tab") == "done"
    form = PaidOnForm(request.POST or None, initial={"paid_on": clock.today()})
    status = 200
    if request.method == "POST":
        if form.is_valid() and _record(request, form):
            return redirect(HERE)
        status = 422
    actor = request.actor
    number = posted_number(request.GET.get("page", "")) or 1
    conditions = PaidFilter(request.GET)
    rows = money.payments(actor, **conditions.wanted) if done else money.payable(actor)
    page = Paginator(rows, PER_PAGE).get_page(number)
    context = {
        "done": done,
        "filter": conditions,
        "query": request.GET.urlencode(),
        "tabs": _tabs(request, done=done),
        "page": page,
        "rows": [] if done else [(row, money.claimed_yen(row)) for row in page],
        "advances": [] if done else money.advances(actor)[:AT_MOST],
        "form": form,
        "chosen": _chosen(request),
        "may_pay": bool(states.REVIEWER & actor.roles),
        "breadcrumb": [
            Crumb(_("補助事業の一覧"), reverse("grants:list")),
            Crumb(pgettext("menu", "支払")),
        ],
    }
    return TemplateResponse(request, "grants/payments.html", context, status=status)


def _chosen(request: HttpRequest) -> list[int]:
    posted = map(posted_number, request.POST.getlist("pk")[:AT_MOST])
    return [pk for pk in posted if pk is not None]


def _record(request: HttpRequest, form: PaidOnForm) -> bool:
    """Whether all that was asked for is recorded; what was refused is said, and stays chosen."""
    paid_on, late = form.cleaned_data["paid_on"], form.cleaned_data["late_reason"]
    if (advance := posted_number(request.POST.get("advance", ""))) is not None:
        try:
            advance_record(actor=request.actor, grant_id=advance, paid_on=paid_on, late_reason=late)
        except TransitionRefused as refused:
            say(request, refused)
            return False
        messages.success(request, _("概算払を記録しました。企業に通知されます。"))
        return True
    if not (chosen := _chosen(request)):
        messages.warning(request, _("支払ったものを1件以上選んでください。"))
        return False
    found = payments_record(
        actor=request.actor, grant_ids=chosen, paid_on=paid_on, late_reason=late
    )
    refused_ones = [item for item in found if item.refusal]
    if count := len(found) - len(refused_ones):
        text = ngettext(
            "%(count)d件の支払を記録しました。企業に通知されます。",
            "%(count)d件の支払を記録しました。企業に通知されます。",
            count,
        )
        messages.success(request, text % {"count": count})
    for item in refused_ones:
        label = f"{item.grant.receipt_no} {item.grant.firm_name}"
        messages.warning(
            request, _("%(label)s：%(message)s") % {"label": label, "message": item.refusal}
        )
    return not refused_ones


def _tabs(request: HttpRequest, *, done: bool) -> list[Tab]:
    here = reverse(HERE)
    return [
        Tab(_("支払待ち"), here, money.waiting_count(request.actor), current=not done),
        Tab(_("支払済"), f"{here}?tab=done", current=done),
    ]
