"""The one way a file of a grant is given out, and the small image of a photograph is shown."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.kernel.actor import Hat
from portal.kernel.files.models import StoredFile
from portal.kernel.files.responses import file_response, preview_response
from portal.kernel.files.services import FileUnavailable, open_for_download, stored_derivative
from subsidies.grants import downloads


@hat_required(Hat.FIRM, Hat.WARD, Hat.AUDITOR)
@require_safe
def download(request: HttpRequest, file_id: object) -> HttpResponse:
    """A document of a filing, a letter, a photo: to whom what it hangs on is visible. Audited."""
    stored = downloads.find(request.actor, file_id)
    try:
        content = open_for_download(actor=request.actor, stored=stored, may=True)
    except FileUnavailable:
        waiting = stored.state == StoredFile.State.QUARANTINE and stored.erased_at is None
        context = {"file": stored, "is_waiting": waiting}
        return TemplateResponse(request, "subsidies/file_unavailable.html", context, status=409)
    return file_response(stored, content)


@hat_required(Hat.FIRM, Hat.WARD, Hat.AUDITOR)
@require_safe
def preview(request: HttpRequest, file_id: object) -> HttpResponse:
    """The small image inside a page: to whom the file itself is open. Audited as its download."""
    stored = downloads.find(request.actor, file_id)
    try:
        content = stored_derivative(actor=request.actor, stored=stored, may=True)
    except FileUnavailable as missing:
        raise Http404 from missing
    return preview_response(stored, content)
