"""A worksheet to take away."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from dojo.worksheets.papers import worksheet_pdf
from dojo.worksheets.services import sheet_read
from dojo.worksheets.views.common import cohort_label, readers, seen_sheet, shown
from portal.kernel.files.names import content_disposition


@readers
@require_safe
def pdf(request: HttpRequest, public_id: object) -> HttpResponse:
    """The sheet as a PDF, in Japanese as the firm wrote it."""
    row = seen_sheet(request, public_id)
    sheet_read(actor=request.actor, sheet=row, how="pdf")
    with translation.override("ja"):
        made = worksheet_pdf(shown(request, row), cohort_label(row))
        name = f"{row.name}.pdf"
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition(name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
