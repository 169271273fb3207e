"""A diagnosis read from outside the firm, and as a PDF. Every look is on record."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.files.names import content_disposition
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from programs.diagnosis import services, states
from programs.diagnosis.papers import diagnosis_pdf
from programs.diagnosis.rules.definition import built
from programs.diagnosis.selectors import own
from programs.diagnosis.selectors.peers import position_of
from programs.diagnosis.selectors.steps import next_of
from programs.diagnosis.selectors.versions import names
from programs.diagnosis.views.common import (
    outsiders,
    readers,
    result_context,
    seen,
    supporters,
)


@supporters
@require_safe
def shared(request: HttpRequest) -> HttpResponse:
    """企業の診断: those that firms let the advisor or lecturer see."""
    page = own.shared_page(request.actor, posted_number(request.GET.get("page", "")) or 1)
    called = names()
    context = {
        "page": page,
        "rows": [(row, called.get(row.instrument, row.instrument)) for row in page],
    }
    return TemplateResponse(request, "diagnosis/shared.html", context)


@outsiders
@require_safe
def read(request: HttpRequest, public_id: object) -> HttpResponse:
    """The result as the firm lets it be seen."""
    row = seen(request, public_id)
    if row.status != states.DONE:
        raise Http404
    services.diagnosis_read(actor=request.actor, row=row)
    context = result_context(request, row)
    context |= {
        "is_auditor": request.actor.hat == Hat.AUDITOR,
        "breadcrumb": [Crumb(row.firm_name), Crumb(_("診断"))],
    }
    return TemplateResponse(request, "diagnosis/read.html", context)


@readers
@require_safe
def pdf(request: HttpRequest, public_id: object) -> HttpResponse:
    """The result as a PDF, in Japanese."""
    row = seen(request, public_id)
    if row.status != states.DONE:
        raise Http404
    services.diagnosis_read(actor=request.actor, row=row, how="pdf")
    with translation.override("ja"):
        steps = None
        if request.actor.hat == Hat.FIRM:
            sheet = built(row.questionnaire.definition)
            steps = next_of(request.actor, sheet, row.result, clock.today())
        made, name = diagnosis_pdf(row, position=position_of(row), steps=steps)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition(name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
