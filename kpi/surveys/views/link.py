"""Answering by the link of a mail: no sign-in, no name of a firm. Reading records nothing; every button saves.

What was typed is kept page by page, so that one may go on another day or on another device.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kpi.surveys import links, services
from kpi.surveys.forms import SendForm
from kpi.surveys.models import Asked
from kpi.surveys.services import LINK, Opened
from kpi.surveys.views.common import denied
from portal.accounts.limits import may_try, too_many
from portal.kernel import clock
from portal.kernel.database import acting
from portal.ui.markup import era_date
from portal.ui.numbers import posted_number
from programs.diagnosis.forms import PageForm, typed_of
from programs.diagnosis.rules import path
from programs.diagnosis.rules.definition import Page
from programs.diagnosis.words import answers_in_words
from programs.selectors import ward_names

# Wrong links of one address; saves by one link.
LIMITS = {"surveys_wrong": "20/10m/ip", "surveys_save": "200/10m/key"}


def by_link(view: Any) -> Any:
    """Without signing in, never cached, and with the refusals of a link as pages."""

    def guarded(request: HttpRequest, secret: str, **named: Any) -> HttpResponse:
        if not _may(request, "surveys_wrong", dry_run=True):
            return too_many(request)
        try:
            answer: HttpResponse = view(request, secret, **named)
        except services.NoSuchLink as error:
            _may(request, "surveys_wrong")
            answer = _gone(request, error, 404)
        except services.WaveOver as error:
            answer = _gone(request, error, 410)
        answer["X-Robots-Tag"] = "noindex"
        return answer

    return login_not_required(never_cache(guarded))


@by_link
@require_safe
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """What is asked, by whom, for how long, and what happens with the answers; then the first page."""
    found = services.opened(secret=secret)
    context = {
        **_common(found, secret),
        "begun": bool(found.answers),
        "first": _first_open(found, secret),
        "said": said_of(found.asked),
    }
    return TemplateResponse(request, "surveys/link.html", context)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, secret: str, page: str) -> HttpResponse:
    """The questions of one page."""
    found = services.opened(secret=secret)
    named = found.sheet.page(page)
    if request.method == "POST":
        if not _may(request, "surveys_save", key=secret):
            return too_many(request)
        return _posted(request, secret, found, page)
    if named is None:
        return redirect(_first_open(found, secret))
    _say_what_changed(request, found)
    problems = path.problems(found.sheet, found.answers) if "problems" in request.GET else []
    return _page(request, secret, found, named, found.answers, problems)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, secret: str) -> HttpResponse:
    """The answers once more, the consent, and 送る."""
    found = services.opened(secret=secret)
    if path.problems(found.sheet, found.answers):
        return redirect(_first_open(found, secret, told=request.method == "POST"))
    form = SendForm(request.POST or None, initial={"linked": found.asked.is_linked})
    if request.method == "POST" and form.is_valid():
        if not _may(request, "surveys_save", key=secret):
            return too_many(request)
        try:
            services.answers_send(
                secret=secret,
                is_linked=form.cleaned_data["linked"],
                revision=posted_number(request.POST.get("revision", "")),
            )
        except services.WaveOver:
            raise
        except services.Refused as error:
            _denied(found.asked, error, "send")
            messages.error(request, str(error))
            return redirect("surveys:send", secret)
        return redirect("surveys:thanks", secret)
    context = {
        **_common(found, secret),
        "form": form,
        "pages": [
            (title, rows, reverse("surveys:page", args=[secret, code.code]))
            for (title, rows), code in zip(
                answers_in_words(found.sheet, found.answers),
                path.walk(found.sheet, found.answers),
                strict=True,
            )
        ],
    }
    return TemplateResponse(request, "surveys/send.html", context)


@by_link
@require_safe
def thanks(request: HttpRequest, secret: str) -> HttpResponse:
    """What happens with the answers now. Still there when the wave has closed."""
    with acting(LINK):
        asked = links.asked_of(secret)
    said = said_of(asked)
    if said is None:
        return redirect("surveys:link", secret)
    context = {
        "asked": asked,
        "wave": asked.wave,
        "ward": ward_names()[asked.ward_id],
        "said": said,
        "secret": secret,
        "may_change": asked.wave.status == "open" and clock.today() <= asked.wave.ends_on,
    }
    return TemplateResponse(request, "surveys/thanks.html", context)


@csrf_exempt  # a mail program posts here; the secret says for whom
@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, secret: str) -> HttpResponse:
    """配信停止: a page that asks, and the POST that does it."""
    with acting(LINK):
        links.asked_of(secret)
    if request.method == "POST":
        services.no_more_mails(secret=secret)
    context = {"is_done": request.method == "POST", "secret": secret}
    return TemplateResponse(request, "surveys/stop.html", context)


def said_of(asked: Asked) -> Any:
    """The answer that counts, None without any."""
    with acting(LINK):
        return asked.responses.order_by("-pk").first()


def _posted(request: HttpRequest, secret: str, found: Opened, code: str) -> HttpResponse:
    shown = found.sheet.page(code)
    typed = typed_of(shown.questions, request.POST) if shown else {}
    try:
        saved = services.page_save(
            secret=secret,
            page=code,
            typed=typed,
            revision=posted_number(request.POST.get("revision", "")),
        )
    except services.WaveOver:
        raise
    except services.Refused as refusal:
        _denied(found.asked, refusal, "page_save")
        if shown is None:
            raise Http404 from refusal
        messages.error(request, str(refusal))
        return _page(request, secret, services.opened(secret=secret), shown, typed, [], status=409)
    _say_what_changed(request, saved)
    return redirect(_after(request, saved, secret, code))


def _after(request: HttpRequest, saved: Opened, secret: str, code: str) -> str:
    """The page behind the pressed button; a page of its own, so that going back never sends again."""
    if "later" in request.POST:
        messages.success(
            request,
            _("保存しました。%(day)sまで、メールの同じリンクから続けられます。")
            % {"day": era_date(saved.door.until)},
        )
        return reverse("surveys:link", args=[secret])
    if saved.sheet.page(code) is None:
        return _first_open(saved, secret)
    way = [one.code for one in path.walk(saved.sheet, saved.answers)]
    missing = path.problems(saved.sheet, saved.answers)
    if any(problem.page == code for problem in missing):
        return reverse("surveys:page", args=[secret, code]) + "?problems=1#main"
    place = way.index(code) + 1 if code in way else len(way)
    if place < len(way):
        return reverse("surveys:page", args=[secret, way[place]])
    return _first_open(saved, secret, told=True)


def _first_open(found: Opened, secret: str, *, told: bool = False) -> str:
    """The first page with something to answer; where nothing is missing, the page that sends."""
    missing = path.problems(found.sheet, found.answers)
    if not missing:
        return reverse("surveys:send", args=[secret])
    address = reverse("surveys:page", args=[secret, missing[0].page])
    return f"{address}?problems=1#main" if told else address


def _page(
    request: HttpRequest,
    secret: str,
    found: Opened,
    named: Page,
    kept: Any,
    problems: list[path.Problem],
    status: int = 200,
) -> HttpResponse:
    way = [one.code for one in path.walk(found.sheet, found.answers)]
    place = way.index(named.code) if named.code in way else len(way) - 1
    context = {
        **_common(found, secret),
        "page": named,
        "form": PageForm(named, kept, [one for one in problems if one.page == named.code]),
        "number": place + 1,
        "count": len(way),
        "back": reverse("surveys:page", args=[secret, way[place - 1]]) if place > 0 else "",
    }
    return TemplateResponse(request, "surveys/page.html", context, status=status)


def _common(found: Opened, secret: str) -> dict[str, Any]:
    return {
        "found": found,
        "wave": found.asked.wave,
        "ward": ward_names()[found.asked.ward_id],
        "sheet": found.sheet,
        "secret": secret,
        "is_late": found.door.is_late,
        "until": found.door.until,
    }


def _say_what_changed(request: HttpRequest, found: Opened) -> None:
    """The questions are new: what of the answers no longer fits is told; it stays on record."""
    if found.aside:
        messages.warning(
            request,
            _("設問が新しくなりました。これまでの答えは、新しい設問に合うものを残しています。"),
        )


def _gone(request: HttpRequest, error: services.Refused, status: int) -> HttpResponse:
    context = {"text": str(error), "is_over": status == 410}
    return TemplateResponse(request, "surveys/gone.html", context, status=status)


def _denied(asked: Asked, error: Exception, act: str) -> None:
    with acting(LINK):
        denied(LINK, error, asked, act)


def _may(request: HttpRequest, action: str, *, key: str = "", dry_run: bool = False) -> bool:
    return may_try(request, app="surveys", action=action, config=LIMITS, key=key, dry_run=dry_run)
