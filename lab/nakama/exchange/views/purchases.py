"""共同購買: the list, and one round for firm and staff."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lab.nakama.exchange import policies, services, states
from lab.nakama.exchange.forms.fairs import CallOffForm
from lab.nakama.exchange.forms.purchases import NeedForm, QuoteForm, RoundForm
from lab.nakama.exchange.models import Purchase, Run
from lab.nakama.exchange.selectors import purchases as selectors
from lab.nakama.exchange.selectors.runs import open_of
from lab.nakama.exchange.views import common
from portal.kernel import clock
from portal.ui.acts import form_page, found_or_404
from portal.ui.parts import Crumb
from programs.selectors import ward_names

SHOWN = 50
# Buttons whose work a worker does.
COUNTED = {"offer": Run.Kind.PURCHASE_OFFER, "settle": Run.Kind.PURCHASE_SETTLE}


@common.readers
@require_safe
def purchases(request: HttpRequest) -> HttpResponse:
    """All rounds, the latest first."""
    names = ward_names()
    rows = policies.visible_purchases(request.actor)[:SHOWN]
    context = {
        "rows": [(row, names[row.ward_id]) for row in rows],
        "may_add": policies.is_staff(request.actor),
        "may_export": policies.reads_desk(request.actor),
        "today": clock.today(),
    }
    return TemplateResponse(request, "exchange/purchases.html", context)


@common.staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def purchase_new(request: HttpRequest) -> HttpResponse:
    """共同購買を始める."""
    form = RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("必要量の受付を始めました。次は、仕入先の見積りを入れます。")
        row = common.tried(request, form, services.purchase_add, done, given=form.given())
        if row is not None:
            return redirect("exchange:purchase", row.public_id)
    heading = _("共同購買を始める")
    context = {"form": form, "heading": heading, "breadcrumb": [_first(), Crumb(heading)]}
    return form_page(request, "exchange/purchase_new.html", context)


@common.readers
@require_http_methods(["GET", "HEAD", "POST"])
def purchase(request: HttpRequest, public_id: object) -> HttpResponse:
    """One round: a firm's needs and its answer; the staff's quotes and the order."""
    row = found_or_404(policies.get_purchase, request.actor, public_id=public_id)
    if policies.is_firm(request.actor):
        return _for_firm(request, row)
    return _for_staff(request, row)


def _for_firm(request: HttpRequest, row: Purchase) -> HttpResponse:
    known = selectors.own_needs(request.actor, row)
    form = NeedForm(
        request.POST if "save" in request.POST else None,
        items=selectors.items_of(row),
        initial=known,
    )
    if request.method == "POST" and _firm_acted(request, row, form):
        return redirect("exchange:purchase", row.public_id)
    today = clock.today()
    context = {
        "row": row,
        "form": form,
        "has_needs": bool(known),
        "share": selectors.own_share(request.actor, row),
        "is_gathering": row.status == states.GATHERING and row.closes_on >= today,
        "host": ward_names()[row.ward_id],
        "today": today,
        "breadcrumb": [_first(), Crumb(row.name)],
    }
    return form_page(request, "exchange/purchase.html", context)


def _firm_acted(request: HttpRequest, row: Purchase, form: NeedForm) -> bool:
    given: dict[str, Any] = {"purchase_id": row.pk}
    if "save" in request.POST:
        if not form.is_valid():
            return False
        done = _("必要量を保存しました。締切まで、何度でも変えられます。")
        act = services.demand_save
        return common.tried(request, form, act, done, needs=form.needs(), **given) is not None
    if "accept" in request.POST or "decline" in request.POST:
        accepted = "accept" in request.POST
        done = _("参加すると返事をしました。") if accepted else _("参加しないと返事をしました。")
        if selectors.own_share(request.actor, row) is None:
            raise Http404
        common.tried(request, None, services.share_answer, done, accepted=accepted, **given)
    return True


def _for_staff(request: HttpRequest, row: Purchase) -> HttpResponse:
    items = selectors.items_of(row)
    form = QuoteForm(request.POST if "quote" in request.POST else None, items=items)
    off_form = CallOffForm(request.POST if "call_off" in request.POST else None)
    may_run = policies.may_run(request.actor, row)
    if request.method == "POST":
        if not may_run:
            raise Http404
        if kind := next((kind for name, kind in COUNTED.items() if name in request.POST), None):
            return common.counted(request, kind, row)
        if _staff_acted(request, row, form, off_form):
            return redirect("exchange:purchase", row.public_id)
    context = {
        "row": row,
        "form": off_form if off_form.is_bound else form,
        "quote_form": form,
        "off_form": off_form,
        "may_run": may_run,
        "run": open_of(request.actor, "purchase", row.pk),
        "lines": selectors.lines_of(request.actor, row),
        "answers": selectors.answers_of(request.actor, row),
        "host": ward_names()[row.ward_id],
        "today": clock.today(),
        "breadcrumb": [_first(), Crumb(row.name)],
    }
    return form_page(request, "exchange/purchase_staff.html", context)


def _staff_acted(
    request: HttpRequest, row: Purchase, form: QuoteForm, off_form: CallOffForm
) -> bool:
    given: dict[str, Any] = {"purchase_id": row.pk}
    if "quote" in request.POST:
        if not form.is_valid():
            return False
        data = dict(form.cleaned_data)
        data["item_id"] = data.pop("item")
        done = _("見積りを保存しました。")
        return common.tried(request, form, services.quote_save, done, **data, **given) is not None
    if "call_off" in request.POST:
        if not off_form.is_valid():
            return False
        reason = off_form.cleaned_data["reason"]
        done = _("中止を記録し、参加企業に知らせました。")
        act = services.purchase_call_off
        return common.tried(request, off_form, act, done, reason=reason, **given) is not None
    return True


def _first() -> Crumb:
    return Crumb(_("共同購買"), reverse("exchange:purchases"))
