"""Pages of 支援ナビ. Nobody has to sign in for the questions and the result."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import hat_required
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.navi import items, policies, selectors, services, state, words
from portal.navi.forms import ANSWER, OwnForm, QuestionForm
from portal.navi.models import NaviResult
from portal.navi.rules import answering, guide
from portal.navi.rules.answering import Answers
from portal.navi.selectors import Ground
from portal.ui.acts import form_page, found_or_404
from portal.ui.markup import era_date
from portal.ui.parts import Crumb
from programs.policies import visible_firms
from programs.selectors import open_sites, ward_names
from subsidies.checking import next_address
from subsidies.models import Call
from subsidies.rules.scheme import Criterion
from subsidies.services.errors import AlreadyApplied, Refused

firm_only = hat_required(Hat.FIRM)
KEPT_SHOWN = 30


@login_not_required
@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """支援ナビ: what it does, and where one was."""
    context = {
        "first": guide.guide().questions[0].code,
        "count": len(guide.guide().questions),
        "has_begun": state.has_any(request),
        "is_firm": request.actor.hat == Hat.FIRM,
    }
    return TemplateResponse(request, "navi/start.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, code: str) -> HttpResponse:
    """One question; the answer is kept in the browser, and going back shows it again."""
    asked = guide.guide().question(code)
    if asked is None:
        raise Http404
    answers = state.load(request)
    _base, own = _asked_of(request, answers, clock.now())
    way = answering.way(answers, own)
    if asked not in way:
        return redirect("navi:result")
    if request.method == "POST":
        return _posted(request, asked, answers, own)
    known = answers if answering.is_answered(asked, answers, own) else _known(request, answers)
    form: Any = OwnForm(own, answers) if asked.kind == guide.OWN else QuestionForm(asked, known)
    return _page(request, asked, form, answers, own)


def _asked_of(
    request: HttpRequest, answers: Answers, now: dt.datetime
) -> tuple[Ground, tuple[Criterion, ...]]:
    """What judging rests on, and what the ward's own page asks after these answers."""
    base = selectors.ground(request.actor, answers.ward, now)
    return base, selectors.own_criteria(base, answers, clock.to_date(now))


def _posted(
    request: HttpRequest, asked: guide.Question, answers: Answers, own: tuple[Any, ...]
) -> HttpResponse:
    form: Any
    if asked.kind == guide.OWN:
        try:
            given = answers.with_own(answering.read_own(own, request.POST))
        except answering.OwnProblems as problems:
            form = OwnForm(own, answers, request.POST)
            form.show(problems.problems)
            return _page(request, asked, form, answers, own)
    else:
        try:
            given = answers.with_answer(
                asked.code, answering.read(asked, request.POST.getlist(ANSWER))
            )
        except answering.NotAnAnswer as problem:
            form = QuestionForm(asked, answers, request.POST)
            form.add_error(ANSWER, str(problem))
            return _page(request, asked, form, answers, own)
    return state.remember(request, redirect(_after(request, asked, given)), given)


def _after(request: HttpRequest, asked: guide.Question, answers: Answers) -> str:
    """The question behind this one that has no answer yet; all answered: the result."""
    _base, own = _asked_of(request, answers, clock.now())
    way = answering.way(answers, own)
    behind = way[way.index(asked) + 1 :] if asked in way else []
    open_ = next((one for one in behind if not answering.is_answered(one, answers, own)), None)
    open_ = open_ or answering.first_open(answers, own)
    return reverse("navi:question", args=[open_.code]) if open_ else reverse("navi:result")


def _known(request: HttpRequest, answers: Answers) -> Answers:
    """What the portal knows of a firm stands in the field, to be confirmed."""
    if request.actor.hat != Hat.FIRM:
        return answers
    firm = visible_firms(request.actor).filter(pk=request.actor.firm_id).first()
    site = open_sites(firm).first() if firm else None
    given = dict(answers.given)
    if firm and firm.employees is not None:
        given.setdefault("size", str(firm.employees))
    if site:
        given.setdefault("ward", str(site.ward_id))
    return Answers(given, answers.own)


def _page(
    request: HttpRequest,
    asked: guide.Question,
    form: Any,
    answers: Answers,
    own: tuple[Criterion, ...],
) -> HttpResponse:
    way = answering.way(answers, own)
    place = way.index(asked)
    fewest, most = answering.length(answers, own)
    context = {
        "question": asked,
        "form": form,
        "number": place + 1,
        "fewest": fewest,
        "most": most,
        "is_last": place + 1 == fewest == most,
        "previous": way[place - 1].code if place else "",
        "is_missing": "missing" in request.GET,
    }
    return form_page(request, "navi/question.html", context)


