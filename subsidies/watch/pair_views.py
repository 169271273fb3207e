"""見積りの組: vendors that quote together, and one pair's cases side by side."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.ui import markup
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb, Tab
from subsidies.quote_tables import percent_more
from subsidies.rules import quotes
from subsidies.watch import selectors
from subsidies.watch.models import Finding
from subsidies.watch.selectors.pairs import PairOffer
from subsidies.watch.words import explanation

readers = hat_required(Hat.WARD, Hat.AUDITOR)


@readers
@require_safe
def pairs(request: HttpRequest) -> HttpResponse:
    """Which vendors quote together, for how many of the year's applicants."""
    years = selectors.years(request.actor)
    year = selectors.year_of(years, posted_number(request.GET.get("year", "")))
    context = {
        "tabs": [
            Tab(markup.fiscal_year_text(each), f"?year={each}", None, each == year)
            for each in years
        ],
        "lines": selectors.pair_lines(request.actor, year) if year is not None else [],
        "query": f"year={year}",
        "breadcrumb": [Crumb(_("気になる点"), reverse("watch:list")), Crumb(_("見積りの組"))],
    }
    return TemplateResponse(request, "watch/pairs.html", context)


@readers
@require_safe
def pair(request: HttpRequest, key: str) -> HttpResponse:
    """One pair: every line for which both quoted. Looking is recorded."""
    found = selectors.pair_cases(request.actor, key)
    if found is None:
        raise Http404
    name = _("「%(one)s」と「%(other)s」") % {"one": found.vendors[0], "other": found.vendors[1]}
    audit.record(
        actor=request.actor,
        action="watch.pair_viewed",
        ward_id=request.actor.ward_id,
        label=name,
        detail={"key": key, "lines": len(found.offers)},
    )
    context = {
        "pair": found,
        "name": name,
        "explanation": explanation(Finding.Kind.TOGETHER) if found.is_told else None,
        "offers": [(offer, _sides(offer)) for offer in found.offers],
        "chosen": list(zip(found.vendors, found.chosen, strict=True)),
        "is_auditor": request.actor.hat == Hat.AUDITOR,
        "breadcrumb": [
            Crumb(_("気になる点"), reverse("watch:list")),
            Crumb(_("見積りの組"), reverse("watch:pairs")),
            Crumb(name),
        ],
    }
    return TemplateResponse(request, "watch/pair.html", context)


def _sides(offer: PairOffer) -> list[tuple[quotes.Quote, str]]:
    """Both quotes, each with how far it lies above the lower one."""
    lowest = min((item.amount_yen for item in offer.quotes if item.amount_yen), default=None)
    return [(item, percent_more(quotes.above_lowest(item, lowest))) for item in offer.quotes]
