"""請求書 and 月次報告書 as PDF, for the advisor and the office."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from advisors.claims import papers
from advisors.claims.models import Claim
from advisors.claims.policies import visible_claims
from advisors.claims.selectors.lines import sheet_of
from advisors.claims.views.common import paper_readers
from advisors.views.common import looked
from portal.kernel.files import names


@paper_readers
@require_safe
def claim_pdf(request: HttpRequest, public_id: object) -> HttpResponse:
    """請求書 with its lines. On record."""
    row = _claim(request, public_id)
    return _answer(request, row, papers.claim_pdf(row, sheet_of(row)), f"{row.number}.pdf")


@paper_readers
@require_safe
def report_pdf(request: HttpRequest, public_id: object) -> HttpResponse:
    """月次報告書 with the month's visits. On record."""
    row = _claim(request, public_id)
    name = f"{row.number}-report.pdf"
    return _answer(request, row, papers.report_pdf(row, sheet_of(row)), name)


def _claim(request: HttpRequest, public_id: object) -> Claim:
    """A claim that stands. Raises Http404."""
    rows = visible_claims(request.actor).select_related("ward", "terms")
    row = rows.filter(public_id=public_id).first()
    if row is None or not row.is_frozen:
        raise Http404
    return row


def _answer(request: HttpRequest, row: Claim, content: bytes, name: str) -> HttpResponse:
    looked(request, "claims.paper_taken", row)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = names.content_disposition(name)
    response["Cache-Control"] = "private, no-store"
    return response
