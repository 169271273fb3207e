"""企業カルテ: one time line of a firm, for its wards, for itself, for the advisor who is with it."""

import uuid
from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Tab
from programs import card, history, reaching, selectors
from programs.models import Firm, Site
from programs.policies import may_record_facts, may_record_mergers, visible_firms
from programs.services import firms


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_safe
def firm_card(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The card for officials and auditors. Looking at it leaves a trace."""
    try:
        firm = visible_firms(request.actor).get(public_id=public_id)
    except Firm.DoesNotExist as missing:
        raise Http404 from missing
    sites = selectors.sites_in_order(firm)
    firms.record_card_view(actor=request.actor, firm=firm)
    context = {
        "tabs": staff_tabs(firm, "firm_card"),
        "may_record": may_record_facts(request.actor),
        "dead": reaching.dead_of(request.actor, firm),
        "may_merge": firm.is_active and may_record_mergers(request.actor),
        # A firm that goes on is not asked: what it took in stands on its profile.
        "mergers": [] if firm.is_active else selectors.mergers_of(request.actor, firm),
        "breadcrumb": [Crumb(_("企業"), reverse("programs:firm_list")), Crumb(firm.name)],
        "query": urlencode({"firm": firm.public_id, **card.filters_of(request.GET)}),
    }
    return _page(request, "programs/firm_card.html", firm, sites, context)


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_safe
def firm_card_of(request: HttpRequest, firm_id: int) -> HttpResponse:
    """To the card of a firm of which a page knows the key alone."""
    found = visible_firms(request.actor).filter(pk=firm_id).values_list("public_id", flat=True)
    public_id = found.first()
    if public_id is None:
        raise Http404
    return redirect("programs:firm_card", public_id)


@hat_required(Hat.FIRM)
@require_safe
def own_card(request: HttpRequest) -> HttpResponse:
    """The firm's own card: everything the portal has with it, on one page."""
    try:
        firm = visible_firms(request.actor).get()
    except Firm.DoesNotExist as missing:
        raise Http404 from missing
    context = {"breadcrumb": [Crumb(_("マイページ"), reverse("desk:my")), Crumb(_("企業カルテ"))]}
    return _page(request, "programs/own_card.html", firm, selectors.sites_in_order(firm), context)


@hat_required(Hat.SUPPORT)
@require_safe
def advised_card(request: HttpRequest, firm_id: int) -> HttpResponse:
    """The card for whoever a room lets read it. Looking at it leaves a trace."""
    found = selectors.reached_firm(request.actor, firm_id)
    if found is None:
        raise Http404
    firms.record_card_view(actor=request.actor, firm=found.firm, ward_id=found.ward_id)
    context = {"breadcrumb": [Crumb(_("企業カルテ")), Crumb(found.firm.name)]}
    return _page(request, "programs/advised_card.html", found.firm, found.sites, context)


def staff_tabs(firm: Firm, here: str) -> list[Tab]:
    """The officials' two pages of a firm."""
    pages = [("firm_card", _("企業カルテ")), ("firm_profile", _("企業情報・連絡先"))]
    return [
        Tab(label, reverse(f"programs:{name}", args=[firm.public_id]), None, name == here)
        for name, label in pages
    ]


def _page(
    request: HttpRequest,
    template: str,
    firm: Firm,
    sites: Iterable[Site],
    context: dict[str, object],
) -> HttpResponse:
    today = clock.today()
    told = history.history_of(request.actor, firm, today)
    context |= {
        "firm": firm,
        "head": card.head_rows(firm, sites),
        "across_wards": request.actor.hat != Hat.WARD,
        "card": card.card_of(
            told,
            card.asked(request.GET, told),
            page=posted_number(request.GET.get("page", "")) or 1,
            side=history.side_of(request.actor),
            today=today,
        ),
    }
    return TemplateResponse(request, template, context)
