"""支払調書: the year's list for the ward's administrators and approvers, and one payee's as PDF."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from advisors.claims import statement, words, yearly
from advisors.claims.models import Claim
from advisors.claims.selectors import yearly as selectors
from advisors.claims.views.common import pdf_response, statement_readers
from advisors.views.common import looked
from portal.kernel import clock
from portal.ui.acts import found_or_404
from portal.ui.parts import Crumb, Tab


@statement_readers
@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """What each payee was paid in a calendar year, and which of them is filed. On record."""
    year = selectors.year_asked(request.GET.get("year", ""))
    rows = selectors.statements(request.actor, year)
    looked(request, "claims.statements_viewed")
    today = clock.today()
    address = reverse("claims:statements")
    context = {
        "year": words.calendar_year(year),
        "rows": [(row, words.VERDICTS[row.statement.verdict]) for row in rows],
        "due": sum(row.statement.verdict == yearly.DUE for row in rows),
        "unsettled": sum(row.statement.verdict == yearly.UNSETTLED for row in rows),
        "unpaid": any(row.statement.unpaid_yen for row in rows),
        "limit": yearly.LIMIT_YEN,
        "deadline": dt.date(year + 1, 1, 31),
        "is_over": year < today.year,
        "query": f"year={year}",
        "years": [
            Tab(words.calendar_year(one), f"{address}?year={one}", None, one == year)
            for one in range(today.year, today.year - selectors.YEARS, -1)
        ],
        "breadcrumb": [Crumb(_("謝金の請求"), reverse("claims:board")), Crumb(_("支払調書"))],
    }
    return TemplateResponse(request, "claims/statements.html", context)


@statement_readers
@require_safe
def statement_pdf(request: HttpRequest, public_id: object) -> HttpResponse:
    """支払調書 of the payee and the year of that claim. On record."""
    claim: Claim = found_or_404(_decided, request.actor, public_id=public_id)
    row = selectors.statement_of(request.actor, claim)
    looked(request, "claims.statement_taken", claim)
    year = selectors.year_of(claim)
    content = statement.statement_pdf(row, year, now=clock.now())
    return pdf_response(content, f"{year}-{claim.ward_id}-{row.claim.number}-statement.pdf")


def _decided(actor: object, **lookup: object) -> Claim:
    return selectors.decided_claims(actor).get(**lookup)  # type: ignore[arg-type]
