"""What the courses tell on a firm's card: applying, each session, the days of the course.

Graduations are facts, which `programs` tells.
"""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import Max, Min, Q
from django.utils.translation import gettext_lazy as _

from dojo import policies, states
from dojo.models import Attendance, Course, Enrolment
from dojo.rules import presence
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs import history
from programs.history import COURSES, OF_FIRM, OF_WARD, Event, Place, Span, Todo, Told
from programs.models import Firm

_COLUMNS = (
    "pk",
    "cohort_id",
    "public_id",
    "person_name",
    "status",
    "reason",
    "applied_at",
    "accept_by",
    "ward_id",
    "cohort__course__code",
    "cohort__number",
    "first_at",
    "last_at",
    "next_at",
)
_APPLIED = _("%(course)sに申し込みました")
_CAME = _("%(course)s 第%(number)d回：%(mark)s")
_NAME = _("%(course)s 第%(number)d期")
# What is told of a session; a correction has replaced what it corrects.
_TONES = {presence.PRESENT: "green", presence.ABSENT: "red"}


@history.tells(Enrolment)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """Two queries: the seats with the days of their courses, and who came when."""
    sessions = "cohort__sessions__starts_at"
    regular = Q(cohort__sessions__is_make_up=False)
    rows = (
        policies.visible_enrolments(actor)
        .filter(firm_id=firm.pk)
        .annotate(
            first_at=Min(sessions, filter=regular),
            last_at=Max(sessions, filter=regular),
            next_at=Min(
                sessions, filter=regular & Q(**{f"{sessions}__gte": clock.midnight(today)})
            ),
        )
        .order_by("-applied_at", "-pk")
    )
    seats = {row["pk"]: row for row in rows.values(*_COLUMNS)[: history.MOST]}
    drawn, name_of = set[int](), cache(_name)
    for row in seats.values():
        row["name"] = name_of(row["cohort__course__code"], row["cohort__number"])
        yield from _of_seat(actor, row, drawn)
    if seats:
        yield from _sessions(seats)


def _of_seat(actor: Actor, row: dict[str, Any], drawn: set[int]) -> Iterator[Told]:
    """A course that several people attend is drawn once."""
    name = row["name"]
    row["place"] = place = _place(actor, row)
    state = states.ENROLMENT.state(row["status"])
    yield Event(
        at=row["applied_at"],
        lane=COURSES,
        text=_APPLIED,
        values={"course": name},
        note=(row["person_name"], state.label, row["reason"]),
        tone=state.tone if state.terminal else "",
        place=place,
        ward_id=row["ward_id"],
    )
    about = f"{name}　{row['person_name']}"
    if row["status"] == states.APPLIED:
        yield Todo(COURSES, OF_WARD, _("受講を決める"), about, place=place)
    elif row["status"] == states.OFFERED:
        what = _("空いた席を受けるか返事をする")
        yield Todo(COURSES, OF_FIRM, what, about, row["accept_by"], place)
    elif row["status"] == states.ENROLLED and row["first_at"]:
        days = clock.to_date(row["first_at"]), clock.to_date(row["last_at"])
        if row["cohort_id"] not in drawn:
            drawn.add(row["cohort_id"])
            yield Span(COURSES, *days, (name,))
        if row["next_at"]:
            day = clock.to_date(row["next_at"])
            yield Todo(COURSES, OF_FIRM, _("次の回に出席する"), about, day, place)


def _sessions(seats: dict[int, dict[str, Any]]) -> Iterator[Event]:
    rows = Attendance.objects.filter(enrolment__in=list(seats), replaced_by=None)
    columns = ("enrolment_id", "mark", "session__starts_at", "session__unit__number")
    marks = dict(Attendance.Mark.choices)
    found = rows.order_by("-session__starts_at", "-pk").values_list(*columns)
    for seat, mark, starts_at, number in found[: history.MOST]:
        row = seats[seat]
        yield Event(
            at=starts_at,
            lane=COURSES,
            text=_CAME,
            values={"course": row["name"], "number": number, "mark": marks[mark]},
            note=(row["person_name"],),
            tone=_TONES.get(mark, "orange"),
            place=row["place"],
            ward_id=row["ward_id"],
        )


def _name(code: str, number: int) -> str:
    """DX道場（経営者向け） 第2期."""
    return str(_NAME) % {"course": Course.Code(code).label, "number": number}


def _place(actor: Actor, row: dict[str, Any]) -> Place:
    route = "dojo:enrolment" if actor.hat == Hat.FIRM else "dojo:person"
    return Place(route, row["public_id"])
