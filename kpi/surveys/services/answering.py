"""Answering page by page by a link, sending, and what officials type in. Every answer is a row of its own.

Locks in one order: the wave, the firm's row, then the audit chain; a wave that closes waits for the
answers before it, and an answer behind it is a late one.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.surveys import links, policies, states
from kpi.surveys.errors import Refused, Stale, Unfinished
from kpi.surveys.models import Asked, Draft, Response, Wave
from kpi.surveys.rules.questions import state_of
from kpi.surveys.services.figures import fact_of, figures_write
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing, StaleState
from portal.ui.markup import era_date
from programs.diagnosis.models import Questionnaire
from programs.diagnosis.rules import path
from programs.diagnosis.rules.carrying import carried
from programs.diagnosis.rules.definition import Definition, built
from programs.diagnosis.rules.scoring import scored
from programs.diagnosis.rules.typed import kept

LINK = Actor.system("surveys.link")
CONSENT = gettext_lazy(
    "この調査の答えを、区の担当者が企業カードと結び付けて読むことに同意します。"
    "同意しなくても調査には答えられ、集計にだけ使われます。"
)
Way = Response.Way


@dataclass(frozen=True, slots=True)
class Opened:
    """A firm's sheet as it stands: its door, the questions, the answers, and what no longer fits."""

    door: links.Door
    questionnaire: Questionnaire
    answers: Mapping[str, Any]
    revision: int
    aside: tuple[str, ...] = ()

    @property
    def asked(self) -> Asked:
        return self.door.asked

    @property
    def sheet(self) -> Definition:
        return built(self.questionnaire.definition)


@dataclass(frozen=True, slots=True)
class Entered:
    """What an official typed in: 調査票 or 聞き取り."""

    answers: Mapping[str, Any]
    way: str
    said_by: str
    said_on: dt.date
    is_linked: bool = False


def opened(*, secret: str) -> Opened:
    """The sheet behind a link. Records nothing. Raises NoSuchLink, WaveOver."""
    with acting(LINK):
        return _opened(links.asked_of(secret))


def page_save(*, secret: str, page: str, typed: Mapping[str, Any], revision: int | None) -> Opened:
    """Keep the answers of a page; where the questions changed meanwhile, what fits stays.

    Raises NoSuchLink, WaveOver, Stale (another browser saved since).
    """
    with transaction.atomic(), acting(LINK):
        asked = _locked(links.asked_of(secret))
        links.door_of(asked, today=clock.today())
        draft, _new = Draft.objects.get_or_create(
            asked=asked, defaults={"questionnaire": asked.wave.questionnaire}
        )
        if revision is not None and revision != draft.revision:
            raise Stale
        old = built(draft.questionnaire.definition)
        shown = old.page(page)
        answers = {**draft.answers, **(kept(shown.questions, typed) if shown else {})}
        aside: dict[str, Any] = {}
        if draft.questionnaire_id != asked.wave.questionnaire_id:
            found = carried(answers, old, built(asked.wave.questionnaire.definition))
            answers, aside = found.kept, found.aside
            draft.questionnaire = asked.wave.questionnaire
            draft.aside = {**draft.aside, **aside}
        draft.answers = answers
        draft.revision += 1
        draft.changed_at = clock.database_now()
        draft.save()
        now = _opened(asked)
        return Opened(now.door, now.questionnaire, now.answers, now.revision, tuple(aside))


def answers_send(*, secret: str, is_linked: bool, revision: int | None) -> Response:
    """送る. The same answers again leave nothing. Raises NoSuchLink, WaveOver, Stale, Unfinished."""
    with transaction.atomic(), acting(LINK):
        asked = _locked(links.asked_of(secret))
        door = links.door_of(asked, today=clock.today())
        draft = Draft.objects.select_for_update().filter(asked=asked).first()
        answers = draft.answers if draft else {}
        if draft is not None and revision is not None and revision != draft.revision:
            raise Stale
        questionnaire = draft.questionnaire if draft else asked.wave.questionnaire
        sheet = built(questionnaire.definition)
        if missing := path.problems(sheet, answers):
            raise Unfinished(missing)
        response = Response(
            questionnaire=questionnaire,
            answers=_on_the_way(sheet, answers),
            is_linked=is_linked,
            is_late=door.is_late,
            way=Way.LINK,
            said_on=clock.today(),
        )
        return _write(Actor.system("surveys.link", ward_id=asked.ward_id), asked, response)


def response_enter(*, actor: Actor, asked_id: int, entered: Entered) -> Response:
    """調査票・聞き取りを入力する: who said it, on which day; the ward's official types it in.

    Raises Asked.DoesNotExist, RoleMissing, Refused, Unfinished.
    """
    asked = policies.get_asked(actor, pk=asked_id)
    if not policies.may_enter(actor, asked):
        raise RoleMissing
    if not entered.said_by.strip():
        raise Refused(_("答えた人を入力してください。"))
    if entered.way == Way.LINK or entered.way not in Way.values:
        raise Refused(_("回答の方法を選んでください。"))
    with transaction.atomic(), acting(actor.elevated()):
        asked = _locked(asked)
        _require_entry(asked, entered.said_on)
        questionnaire = asked.wave.questionnaire
        sheet = built(questionnaire.definition)
        answers = kept(sheet.questions(), entered.answers)
        if missing := path.problems(sheet, answers):
            raise Unfinished(missing)
        late = asked.wave.status == states.CLOSED or entered.said_on > asked.wave.ends_on
        response = Response(
            questionnaire=questionnaire,
            answers=_on_the_way(sheet, answers),
            is_linked=entered.is_linked,
            is_late=late,
            way=entered.way,
            said_by=entered.said_by.strip()[:100],
            said_on=entered.said_on,
            written_by_id=person_id(actor),
        )
        return _write(actor, asked, response)


