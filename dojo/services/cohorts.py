"""Planning a cohort: made with proposed days, published, changed, cancelled, ended."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dojo import policies, states
from dojo.models import Cohort, CohortWard, Course, Enrolment, Graduation, Session
from dojo.rules import days
from dojo.services import notices
from dojo.services.errors import Refused
from dojo.services.seats import locked, recount, seats_settle
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing

# Constraint → what the person reads.
_MESSAGES = {
    "cohort_capacity": gettext_lazy("定員は1人から500人までにしてください。"),
    "cohort_seats": gettext_lazy(
        "すでに決まった受講者より少ない定員にはできません。先に受講者と話してください。"
    ),
    "cohort_window": gettext_lazy("募集の終わりは、開始以降の日にしてください。"),
    "cohort_criteria_published": gettext_lazy(
        "選考で決める期には、公表する選考の基準を書いてください。"
    ),
    "cohort_number_once": gettext_lazy(
        "同じ期が、ほかの画面で作られました。一覧を開き直して確かめてください。"
    ),
}
FIRST_LATER = gettext_lazy("最初の回は、募集の終わりより後の日にしてください。")
# What those who have applied rely on.
FIXED_WHEN_ANNOUNCED = ("selection", "criteria", "opens_on")


@dataclass(frozen=True, slots=True)
class Times:
    """Proposed days and the hour at which sessions begin."""

    wish: days.Wish
    starts: dt.time


@dataclass(frozen=True, slots=True)
class Fields:
    """What the official types about a cohort."""

    capacity: int
    selection: str
    opens_on: dt.date
    closes_on: dt.date
    place: str
    contact: str
    criteria: str = ""
    accept_days: int = 3
    online_url: str = ""
    message: str = ""

    def values(self) -> dict[str, Any]:
        """By column."""
        return {name: getattr(self, name) for name in self.__slots__}


def cohort_create(
    *, actor: Actor, course_id: int, ward_ids: Collection[int], fields: Fields, times: Times
) -> Cohort:
    """A draft with its sessions on the proposed days. Raises RoleMissing, Refused, Course.DoesNotExist."""
    if not policies.is_office(actor) or not actor.has_role(*states.PLANNERS):
        raise RoleMissing
    assert actor.ward_id is not None
    with transaction.atomic():
        course = Course.objects.get(pk=course_id)
        units = list(course.units.all())
        try:
            found = days.propose(times.wish)
        except ValueError as error:
            raise Refused(
                _("開催日を提案できません。最初の日と間隔を確かめてください。")
            ) from error
        year = clock.fiscal_year(found[0])
        rows = Cohort.objects.filter(ward_id=actor.ward_id, course=course, fiscal_year=year)
        last = rows.aggregate(last=Max("number"))["last"] or 0
        cohort = _saved(
            Cohort(
                course=course,
                ward_id=actor.ward_id,
                fiscal_year=year,
                number=last + 1,
                rule=course.rule,
                created_by_id=person_id(actor),
                **fields.values(),
            )
        )
        CohortWard.objects.bulk_create(
            CohortWard(cohort=cohort, ward_id=ward) for ward in sorted({actor.ward_id, *ward_ids})
        )
        Session.objects.bulk_create(
            session_on(cohort, unit, day, times.starts)
            for unit, day in zip(units, found, strict=True)
        )
        audit.record(actor=actor, action="dojo.cohort_created", obj=cohort)
    return cohort


def session_on(cohort: Cohort, unit: Any, day: dt.date, starts: dt.time) -> Session:
    """The unsaved session of a unit; as long as the unit takes."""
    begin = dt.datetime.combine(day, starts, tzinfo=clock.TOKYO)
    return Session(
        cohort=cohort,
        unit=unit,
        starts_at=begin,
        ends_at=begin + dt.timedelta(minutes=unit.minutes),
    )


def cohort_change(*, actor: Actor, cohort_id: int, fields: Fields) -> Cohort:
    """Change what may still be changed. More seats are offered to the waiting list at once.

    Raises Cohort.DoesNotExist, RoleMissing, Refused.
    """
    with transaction.atomic():
        cohort = planned(actor, cohort_id)
        if cohort.status not in (states.DRAFT, states.ANNOUNCED):
            raise Refused(_("終了・中止した期は変えられません。"))
        before = {name: getattr(cohort, name) for name in fields.values()}
        changed = {k: v for k, v in fields.values().items() if before[k] != v}
        if cohort.status == states.ANNOUNCED and set(changed) & set(FIXED_WHEN_ANNOUNCED):
            raise Refused(
                _("募集を公開した後は、決め方・選考の基準・募集の開始日は変えられません。")
            )
        for name, value in changed.items():
            setattr(cohort, name, value)
        if cohort.status == states.ANNOUNCED and "closes_on" in changed:
            require_later(cohort, *cohort.sessions.all())
        if changed:
            _saved(cohort)
            with acting(actor.elevated()):
                seats_settle(cohort=cohort, today=clock.today())
            audit.record(
                actor=actor,
                action="dojo.cohort_changed",
                obj=cohort,
                changes={k: [_plain(before[k]), _plain(v)] for k, v in changed.items()},
            )
    return cohort


def require_later(cohort: Cohort, *sessions: Session) -> None:
    """Nobody applies for what has begun. Raises Refused for a session before the window's end."""
    if any(clock.to_date(item.starts_at) <= cohort.closes_on for item in sessions):
        raise Refused(FIRST_LATER)


