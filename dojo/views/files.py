"""Files handed out: materials to those who take part, certificates to their holder and the office."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from dojo import policies
from dojo.models import Graduation, Material
from portal.accounts.access import hat_required
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files import responses
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile

readers = hat_required(Hat.FIRM, Hat.WARD, Hat.SUPPORT, Hat.AUDITOR)


@readers
@require_safe
def material(request: HttpRequest, material_id: int) -> HttpResponseBase:
    """教材."""
    rows = Material.objects.select_related("session__cohort")
    item = get_object_or_404(rows, pk=material_id)
    cohorts = policies.kept_cohorts(request.actor)
    reads = policies.takes_part(request.actor, item.session) or (
        request.actor.hat != Hat.FIRM and cohorts.filter(pk=item.session.cohort_id).exists()
    )
    if not reads:
        raise Http404
    return _file(request.actor, item.stored_file_id)


@readers
@require_safe
def certificate(request: HttpRequest, public_id: object) -> HttpResponseBase:
    """修了証 (PDF)."""
    found: Graduation = get_object_or_404(
        policies.visible_graduations(request.actor), public_id=public_id
    )
    if found.certificate_id is None:
        raise Http404
    return _file(request.actor, found.certificate_id)


def _file(actor: Actor, file_id: object) -> HttpResponseBase:
    """The file, whose own row the person need not see: the caller has asked the policy."""
    with acting(actor.elevated()):
        stored = StoredFile.objects.get(pk=file_id)
        try:
            reader = files.open_for_download(actor=actor, stored=stored, may=True)
        except files.FileUnavailable as gone:
            raise Http404 from gone
    return responses.file_response(stored, reader)
