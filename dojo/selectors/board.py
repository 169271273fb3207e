"""受講者: the cohort board. Counts over everybody; whole lines only for the page that is shown.

A cohort may have 500 people with thousands of records. Many came in the same way: the rule is asked
once for each different way.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import FilteredRelation, Q, QuerySet, StringAgg, TextField, Value
from django.db.models.functions import Concat

from dojo import policies, states
from dojo.models import Attendance, Cohort, Enrolment, Session
from dojo.rules import completion, presence
from dojo.selectors.roster import PAGE_SIZE, Held, Judge, words_of
from portal.kernel.actor import Actor
from portal.kernel.transitions import State

# How one person came: session, mark and minutes of each record, as PostgreSQL writes them together.
Way = str


@dataclass(frozen=True, slots=True)
class Counts:
    """How the cohort stands as a whole."""

    enrolled: int = 0
    complete: int = 0
    plans: int = 0
    graduated: int = 0


class Seat(NamedTuple):
    """What the board shows of somebody with a seat; no whole row, because it shows fifty."""

    pk: int
    public_id: UUID
    ward_id: int
    firm_id: int
    firm_name: str
    person_name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the board. `is_ready` is the pre-work of the next session, where there is one."""

    seat: Seat
    assessment: completion.Assessment
    graduation: str | None
    is_ready: bool

    @property
    def graduation_state(self) -> State | None:
        """How far the graduation is."""
        return states.GRADUATION.state(self.graduation) if self.graduation else None


@dataclass(frozen=True, slots=True)
class Board:
    """The cohort board: counts over everybody, the page of those looked for.

    `came` counts by session who was not absent.
    """

    page: Page
    counts: Counts
    came: Mapping[int, int]


def board(
    actor: Actor,
    cohort: Cohort,
    sessions: Sequence[Session],
    *,
    query: str = "",
    page: int = 1,
    next_session: Session | None = None,
) -> Board:
    """Everybody with a seat whom the actor sees; four queries."""
    rows = policies.visible_enrolments(actor).filter(cohort=cohort, status=states.ENROLLED)
    columns = ("pk", "person_name", "firm_name", "plan_handed_in_on", "graduation__status")
    seats = list(rows.order_by("person_name", "pk").values_list(*columns))
    ways = _ways(sessions)
    marks = {way: _marks(way) for way in {"", *ways.values()}}
    judge = Judge(cohort, sessions)
    known: dict[tuple[Way, bool], completion.Assessment] = {}
    verdicts, graduations = {}, {}
    for pk, _person, _firm, plan, graduation in seats:
        graduations[pk] = graduation
        key = ways.get(pk, ""), plan is not None
        if key not in known:
            known[key] = judge.verdict(marks[key[0]], has_plan=key[1])
        verdicts[pk] = known[key]
    words = words_of(query)
    found = [pk for pk, person, firm, *_rest in seats if words in person or words in firm]
    here = Paginator(found, PAGE_SIZE).get_page(page)
    here.object_list = [
        Shown(seat, verdicts[seat.pk], graduations[seat.pk], is_ready)
        for seat, is_ready in _shown(rows, list(here.object_list), next_session)
    ]
    counts = Counts(
        enrolled=len(seats),
        complete=sum(verdict.is_complete for verdict in verdicts.values()),
        plans=sum(verdict.has_plan for verdict in verdicts.values()),
        graduated=Counter(graduations.values())[states.CONFIRMED],
    )
    return Board(here, counts, _came(Counter(ways.get(pk, "") for pk in verdicts), marks))


def _ways(sessions: Sequence[Session]) -> dict[int, Way]:
    """Enrolment → how the person came. A correction stands for what it corrects."""
    record = Concat(
        "session_id", Value(":"), "mark", Value(":"), "minutes", output_field=TextField()
    )
    rows = (
        Attendance.objects.filter(session__in=sessions, replaced_by=None)
        .order_by()
        .values("enrolment_id")
        .annotate(way=StringAgg(record, delimiter=Value(" "), order_by="session_id"))
    )
    return dict(rows.values_list("enrolment_id", "way"))


def _marks(way: Way) -> dict[int, Held]:
    """「12:present:150 13:late:130」 by session."""
    found = {}
    for record in way.split():
        session, mark, minutes = record.split(":")
        found[int(session)] = Held(mark, int(minutes))
    return found


def _came(people: Mapping[Way, int], marks: Mapping[Way, Mapping[int, Held]]) -> Counter[int]:
    """Session → how many were not absent."""
    came = Counter[int]()
    for way, count in people.items():
        for session, held in marks[way].items():
            if held.mark != presence.ABSENT:
                came[session] += count
    return came


def _shown(
    rows: QuerySet[Enrolment], keys: Sequence[int], next_session: Session | None
) -> Iterator[tuple[Seat, bool]]:
    """The people of the page in order, and whether they are ready for the next session."""
    of_session = Q(works__session=next_session)
    people = rows.filter(pk__in=keys).annotate(work=FilteredRelation("works", condition=of_session))
    found = {
        seat[0]: (Seat(*seat), ready_on is not None)
        for *seat, ready_on in people.values_list(*Seat._fields, "work__prework_on")
    }
    for key in keys:
        yield found[key]
