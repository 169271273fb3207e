"""受講者: the cohort board. Counts over everybody; whole lines only for the page that is shown.

A cohort may have 500 people with thousands of records. Many came in the same way: the rule is asked
once for each different way.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, StringAgg, TextField, Value
from django.db.models.functions import Concat

from dojo import policies, states
from dojo.models import Attendance, Cohort, Enrolment, Graduation, Session, SessionWork
from dojo.rules import completion, presence
from dojo.selectors.roster import PAGE_SIZE, Held, Judge, Line, words_of
from portal.kernel.actor import Actor

# How one person came: session, mark and minutes of each record, as PostgreSQL writes them together.
Way = str


@dataclass(frozen=True, slots=True)
class Counts:
    """How the cohort stands as a whole."""

    enrolled: int = 0
    complete: int = 0
    plans: int = 0
    graduated: int = 0


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
    """Everybody with a seat whom the actor sees; eight queries."""
    rows = policies.visible_enrolments(actor).filter(cohort=cohort, status=states.ENROLLED)
    columns = ("pk", "person_name", "firm_name", "plan_handed_in_on")
    seats = list(rows.order_by("person_name", "pk").values_list(*columns))
    ways = _ways(sessions)
    marks = {way: _marks(way) for way in {"", *ways.values()}}
    judge = Judge(cohort, sessions)
    known: dict[tuple[Way, bool], completion.Assessment] = {}
    verdicts = {}
    for pk, _person, _firm, plan in seats:
        key = ways.get(pk, ""), plan is not None
        if key not in known:
            known[key] = judge.verdict(marks[key[0]], has_plan=key[1])
        verdicts[pk] = known[key]
    words = words_of(query)
    found = [pk for pk, person, firm, _plan in seats if words in person or words in firm]
    here = Paginator(found, PAGE_SIZE).get_page(page)
    here.object_list = [
        Line(
            row,
            marks[ways.get(row.pk, "")],
            verdicts[row.pk],
            graduation,
            work,
        )
        for row, graduation, work in _shown(rows, list(here.object_list), next_session)
    ]
    graduated = policies.visible_graduations(actor).filter(
        enrolment__cohort=cohort, enrolment__status=states.ENROLLED, status=states.CONFIRMED
    )
    counts = Counts(
        enrolled=len(seats),
        complete=sum(verdict.is_complete for verdict in verdicts.values()),
        plans=sum(verdict.has_plan for verdict in verdicts.values()),
        graduated=graduated.count(),
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
) -> Iterator[tuple[Enrolment, Graduation | None, SessionWork | None]]:
    """The people of the page in order, with graduation and the next session's pre-work."""
    people = rows.in_bulk(list(keys))
    of_page = {"enrolment__in": list(keys)}
    graduations = Graduation.objects.filter(**of_page).defer("assessment")
    graduated = {row.enrolment_id: row for row in graduations}
    works = SessionWork.objects.filter(**of_page, session=next_session) if next_session else ()
    worked = {row.enrolment_id: row for row in works}
    for key in keys:
        yield people[key], graduated.get(key), worked.get(key)
