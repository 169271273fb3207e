"""The calendar's private address: made and ended by its owner, read by their calendar program."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.ui.parts import Crumb
from subsidies.obligations import ical, policies, services, states
from subsidies.obligations.models import Feed, Obligation
from subsidies.obligations.services.feeds import digest_of
from subsidies.obligations.views.staff import ward_only

# Of the nearest; a calendar program that asks every hour is no reason to walk the whole ward.
AT_MOST = 2_000


@ward_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest) -> HttpResponse:
    """Make a new address (shown this once) or end the one there is."""
    secret = ""
    if request.method == "POST":
        if request.POST.get("end"):
            services.feed_end(actor=request.actor)
            messages.success(request, _("カレンダーの配信を終えました。"))
            return redirect("obligations:feed")
        secret = services.feed_renew(actor=request.actor)
    mine = Feed.objects.filter(
        user_id=request.actor.user_id, ward_id=request.actor.ward_id, ended_at=None
    )
    context = {
        "feed": mine.first(),
        "address": settings.SITE_URL + reverse("obligations:ics", args=[secret]) if secret else "",
        "breadcrumb": [
            Crumb(_("義務の一覧"), reverse("obligations:calendar")),
            Crumb(_("カレンダーに取り込む")),
        ],
    }
    return TemplateResponse(request, "obligations/feed.html", context)


@login_not_required
@never_cache
@require_safe
def read(request: HttpRequest, secret: str) -> HttpResponse:
    """The open obligations of the ward. 404 as soon as its owner does not serve the ward any more."""
    with acting(Actor.system("obligations.feed")):
        feed = Feed.objects.filter(digest=digest_of(secret), ended_at=None).first()
        present = feed and policies.present_officials(feed.ward_id, clock.today())
        if not feed or not present.filter(user_id=feed.user_id).exists():
            raise Http404
        rows = Obligation.objects.filter(ward_id=feed.ward_id, status=states.OPEN)
        with override("ja"):
            body = ical.calendar(
                rows.order_by("due_on", "id")[:AT_MOST],
                stamp=clock.now(),
                host=settings.SITE_URL.split("//", 1)[-1].split(":")[0],
            )
        services.feed_read(feed_id=feed.pk)
    return HttpResponse(body, content_type=ical.CONTENT_TYPE)
