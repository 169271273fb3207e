"""Pages of the news mails; none needs a sign-in."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portal.cms.mailing import services
from portal.cms.mailing.forms import SubscribeForm
from portal.cms.mailing.models import Subscription
from portal.kernel import clock
from portal.ui.acts import form_page
from portal.ui.parts import Crumb
from programs.models import Ward

BAD = (signing.BadSignature, ValueError, TypeError, Subscription.DoesNotExist)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest, place: str = "") -> HttpResponse:
    """申込み: the address is asked by mail; what the page says tells nothing about the address."""
    ward = _ward(place)
    form = SubscribeForm(request.POST or None)
    if request.method == "POST":
        limited: HttpResponse | None = ratelimit.consume_or_429(request, action="news_mail")
        if limited:
            return limited
        if form.is_valid():
            services.subscribe(
                email=form.cleaned_data["email"],
                ward_id=ward.pk if ward else None,
                categories=form.cleaned_data["categories"],
                language=get_language() or "ja",
                now=clock.now(),
            )
            return redirect("mailing:asked")
    context = {
        "form": form,
        "place": services.place_name(ward),
        "breadcrumb": [
            Crumb(_("トップ"), "/"),
            *([Crumb(ward.display_name, f"/wards/{place}/")] if ward else []),
            Crumb(_("お知らせメール")),
        ],
    }
    return form_page(request, "mailing/subscribe.html", context)


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return TemplateResponse(request, "mailing/asked.html", {})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the first mail: a page that asks, and the POST that says yes.

    Not the GET, because mail programs open links to look whether they are dangerous.
    """
    try:
        services.confirm_read(token)
        if request.method == "POST":
            services.confirm(token=token, now=clock.now())
    except BAD as bad:
        raise Http404 from bad
    context = {"is_done": request.method == "POST"}
    return TemplateResponse(request, "mailing/confirm.html", context)


@login_not_required
@never_cache
@csrf_exempt  # a mail program posts here (RFC 8058); the signed token says what is asked
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """配信停止 in one click."""
    try:
        services.stop_read(token)
        if request.method == "POST":
            services.stop(token=token, now=clock.now())
    except BAD as bad:
        raise Http404 from bad
    context = {"is_done": request.method == "POST", "again": reverse("mailing:subscribe")}
    return TemplateResponse(request, "mailing/stop.html", context)


def _ward(place: str) -> Ward | None:
    """The ward of an address like `sumida`. Raises Http404."""
    if not place:
        return None
    found = Ward.objects.filter(name_en__iexact=place).first()
    if found is None:
        raise Http404
    return found
