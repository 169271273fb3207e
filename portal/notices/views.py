"""The person's notices (お知らせ)."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from portal.kernel import clock
from portal.notices import services
from portal.notices.models import Notice


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """What was told to the person, newest first, every mail readable here as well."""
    notices = Notice.objects.filter(recipient_id=request.actor.user_id)
    page = Paginator(notices, 20).get_page(request.GET.get("page"))
    return TemplateResponse(request, "notices/list.html", {"page": page})


@require_POST
def notice_open(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Mark as read and go to what it is about."""
    try:
        notice = services.mark_read(actor=request.actor, notice_id=notice_id, now=clock.now())
    except Notice.DoesNotExist as missing:
        raise Http404 from missing
    return redirect(notice.url)