def asked_exclude(*, actor: Actor, asked_id: int, reason: str) -> Asked:
    """対象外にする: closed down, no factory, moved away. Raises Asked.DoesNotExist, RoleMissing,
    StaleState, ReasonMissing.
    """
    return _move(actor, asked_id, "exclude", reason)


def asked_include(*, actor: Actor, asked_id: int) -> Asked:
    """対象に戻す. Raises Asked.DoesNotExist, RoleMissing, StaleState."""
    return _move(actor, asked_id, "include", "")


def _move(actor: Actor, asked_id: int, action: str, reason: str) -> Asked:
    asked = policies.get_asked(actor, pk=asked_id)
    if not policies.may_enter(actor, asked):
        raise RoleMissing
    with transaction.atomic(), acting(actor.elevated()):
        asked = _locked(asked)
        transitions.apply(
            table=states.ASKED,
            instance=asked,
            action=action,
            actor=actor,
            reason=reason,
            fields={"reason": reason.strip()[:200]},
        )
        if asked.wave.status == states.CLOSED:
            figures_write(starts_on=asked.wave.starts_on, today=clock.today())
    return asked


def _opened(asked: Asked) -> Opened:
    """Under the questions in force; nothing is written."""
    door = links.door_of(asked, today=clock.today())
    wanted, draft = asked.wave.questionnaire, door.draft
    if draft is None:
        return Opened(door, wanted, {}, 0)
    if draft.questionnaire_id == wanted.pk:
        return Opened(door, wanted, draft.answers, draft.revision)
    found = carried(draft.answers, built(draft.questionnaire.definition), built(wanted.definition))
    return Opened(door, wanted, found.kept, draft.revision, tuple(found.aside))


def _locked(asked: Asked) -> Asked:
    """The firm's row and its wave, as they stand once both are held."""
    wave = Wave.objects.select_for_update(of=("self",)).select_related("questionnaire")
    held = wave.get(pk=asked.wave_id)
    row = Asked.objects.select_for_update().get(pk=asked.pk)
    row.wave = held
    return row


def _write(actor: Actor, asked: Asked, response: Response) -> Response:
    """The answer, the firm's state, the fact, and where the wave has closed the figure. Rows are held."""
    last = Response.objects.filter(asked=asked).order_by("-pk").first()
    if last is not None and response.way == Way.LINK and _same(last, response):
        return last
    sheet = built(response.questionnaire.definition)
    response.asked, response.ward_id, response.firm_id = asked, asked.ward_id, asked.firm_id
    response.state = state_of(response.answers)
    response.barriers = list(scored(sheet, response.answers).barriers)
    response.consent = str(CONSENT) if response.is_linked else ""
    response.save(force_insert=True)
    fact_of(response, wave_id=asked.wave_id)
    now = clock.database_now()
    detail = {"way": response.way, "response": response.pk, "late": response.is_late}
    before, asked.is_linked, asked.answered_at = asked.is_linked, response.is_linked, now
    if asked.status == states.WAITING:
        transitions.apply(
            table=states.ASKED,
            instance=asked,
            action="answer",
            actor=actor,
            detail=detail,
            fields={"answered_at": now, "is_linked": response.is_linked},
        )
    else:
        asked.save(update_fields=["is_linked", "answered_at"])
        audit.record(
            actor=actor,
            action="surveys.answer_changed",
            obj=asked,
            changes={"is_linked": [before, response.is_linked]},
            detail=detail,
        )
    if asked.wave.status == states.CLOSED:
        figures_write(starts_on=asked.wave.starts_on, today=clock.today())
    return response


def _same(last: Response, new: Response) -> bool:
    return (last.answers, last.is_linked, last.questionnaire_id) == (
        new.answers,
        new.is_linked,
        new.questionnaire_id,
    )


def _on_the_way(sheet: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked on the way that the answers lead; what was typed on another way is left out."""
    return {
        question.code: answers[question.code]
        for page in path.walk(sheet, answers)
        for question in page.questions
        if answers.get(question.code) not in (None, "", [])
    }


def _require_entry(asked: Asked, said_on: dt.date) -> None:
    wave = asked.wave
    if asked.status == states.OUTSIDE:
        raise Refused(_("この企業は対象外です。先に対象に戻してください。"))
    if wave.status not in {states.OPEN, states.CLOSED}:
        raise StaleState
    newer = Asked.objects.filter(
        ward_id=asked.ward_id, wave__starts_on__gt=wave.starts_on, wave__status=states.OPEN
    )
    if wave.status == states.CLOSED and newer.exists():
        raise Refused(
            _("次の調査が始まっているので、この回には入力できません。次の調査に入力してください。")
        )
    if not wave.starts_on <= said_on <= clock.today():
        raise Refused(
            _("回答の日は、調査を始めた日（%(day)s）から今日までにしてください。")
            % {"day": era_date(wave.starts_on)}
        )
