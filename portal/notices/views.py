"""The person's notices (お知らせ)."""

import datetime as dt
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices import selectors, services
from portal.notices.models import APP, AT_ONCE, DIGEST, Notice, OptOut
from portal.notices.readers import readers_of
from portal.notices.topics import label_of, registered, topics

PAGE_SIZE = 20
# In the address a kind without a code has a name.
NO_KIND = "other"


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """What was told to the person, newest first, every mail readable here as well."""
    user_id = request.actor.user_id
    kinds = selectors.kinds(user_id)
    asked = {kind.code or NO_KIND: kind.code for kind in kinds}
    chosen = request.GET.get("kind", "")
    only_unread = request.GET.get("state") == "unread"
    found = selectors.own_notices(user_id, unread=only_unread, topic=asked.get(chosen))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "kinds": [(kind.code or NO_KIND, kind.label, kind.count) for kind in kinds],
        "chosen": chosen if chosen in asked else "",
        "only_unread": only_unread,
        "rows": [(notice, label_of(notice.topic)) for notice in page],
        "unread": selectors.unread_count(user_id),
        "seen": clock.now().isoformat(),
    }
    return TemplateResponse(request, "notices/list.html", context)


@require_POST
def notice_open(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Mark as read and go to what it is about. The address says where from: a page that is gone can
    then say so (404.html).
    """
    try:
        notice = services.mark_read(actor=request.actor, notice_id=notice_id, now=clock.now())
    except Notice.DoesNotExist as missing:
        raise Http404 from missing
    return redirect(_from_notice(notice))


def _from_notice(notice: Notice) -> str:
    parts = urlsplit(notice.url)
    query = "&".join(filter(None, [parts.query, urlencode({"notice": notice.pk})]))
    return urlunsplit(parts._replace(query=query))


@require_safe
def notice_mail(request: HttpRequest, notice_id: str) -> HttpResponse:
    """メールの写し: what left, word for word, or why nothing did."""
    rows = Notice.objects.filter(recipient_id=request.actor.user_id).select_related("mail")
    notice = rows.filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    return TemplateResponse(
        request, "notices/mail.html", {"notice": notice, "kind": label_of(notice.topic)}
    )


@require_POST
def notice_all_read(request: HttpRequest) -> HttpResponse:
    """すべて既読にする: what the person's page could show."""
    seen, now = _moment(request.POST.get("seen", "")), clock.now()
    if seen is None or seen.tzinfo is None or seen > now:
        seen = now
    count = services.all_read(actor=request.actor, seen=seen, now=now)
    text = ngettext("%(count)d件を既読にしました。", "%(count)d件を既読にしました。", count)
    messages.success(request, text % {"count": count})
    return redirect("notices:list")


def _moment(text: str) -> dt.datetime | None:
    try:
        return parse_datetime(text[:40])
    except ValueError:  # of the form of a date, and none: 13月45日
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """メールの受け取り: how the mail of each kind comes, and which always comes at once."""
    user_id = request.actor.user_id
    mine = [topic for topic in registered() if topic.reader in readers_of(request)]
    chosen = dict(OptOut.objects.filter(user_id=user_id).values_list("topic", "way"))
    if request.method == "POST":
        shown = {topic.code for topic in mine if not topic.urgent}
        posted = {code: request.POST.get(code, AT_ONCE) for code in shown}
        kept = {code: way for code, way in chosen.items() if code not in shown}
        services.settings_save(actor=request.actor, ways=kept | posted)
        messages.success(request, _("メールの受け取りを保存しました。"))
        return redirect("notices:settings")
    context = {
        "choices": [
            (topic, chosen.get(topic.code, AT_ONCE), _ways(digests=topic.digests))
            for topic in mine
            if not topic.urgent
        ],
        "urgent": [topic for topic in mine if topic.urgent],
    }
    return TemplateResponse(request, "notices/settings.html", context)


def _ways(*, digests: bool) -> list[tuple[str, str]]:
    ways = [(AT_ONCE, _("すぐにメール")), (DIGEST, _("1日1通にまとめる")), (APP, _("メールなし"))]
    return [way for way in ways if digests or way[0] != DIGEST]


@require_POST
def address_retry(request: HttpRequest) -> HttpResponse:
    """The person says the address is right after all: what waits leaves again."""
    services.address_retry(actor=request.actor, user_id=request.actor.user_id)
    messages.success(
        request, _("もう一度このアドレスに送ります。届かないときは、またお知らせします。")
    )
    return redirect("notices:list")


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
