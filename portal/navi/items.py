"""The result of 支援ナビ in words: every measure as a card, with why, what to prepare and the next date."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dojo.models import Cohort
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.money import format_rate, format_yen
from portal.navi import explaining, selectors
from portal.navi.rules import fitting
from portal.navi.rules.answering import Answers
from portal.navi.rules.fitting import Fit
from portal.navi.selectors import Ground, Judged
from portal.ui.markup import era_date, moment_text
from subsidies import states
from subsidies.rules.eligibility import Verdict
from subsidies.rules.scheme import SchemeRules
from subsidies.schemes.english import told

# So many papers are named; the call's own page has them all.
MOST_PAPERS = 4
# Measures whose first page is a firm's own: code → route.
BEHIND_SIGN_IN = {"advice": "advisors:ask", "nakama": "nakama:search"}


@dataclass(frozen=True, slots=True)
class Item:
    """A measure on the page. `url` is its one action; `starts` a call that the button begins with.

    `needs_account`: who is not a firm yet comes to the sign-in and the registration first, and is told so.
    """

    code: str
    title: str
    text: str
    score: int
    url: str
    button: str
    tag: str = ""
    tone: str = ""
    why: tuple[str, ...] = ()
    prepare: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    date: dt.date | None = None
    date_label: str = ""
    starts: int | None = None
    more: str = ""
    needs_account: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """All that there is: what fits now, the best first; what fits later, with what is missing."""

    now: tuple[Item, ...]
    later: tuple[Item, ...]
    ward: int | None
    has_calls: bool


def found(actor: Actor, answers: Answers, base: Ground, now: dt.datetime) -> Found:
    """The result. Every call stands in one of the two lists."""
    today, ward = clock.to_date(now), answers.ward
    items = [_call_item(one, answers, now) for one in selectors.judged_calls(base, answers, today)]
    items += _course_items(actor, answers, ward, today)
    items += _standing_items(actor, answers, ward)
    fits = [item for item in items if not item.missing]
    later = [item for item in items if item.missing]
    return Found(
        now=tuple(fitting.ordered(fits, [item.score for item in fits])),
        later=tuple(fitting.ordered(later, [item.score for item in later])),
        ward=ward,
        has_calls=bool(base.calls),
    )


def _call_item(one: Judged, answers: Answers, now: dt.datetime) -> Item:
    call, rules = one.call, one.rules
    is_open = call.opens_at <= now
    fit = fitting.fit(f"stage{call.version.scheme.stage}", answers)
    page = reverse("subsidies:call_detail", args=[call.pk])
    why = (*fit.why, _("答えた内容では、この補助金の要件を満たします。"))
    missing = _lacking(one)
    tag, tone = (_("受付中"), "green") if is_open else (_("受付前"), "")
    if is_open and call.is_used_up:
        tag, tone = _("受付中（予算待ち）"), "orange"
    url, button, starts = page, str(fit.measure.button), call.pk if not missing else None
    if missing:
        button = _("募集を読む")
    elif not is_open:
        button = _("下書きを始める")
    if one.begun:
        starts = None
        url, button = _begun(*one.begun)
    return Item(
        code=f"call-{call.pk}",
        title=call.version.scheme.display_name,
        text=told(call.version.scheme.summary),
        # What can be sent in today comes before what opens later.
        score=fit.score + (2 if is_open else -2),
        url=url,
        button=button,
        tag=tag,
        tone=tone,
        why=() if missing else why,
        prepare=_prepare(rules, one.verdict),
        facts=(
            (_("補助率"), format_rate(rules.rate)),
            (_("上限額"), format_yen(rules.cap_yen)),
            (
                _("受付期間"),
                _("%(first)s〜%(last)s")
                % {"first": moment_text(call.opens_at), "last": moment_text(call.closes_at)},
            ),
        ),
        missing=missing,
        date=clock.to_date(call.closes_at if is_open else call.opens_at),
        date_label=_("受付終了") if is_open else _("受付開始"),
        starts=starts,
        more=page if url != page or starts else "",
    )


def _lacking(one: Judged) -> tuple[str, ...]:
    """Why an application would be refused, or what decides and was left open."""
    if one.begun and one.begun[0] != states.DRAFT:
        return (_("この募集には、すでに申請しています。結果をお待ちください。"),)
    if one.verdict.refusals:
        return tuple(told(text) for text in one.verdict.refusals)
    open_ = fitting.open_questions(one.verdict)
    return tuple(_("まだ分からない要件：%(question)s") % {"question": told(text)} for text in open_)


def _begun(status: str, public_id: str) -> tuple[str, str]:
    if status == states.DRAFT:
        return reverse("subsidies:task_list", args=[public_id]), _("続きを入力する")
    return reverse("subsidies:status", args=[public_id]), _("申請の状態を見る")


def _prepare(rules: SchemeRules, verdict: Verdict) -> tuple[str, ...]:
    """What comes before the application and is not said to be done, then its papers."""
    done = {item.criterion.code for item in verdict.judged if item.outcome == "met"}
    needed = [told(item.name) for item in rules.documents if item.required]
    papers = _("、").join(needed[:MOST_PAPERS])
    left = len(needed) - MOST_PAPERS
    if left > 0:
        papers += ngettext("、ほか%(n)s件", "、ほか%(n)s件", left) % {"n": left}
    before = [
        _("先に済ませること：%(name)s") % {"name": told(one.name)}
        for one in rules.prerequisites
        if one.criterion not in done
    ]
    return (*(told(line) for line in rules.preparation), *before, *([papers] if papers else []))


def _course_items(actor: Actor, answers: Answers, ward: int | None, today: dt.date) -> list[Item]:
    """The two courses: the round of the ward that closes first, else that none is announced."""
    items = []
    rounds = selectors.rounds(actor, ward, today)
    for code in ("dojo", "leader"):
        open_, coming = rounds.get(code, ([], []))
        cohort = next(iter([*open_, *coming]), None)
        fit = fitting.fit(code, answers)
        if cohort is None:
            waiting = (_("この区で募集している期はありません。"),)
            url = reverse("dojo:courses")
            items.append(_item(fit, url, missing=(*fit.missing, *waiting)))
        else:
            items.append(_cohort_item(fit, cohort, is_open=cohort in open_))
    return items


def _cohort_item(fit: Fit, cohort: Cohort, *, is_open: bool) -> Item:
    first_at = getattr(cohort, "first_at", None)
    started = [(_("初回"), era_date(clock.to_date(first_at)))] if first_at else []
    return _item(
        fit,
        reverse("dojo:cohort", args=[cohort.public_id]),
        title=_("%(course)s 第%(number)d期")
        % {"course": cohort.course.display_name, "number": cohort.number},
        tag=_("募集中") if is_open else _("募集前"),
        tone="green" if is_open else "",
        facts=(*started, (_("会場"), cohort.place)),
        date=cohort.closes_on if is_open else cohort.opens_on,
        date_label=_("募集の終わり") if is_open else _("募集の開始"),
        missing=fit.missing,
    )


def _standing_items(actor: Actor, answers: Answers, ward: int | None) -> list[Item]:
    """What is there the year round: the check, advisors, the lab, partners."""
    outside = () if ward else (_("23区の中の工場や事務所"),)
    lab = selectors.nearest_lab(ward)
    pages = {
        "diagnosis": reverse("diagnosis:home" if actor.hat == Hat.FIRM else "diagnosis:try"),
        "advice": reverse("navi:go", args=["advice"]),
        "lab": reverse("booking:week", args=[lab.public_id]) if lab else "",
        "nakama": reverse("navi:go", args=["nakama"]),
    }
    explained = explaining.pages() if actor.hat != Hat.FIRM else {}
    items = []
    for code, url in pages.items():
        if not url:
            continue
        fit = fitting.fit(code, answers)
        lacking = fit.missing if code == "diagnosis" else (*fit.missing, *outside)
        place = ((_("場所"), f"{lab.name}　{lab.place}"),) if code == "lab" and lab else ()
        told = {
            "more": explained.get(code, ""),
            "needs_account": code in BEHIND_SIGN_IN and actor.hat != Hat.FIRM,
        }
        items.append(_item(fit, url, missing=lacking, facts=place, **told))
    return items


def _item(fit: Fit, url: str, **more: Any) -> Item:
    measure = fit.measure
    missing = more.pop("missing", fit.missing)
    said = {"title": str(measure.title), "text": str(measure.text), **more}
    return Item(
        code=measure.code,
        score=fit.score,
        url=url,
        button=str(measure.button),
        why=() if missing else fit.why or (str(measure.later),),
        prepare=tuple(str(one) for one in measure.prepare),
        missing=tuple(missing),
        **said,
    )