@login_not_required
@never_cache
@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """What fits now, what later, and what is missing for it."""
    answers, now = state.load(request), clock.now()
    base, own = _asked_of(request, answers, now)
    if (open_ := answering.first_open(answers, own)) is not None:
        return redirect(reverse("navi:question", args=[open_.code]) + "?missing=1")
    actor = request.actor
    context = {
        "found": items.found(actor, answers, base, now),
        "ward": ward_names()[answers.ward] if answers.ward else "",
        "rows": words.rows(answers, selectors.own_answered(base, answers, clock.to_date(now))),
        "today": clock.to_date(now),
        "is_firm": policies.may_keep(actor),
        # Officials and auditors read; they begin nothing in a firm's name.
        "may_begin": actor.hat in {Hat.PUBLIC, Hat.FIRM} or actor.user_id is None,
    }
    return TemplateResponse(request, "navi/result.html", context)


@login_not_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """答えを消す."""
    messages.success(request, _("答えを消しました。"))
    return state.clear(redirect("navi:start"))


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """この結果を残す."""
    if request.method != "POST" or (row := _kept(request)) is None:
        return redirect("navi:result")
    messages.success(request, _("結果を残しました。申請を始めるときに、答えを写せます。"))
    return redirect("navi:kept_one", row.public_id)


@hat_required(Hat.FIRM, Hat.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, call_id: int) -> HttpResponse:
    """申請を始める with these answers. Signed out one comes back to the result from the sign-in."""
    if request.method != "POST":
        return redirect("navi:result")
    if request.actor.hat != Hat.FIRM:
        messages.info(
            request, _("先に、企業を登録してください。答えは残っているので、続きから申請できます。")
        )
        back = urlencode({"next": reverse("navi:result")})
        return redirect(f"{reverse('programs:firm_register')}?{back}")
    if (row := _kept(request)) is None:
        return redirect("navi:result")
    try:
        application = services.application_begin(actor=request.actor, call_id=call_id, row=row)
    except Call.DoesNotExist as missing:
        raise Http404 from missing
    except AlreadyApplied as already:
        messages.info(request, str(already))
        return redirect("subsidies:status", already.application.public_id)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("navi:result")
    return redirect(next_address(application))


@hat_required()
@require_safe
def go(request: HttpRequest, code: str) -> HttpResponse:
    """On to a measure that is for firms. Signed out one comes back here from the sign-in, and from the
    registration of the firm; whoever works for a ward or a lab is told whose page it is."""
    route = items.BEHIND_SIGN_IN.get(code)
    if route is None:
        raise Http404
    if request.actor.hat == Hat.FIRM:
        return redirect(route)
    if request.actor.hat != Hat.PUBLIC:
        messages.info(request, _("ここから先は、企業の方が申し込む画面です。"))
        return redirect("accounts:landing")
    messages.info(request, _("先に、企業を登録してください。済むと、選んだ支援の画面に進みます。"))
    return redirect(f"{reverse('programs:firm_register')}?{urlencode({'next': request.path})}")


def _kept(request: HttpRequest) -> NaviResult | None:
    """The result of this browser's answers, kept for the firm; None while questions are open."""
    answers, now = state.load(request), clock.now()
    base, own = _asked_of(request, answers, now)
    if answering.first_open(answers, own) is not None:
        return None
    with translation.override("ja"):
        # Kept in the language of the papers, whoever reads it later.
        found = items.found(request.actor, answers, base, now)
    return services.result_keep(
        actor=request.actor, answers=answers, base=base, now=now, found=found
    )


@firm_only
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """これまでの結果 of the firm."""
    rows = policies.visible_results(request.actor).select_related("ward")
    context = {
        "rows": list(rows.defer("answers", "told", "texts")[:KEPT_SHOWN]),
        "breadcrumb": [Crumb(_("支援ナビ"), reverse("navi:start")), Crumb(_("これまでの結果"))],
    }
    return TemplateResponse(request, "navi/kept.html", context)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def kept_one(request: HttpRequest, public_id: object) -> HttpResponse:
    """One kept result as it was; with one button its answers are looked at again today."""
    rows = policies.visible_results(request.actor).select_related("ward")
    row: NaviResult = found_or_404(rows.get, public_id=public_id)
    answers = answering.kept(row.answers)
    if request.method == "POST":
        return state.remember(request, redirect("navi:result"), answers)
    day = era_date(clock.to_date(row.made_at))
    context = {
        "row": row,
        "rows": words.rows(answers, ()),
        "told": words.told_rows(row.told),
        "breadcrumb": [
            Crumb(_("支援ナビ"), reverse("navi:start")),
            Crumb(_("これまでの結果"), reverse("navi:kept")),
            Crumb(day),
        ],
    }
    return TemplateResponse(request, "navi/kept_one.html", context)
