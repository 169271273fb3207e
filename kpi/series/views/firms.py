"""Firms' accounts for the officials of their ward and for auditors."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi.series import selectors, services, words
from kpi.series.models import Intake
from kpi.series.policies import may_hand_in, visible_accounts
from kpi.series.rules import COMPONENTS, LETTERS
from kpi.series.views.common import crumbs, tabs, ward_or_auditor
from portal.kernel.actor import Hat
from portal.ui.parts import Crumb
from programs.policies import visible_firms
from programs.selectors import ward_names

PER_PAGE = 50


@ward_or_auditor
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The newest accounting year of each firm, with how many there are."""
    actor = request.actor
    query = request.GET.get("q", "")[:100]
    rows = selectors.firms_with_accounts(actor, query)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    services.accounts_listed(actor=actor, firms=list(page), detail={"page": page.number})
    context = {
        "tabs": tabs(actor, "firms"),
        "q": query,
        "page": page,
        "rows": selectors.newest_of(actor, page.object_list),
        "may": may_hand_in(actor, Intake.Kind.ACCOUNTS),
        "with_ward": actor.hat == Hat.AUDITOR,
        "wards": ward_names(),
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "series/firms.html", context)


@ward_or_auditor
@require_safe
def firm(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The components of each year beside each other, then A, B and C; who looks is written down."""
    actor = request.actor
    found = get_object_or_404(visible_firms(actor), public_id=public_id)
    every = list(visible_accounts(actor).filter(firm=found).order_by("-period_end", "-number"))
    services.accounts_viewed(actor=actor, firm=found)
    rows = selectors.only_newest(every)[: selectors.SHOWN_YEARS]
    heads = [selectors.heads_of(row) for row in rows]
    context = {
        "firm": found,
        "rows": rows,
        "lines": [
            (item.label, [words.shown(item.code, getattr(row, item.code)) for row in rows])
            for item in COMPONENTS
        ],
        "letters": [
            (letter, words.LETTERS[letter], [head[letter] for head in heads]) for letter in LETTERS
        ],
        "versions": [row for row in every if row.number > 1 or row.confirmed][:30],
        "agreed": selectors.consents([found.pk]).get(found.pk),
        "breadcrumb": crumbs(Crumb(_("企業の決算"), reverse("series:firms")), Crumb(found.name)),
    }
    return TemplateResponse(request, "series/firm.html", context)
