"""A photo of a visit, and a promise ticked off: for firm, team and ward alike."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advisors import policies, services
from advisors.models import NextAction, VisitPhoto
from advisors.policies import OFFICE_ROLES
from advisors.views.common import noted
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel.actor import Hat
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.kernel.files.responses import file_response, preview_response
from portal.kernel.files.services import FileUnavailable, open_for_download, stored_derivative
from portal.kernel.transitions import TransitionRefused

_FIRM = (Role.FIRM_OWNER, Role.FIRM_MEMBER)


photo_readers = hat_required(
    Hat.FIRM, Hat.WARD, Hat.AUDITOR, Hat.SUPPORT,
    roles={*_FIRM, *OFFICE_ROLES, Role.AUDITOR, Role.ADVISOR},
)  # fmt: skip


@photo_readers
@require_safe
def photo(request: HttpRequest, photo_id: int) -> HttpResponse:
    """A photo of a visit, to whom the visit is visible. Audited."""
    stored = _stored(request, photo_id)
    try:
        content = open_for_download(actor=request.actor, stored=stored, may=True)
    except FileUnavailable as gone:
        raise Http404 from gone
    return file_response(stored, content)


@photo_readers
@require_safe
def preview(request: HttpRequest, photo_id: int) -> HttpResponse:
    """Its small image, inside a page; to the same people."""
    stored = _stored(request, photo_id)
    try:
        content = stored_derivative(actor=request.actor, stored=stored, may=True)
    except FileUnavailable as gone:
        raise Http404 from gone
    return preview_response(stored, content)


def _stored(request: HttpRequest, photo_id: int) -> StoredFile:
    """The file of a photo. An advisor has no access to the rows of stored files themselves."""
    visits = policies.visible_visits(request.actor)
    row = VisitPhoto.objects.filter(pk=photo_id, visit__in=visits).first()
    if row is None:
        raise Http404
    with acting(request.actor.elevated()):
        return StoredFile.objects.get(pk=row.stored_file_id)


@hat_required(Hat.FIRM, Hat.SUPPORT, roles={*_FIRM, Role.ADVISOR})
@require_POST
def action_done(request: HttpRequest, action_id: int) -> HttpResponse:
    """宿題が済んだ."""
    try:
        with noted(request, "action_done", action_id=action_id):
            row = services.action_done(actor=request.actor, action_id=action_id)
    except NextAction.DoesNotExist as missing:
        raise Http404 from missing
    except TransitionRefused as refused:
        messages.error(request, str(refused))
        row = policies.visible_actions(request.actor).get(pk=action_id)
    else:
        messages.success(request, _("宿題を済みにしました。"))
    page = "support" if policies.is_firm(request.actor) else "case"
    return redirect(f"advisors:{page}", row.engagement.public_id)
