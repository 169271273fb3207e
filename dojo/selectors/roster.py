"""名簿: who takes part, how often they came, and what the rule says. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, QuerySet

from dojo import policies, states
from dojo.models import Attendance, Cohort, Enrolment, Graduation, Session, SessionWork
from dojo.rules import completion, presence
from portal.kernel.actor import Actor
from portal.kernel.texts import plain

PAGE_SIZE = 50
MOST_CHARACTERS = 60


class Held(NamedTuple):
    """The attendance that holds; a board has thousands of them, so no whole row each."""

    mark: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One person: the attendance that holds, by session, and the rule's verdict."""

    enrolment: Enrolment
    marks: Mapping[int, Held]
    assessment: completion.Assessment
    graduation: Graduation | None = None
    work: SessionWork | None = None


def sessions_of(cohort: Cohort) -> list[Session]:
    """Sessions with their units, in the order of their days."""
    return list(Session.objects.filter(cohort=cohort).select_related("unit"))


def assessed(
    cohort: Cohort, *, rows: QuerySet[Enrolment] | None = None, only: int | None = None
) -> list[Line]:
    """Everybody with a seat (or `only` one enrolment), with the verdict of the cohort's rule."""
    found = Enrolment.objects.all() if rows is None else rows
    found = found.filter(cohort=cohort, status=states.ENROLLED).order_by("person_name", "pk")
    if only is not None:
        found = found.filter(pk=only)
    return lines_of(cohort, list(found), sessions_of(cohort))


def lines_of(
    cohort: Cohort, people: Sequence[Enrolment], sessions: Sequence[Session]
) -> list[Line]:
    """The verdict for these people; two queries."""
    judge = Judge(cohort, sessions)
    current: dict[int, dict[int, Held]] = defaultdict(dict)
    rows = Attendance.objects.filter(session__in=sessions, replaced_by=None).order_by()
    if len(people) == 1:
        rows = rows.filter(enrolment=people[0])
    for person, session, mark, minutes in rows.values_list(
        "enrolment_id", "session_id", "mark", "minutes"
    ):
        current[person][session] = Held(mark, minutes)
    return [
        Line(
            enrolment=person,
            marks=current[person.pk],
            assessment=judge.verdict(
                current[person.pk], has_plan=person.plan_handed_in_on is not None
            ),
        )
        for person in people
    ]


class Judge:
    """The cohort's rule, asked once for each different way of coming; one query."""

    def __init__(self, cohort: Cohort, sessions: Sequence[Session]) -> None:
        self._units = sorted(cohort.course.units.values_list("number", flat=True))
        self._rule = completion.parse(cohort.rule, units=len(self._units))
        self._sessions = sessions
        self._planned = {
            item.pk: presence.minutes_between(item.starts_at, item.ends_at) for item in sessions
        }
        self._known: dict[tuple[frozenset[tuple[int, Held]], bool], completion.Assessment] = {}

    def verdict(self, marks: Mapping[int, Held], *, has_plan: bool) -> completion.Assessment:
        """What the rule says of somebody who came like this."""
        key = frozenset(marks.items()), has_plan
        if key not in self._known:
            self._known[key] = completion.assess(
                self._rule, units=self._units, visits=self._visits(marks), has_plan=has_plan
            )
        return self._known[key]

    def _visits(self, marks: Mapping[int, Held]) -> list[completion.Visit]:
        """What the rule reads of one person's attendance."""
        return [
            completion.Visit(
                unit=session.unit.number,
                mark=marks[session.pk].mark,
                minutes=marks[session.pk].minutes,
                planned_minutes=self._planned[session.pk],
                is_make_up=session.is_make_up,
            )
            for session in self._sessions
            if session.pk in marks
        ]


def looked_for(actor: Actor, cohort: Cohort, query: str) -> list[Line]:
    """Everybody with a seat whom the actor sees and the words fit, with graduation."""
    rows = policies.visible_enrolments(actor).filter(cohort=cohort)
    words = words_of(query)
    return [
        line
        for line in assessed_with(cohort, rows, sessions_of(cohort))
        if words in line.enrolment.person_name or words in line.enrolment.firm_name
    ]


def words_of(query: str) -> str:
    """What the search of a roster looks for."""
    return plain(query, MOST_CHARACTERS)


def assessed_with(
    cohort: Cohort,
    rows: QuerySet[Enrolment],
    sessions: Sequence[Session],
    next_session: Session | None = None,
) -> list[Line]:
    """Lines with graduation and the work of one session; two queries more."""
    people = list(rows.filter(status=states.ENROLLED).order_by("person_name", "pk"))
    graduations = {
        row.enrolment_id: row for row in Graduation.objects.filter(enrolment__cohort=cohort)
    }
    works = (
        {row.enrolment_id: row for row in SessionWork.objects.filter(session=next_session)}
        if next_session
        else {}
    )
    return [
        Line(
            line.enrolment,
            line.marks,
            line.assessment,
            graduations.get(line.enrolment.pk),
            works.get(line.enrolment.pk),
        )
        for line in lines_of(cohort, people, sessions)
    ]


def applicants(actor: Actor, cohort: Cohort) -> list[Enrolment]:
    """Who has no seat yet, and who has none any more: applied, asked, waiting, then the rest."""
    order = (states.APPLIED, states.OFFERED, states.WAITING)
    rows = policies.visible_enrolments(actor).filter(cohort=cohort)
    found = rows.filter(~Q(status=states.ENROLLED)).order_by("applied_at", "pk")
    return sorted(
        found, key=lambda row: order.index(row.status) if row.status in order else len(order)
    )


def history(enrolment: Enrolment) -> list[Attendance]:
    """Every record of one person, the corrected ones too, in the order they were written."""
    rows = Attendance.objects.filter(enrolment=enrolment).select_related(
        "session__unit", "recorded_by", "replaces"
    )
    return list(rows.order_by("session__starts_at", "pk"))