def missing(cohort: Cohort, today: dt.date) -> list[str]:
    """What is left before the announcement may be published, in words."""
    left = []
    sessions = list(cohort.sessions.all())
    lecturers = list(cohort.lecturers.all())
    if any(clock.to_date(item.starts_at) <= cohort.closes_on for item in sessions):
        left.append(str(FIRST_LATER))
    if cohort.closes_on < today:
        left.append(_("募集の終わりが過ぎています。日付を直してください。"))
    if not lecturers:
        left.append(_("講師を1人以上加えてください。"))
    elif cohort.course.is_for_owners and not any(item.is_peer for item in lecturers):
        left.append(_("成功事例を持つ町工場の経営者を、講師に1人以上加えてください。"))
    return left


def cohort_announce(*, actor: Actor, cohort_id: int) -> Cohort:
    """募集を公開する. Raises Cohort.DoesNotExist, RoleMissing, StaleState, Refused with what is missing."""
    with transaction.atomic():
        cohort = planned(actor, cohort_id)
        if left := missing(cohort, clock.today()):
            raise Refused(" ".join(left))
        transitions.apply(table=states.COHORT, instance=cohort, action="announce", actor=actor)
    return cohort


def cohort_end(*, actor: Actor, cohort_id: int) -> Cohort:
    """この期を終える: every session is over and no graduation waits. Raises as cohort_announce."""
    with transaction.atomic():
        cohort = planned(actor, cohort_id)
        if cohort.sessions.filter(ends_at__gt=clock.now()).exists():
            raise Refused(_("これからの回があるため、まだ終えられません。"))
        waiting = Graduation.objects.filter(
            enrolment__cohort=cohort, status__in=(states.PROPOSED, states.RETURNED)
        )
        if waiting.exists():
            raise Refused(_("決まっていない修了の案があります。先に決めてください。"))
        transitions.apply(table=states.COHORT, instance=cohort, action="end", actor=actor)
    return cohort


def cohort_cancel(*, actor: Actor, cohort_id: int, reason: str) -> Cohort:
    """中止: everybody who applied is told, with the reason. Raises as cohort_announce."""
    with transaction.atomic():
        cohort = planned(actor, cohort_id)
        if Graduation.objects.filter(enrolment__cohort=cohort, status__in=states.STANDING).exists():
            raise Refused(_("修了の案または認定があります。先にそちらを取り消してください。"))
        transitions.apply(
            table=states.COHORT, instance=cohort, action="cancel", actor=actor, reason=reason
        )
        with acting(actor.elevated()):
            for row in Enrolment.objects.filter(cohort=cohort, status__in=states.LIVE):
                transitions.apply(
                    table=states.ENROLMENT,
                    instance=row,
                    action="remove",
                    actor=actor,
                    reason=reason,
                    fields={"reason": reason.strip()},
                )
                notices.cancelled(row, cohort, reason)
            recount(cohort)
    return cohort


def planned(actor: Actor, cohort_id: int) -> Cohort:
    """The cohort, locked, for somebody who plans it. Raises Cohort.DoesNotExist, RoleMissing."""
    cohort = policies.get_cohort(actor, pk=cohort_id)
    if not policies.may_plan(actor, cohort):
        raise RoleMissing
    return locked(cohort_id)


def _saved(cohort: Cohort) -> Cohort:
    try:
        with transaction.atomic():
            cohort.save()
    except IntegrityError as error:
        for name, message in _MESSAGES.items():
            if name in str(error):
                raise Refused(message) from error
        raise
    return cohort


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
