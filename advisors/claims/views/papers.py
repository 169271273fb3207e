"""請求書 and 月次報告書 as PDF, for the advisor and the office."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from advisors.claims import papers, services, states
from advisors.claims.models import Claim
from advisors.claims.policies import visible_claims
from advisors.claims.selectors.lines import sheet_of
from advisors.claims.services.papers import CLAIM, REPORT
from advisors.claims.views.common import paper_readers, pdf_response
from advisors.views.common import looked
from portal.kernel.files.services import FileUnavailable, open_for_download

_MADE = {CLAIM: papers.claim_pdf, REPORT: papers.report_pdf}


@paper_readers
@require_safe
def claim_pdf(request: HttpRequest, public_id: object) -> HttpResponse:
    """請求書 with its lines. On record."""
    return _paper(request, public_id, CLAIM)


@paper_readers
@require_safe
def report_pdf(request: HttpRequest, public_id: object) -> HttpResponse:
    """月次報告書 with the month's visits. On record."""
    return _paper(request, public_id, REPORT)


def _paper(request: HttpRequest, public_id: object, kind: str) -> HttpResponse:
    """What was kept at the approval; before it, made from what stands on the claim. Raises Http404."""
    rows = visible_claims(request.actor).select_related("ward", "terms")
    row = rows.filter(public_id=public_id).first()
    if row is None or not row.is_frozen:
        raise Http404
    is_kept = row.status in states.DECIDED
    content = _kept(request, row, kind) if is_kept else _MADE[kind](row, sheet_of(row))
    looked(request, "claims.paper_taken", row)
    return pdf_response(content, services.paper_name(row, kind))


def _kept(request: HttpRequest, row: Claim, kind: str) -> bytes:
    stored = services.paper_make(actor=request.actor, claim_id=row.pk, kind=kind)
    try:
        with open_for_download(actor=request.actor, stored=stored, may=True) as reader:
            return reader.read()
    except FileUnavailable as gone:
        raise Http404 from gone
