"""At the door with a phone, and files handed out."""

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lab.booking.words import hours_text
from lab.events import policies
from lab.events.services import attendance
from lab.events.views.common import denied, firm_only
from portal.accounts.access import hat_required
from portal.kernel.actor import Hat
from portal.kernel.database import acting
from portal.kernel.files import responses
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.kernel.transitions import TransitionRefused

takers = hat_required(Hat.FIRM, Hat.SUPPORT, Hat.AUDITOR)


@firm_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The phone that has read the door's QR code: one button, and a clear answer."""
    try:
        event = policies.get_event(request.actor, pk=attendance.event_of(token))
        if request.method == "POST":
            row = attendance.check_in_phone(actor=request.actor, token=token)
            messages.success(request, _("受け付けました。ようこそ。"))
            return redirect("events:registration", row.public_id)
    except signing.BadSignature as bad:
        raise Http404 from bad
    except TransitionRefused as error:
        denied(request, error, None, "enter")
        context = {"refusal": str(error)}
        return TemplateResponse(request, "events/enter.html", context, status=409)
    context = {"event": event, "when": hours_text(event)}
    return TemplateResponse(request, "events/enter.html", context)


@takers
@require_safe
def material(request: HttpRequest, material_id: int) -> HttpResponseBase:
    """資料, whose own row the person need not see: the policy has been asked."""
    item = get_object_or_404(policies.readable_materials(request.actor), pk=material_id)
    actor = request.actor
    with acting(actor.elevated()):
        stored = StoredFile.objects.get(pk=item.stored_file_id)
        try:
            reader = files.open_for_download(actor=actor, stored=stored, may=True)
        except files.FileUnavailable as gone:
            raise Http404 from gone
    return responses.file_response(stored, reader)
