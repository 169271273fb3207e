"""The person's notices (お知らせ)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices import services
from portal.notices.models import Notice, OptOut
from portal.notices.topics import topics


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


@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """メールの受け取り: which of the optional mails the person wants, and which always come."""
    if request.method == "POST":
        services.settings_save(actor=request.actor, wanted=request.POST.getlist("topic"))
        messages.success(request, _("メールの受け取りを保存しました。"))
        return redirect("notices:settings")
    unwanted = set(
        OptOut.objects.filter(user_id=request.actor.user_id).values_list("topic", flat=True)
    )
    context = {
        "choices": [(code, label, code not in unwanted) for code, label in topics().items()],
    }
    return TemplateResponse(request, "notices/settings.html", context)


@login_not_required
@never_cache
@csrf_exempt  # a mail program posts here; the signed token says what is asked, and for whom
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """配信停止 from a mail: a page that asks, and the POST that does it; no sign-in needed."""
    try:
        topic = services.unsubscribe_read(token)[1]
        if request.method == "POST":
            with acting(Actor.system("notices.unsubscribe")):
                services.unsubscribe(token=token)
    except (signing.BadSignature, User.DoesNotExist, ValueError, TypeError) as bad:
        raise Http404 from bad
    context = {"label": topics().get(topic, topic), "is_done": request.method == "POST"}
    return TemplateResponse(request, "notices/unsubscribe.html", context)
