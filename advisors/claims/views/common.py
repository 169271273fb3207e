"""What the pages share."""

from typing import Any

from django.http import HttpResponse

from advisors.claims.models import ClaimLine
from advisors.claims.selectors.lines import Sheet
from advisors.claims.words import note_texts
from advisors.policies import OFFICE_ROLES
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel.actor import Hat
from portal.kernel.files import names

paper_readers = hat_required(
    Hat.SUPPORT, Hat.WARD, Hat.AUDITOR, roles={*OFFICE_ROLES, Role.AUDITOR, Role.ADVISOR}
)
statement_readers = hat_required(
    Hat.WARD, Hat.AUDITOR, roles={Role.APPROVER, Role.WARD_ADMIN, Role.AUDITOR}
)


def sheet_context(sheet: Sheet) -> dict[str, Any]:
    """Lines with their notes in words, and the totals."""
    return {
        "lines": [(line, _notes(line)) for line in sheet.lines],
        "totals": sheet.totals,
        "payee": sheet.payee,
        "terms": sheet.terms,
        "withholds": sheet.terms is not None and sheet.terms.withholds,
        "waiting": sheet.waiting,
    }


def _notes(line: ClaimLine) -> list[str]:
    return note_texts(line.notes)


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF to take away, kept by no browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = names.content_disposition(name)
    response["Cache-Control"] = "private, no-store"
    return response
