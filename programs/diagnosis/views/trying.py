"""診断を試す: for everybody, without signing in; a firm takes the result over with one button."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.parts import Crumb
from programs.diagnosis import services, trying, words
from programs.diagnosis.forms import PageForm, typed_of
from programs.diagnosis.instruments import ORDER
from programs.diagnosis.rules import path
from programs.diagnosis.rules.typed import kept
from programs.diagnosis.selectors.versions import in_force
from programs.diagnosis.trying import Trial
from programs.diagnosis.views.common import firm_only, refused


@login_not_required
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be tried; a firm has its own page for that."""
    trial = trying.current(request)
    if request.actor.hat == Hat.FIRM and trial is None:
        return redirect("diagnosis:home")
    context = {"sheets": in_force().values(), "trial": trial}
    return TemplateResponse(request, "diagnosis/try.html", context)


@login_not_required
@require_POST
def start(request: HttpRequest, instrument: str) -> HttpResponse:
    """試す, or go on."""
    if instrument not in ORDER:
        raise Http404
    if not trying.is_there(request):
        # Each begins a session, which is a row of ours.
        limited: HttpResponse | None = ratelimit.consume_or_429(request, action="diagnosis_try")
        if limited:
            return limited
    trying.begin(request, instrument)
    return redirect(_next(_current(request)))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, page: str) -> HttpResponse:
    """The questions of one page: kept first, then spoken of."""
    trial = trying.current(request)
    if trial is None:
        return redirect("diagnosis:try")
    _say_what_changed(request, trial)
    named = trial.sheet.page(page)
    if named is None:
        return redirect(_next(trial))
    if request.method == "POST":
        typed = kept(named.questions, typed_of(named.questions, request.POST))
        return redirect(_after(trying.keep_answers(request, trial, typed), page))
    found = path.problems(trial.sheet, trial.answers) if "problems" in request.GET else []
    way = [one.code for one in path.walk(trial.sheet, trial.answers)]
    place = way.index(page) if page in way else len(way) - 1
    context = {
        "sheet": trial.sheet,
        "page": named,
        "form": PageForm(named, trial.answers, [one for one in found if one.page == page]),
        "number": place + 1,
        "count": len(way),
        "back": _address(way[place - 1]) if place > 0 else "",
        "is_last": place + 1 == len(way),
        "breadcrumb": [
            Crumb(_("診断を試す"), reverse("diagnosis:try")),
            Crumb(str(trial.sheet.name)),
        ],
    }
    return TemplateResponse(request, "diagnosis/try_page.html", context)


@login_not_required
@never_cache
@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """What came out; nothing of it is stored with us."""
    trial = trying.current(request)
    if trial is None:
        return redirect("diagnosis:try")
    if not trial.is_done:
        return redirect(_next(trial, told=True))
    row = trying.as_row(trial)
    told = words.shown(row)
    context = {
        "row": row,
        "told": told,
        "is_tried": True,
        "is_firm": request.actor.hat == Hat.FIRM,
        "answers": words.answers_in_words(told.sheet, row.answers),
        "breadcrumb": [
            Crumb(_("診断を試す"), reverse("diagnosis:try")),
            Crumb(str(told.sheet.name)),
        ],
    }
    return TemplateResponse(request, "diagnosis/try_result.html", context)


@login_not_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """試した答えを消す."""
    trying.forget(request)
    messages.success(request, _("試した診断の答えを消しました。"))
    return redirect("diagnosis:try")


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest) -> HttpResponse:
    """自社の診断として残す. Signed out one comes back to the result from the sign-in."""
    trial = trying.current(request)
    if request.method != "POST" or trial is None:
        return redirect("diagnosis:try_result")
    try:
        row = services.trial_take_over(
            actor=request.actor, instrument=trial.instrument, answers=trial.answers
        )
    except TransitionRefused as error:
        refused(request, error, None, "take_over")
        return redirect("diagnosis:try_result")
    trying.forget(request)
    messages.success(request, _("試した診断を、自社の診断として残しました。"))
    return redirect("diagnosis:diagnosis", row.public_id)


def _current(request: HttpRequest) -> Trial:
    trial = trying.current(request)
    if trial is None:
        raise Http404
    return trial


def _next(trial: Trial, *, told: bool = False) -> str:
    """The first page with something to answer; nothing left: the result."""
    missing = path.problems(trial.sheet, trial.answers)
    if not missing:
        return reverse("diagnosis:try_result")
    return _address(missing[0].page) + ("?problems=1#main" if told else "")


def _after(trial: Trial, code: str) -> str:
    """The page behind this one; this one again where something on it is to be mended."""
    way = [one.code for one in path.walk(trial.sheet, trial.answers)]
    if any(one.page == code for one in path.problems(trial.sheet, trial.answers)):
        return f"{_address(code)}?problems=1#main"
    place = way.index(code) + 1 if code in way else len(way)
    return _address(way[place]) if place < len(way) else _next(trial, told=True)


def _address(code: str) -> str:
    return reverse("diagnosis:try_page", args=[code])


def _say_what_changed(request: HttpRequest, trial: Trial) -> None:
    if not trial.is_changed:
        return
    text = _("設問が新しくなりました。これまでの答えは、新しい設問に合うものを残しています。")
    if trial.changed:
        text += _("合わなくなった答え：%(names)s") % {"names": _("、").join(trial.changed)}
    messages.warning(request, text)
