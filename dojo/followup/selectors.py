"""Reads of the follow-up: the cohorts, one cohort's board, reports, the firm's own. Fixed numbers of queries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from dojo import policies as courses
from dojo.followup import policies, rules, states
from dojo.followup.models import Investment, Survey
from dojo.models import Cohort
from portal.kernel.actor import Actor

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """Surveys of a cohort by how they stand. `overdue` are among those that wait."""

    planned: int = 0
    waiting: int = 0
    overdue: int = 0
    answered: int = 0
    missed: int = 0

    @property
    def asked(self) -> int:
        return self.waiting + self.answered + self.missed


@dataclass(frozen=True, slots=True)
class CohortLine:
    """A cohort with its surveys counted."""

    cohort: Cohort
    counts: Counts


@dataclass(frozen=True, slots=True)
class Line:
    """One graduate with the surveys by month; None where there is none (3, 6, 12)."""

    first: Survey
    surveys: tuple[Survey | None, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The board of one cohort. `to_call` is the first to be asked by telephone."""

    lines: Sequence[Line] = ()
    counts: Counts = field(default_factory=Counts)
    to_call: Survey | None = None
    next_due: dt.date | None = None


def cohort_lines(actor: Actor, today: dt.date) -> list[CohortLine]:
    """Cohorts with surveys that the actor reads, those with calls to make first; two queries."""
    late = Q(status=states.OPEN, due_on__lte=_late_since(today))
    rows = policies.visible_surveys(actor).order_by().values("cohort_id")
    counted = rows.annotate(
        planned=Count("pk", filter=Q(status=states.PLANNED)),
        waiting=Count("pk", filter=Q(status=states.OPEN)),
        overdue=Count("pk", filter=late),
        answered=Count("pk", filter=Q(status=states.ANSWERED)),
        missed=Count("pk", filter=Q(status=states.CLOSED)),
    )
    found = {
        row["cohort_id"]: Counts(
            row["planned"], row["waiting"], row["overdue"], row["answered"], row["missed"]
        )
        for row in counted
    }
    cohorts = courses.kept_cohorts(actor).filter(pk__in=found).select_related("course", "ward")
    lines = [CohortLine(cohort, found[cohort.pk]) for cohort in cohorts]
    return sorted(
        lines,
        key=lambda line: (-line.counts.overdue, -line.cohort.fiscal_year, -line.cohort.pk),
    )


def board(actor: Actor, cohort: Cohort, today: dt.date) -> Board:
    """Who answered, who is due, who is overdue; one query."""
    rows = policies.visible_surveys(actor).filter(cohort=cohort)
    surveys = list(rows.exclude(status=states.VOID))
    by_graduate: dict[int, dict[int, Survey]] = {}
    for survey in surveys:
        by_graduate.setdefault(survey.graduation_id, {})[survey.months] = survey
    lines = [
        Line(next(iter(found.values())), tuple(found.get(months) for months in rules.MONTHS))
        for found in by_graduate.values()
    ]
    late = [row for row in surveys if is_overdue(row, today)]
    # One planned for a day that is past is about to be closed unasked.
    coming = [row.due_on for row in surveys if row.status == states.PLANNED and row.due_on >= today]
    return Board(
        lines=lines,
        counts=counts_of(surveys, today),
        to_call=min(late, key=lambda row: (row.closes_on, row.pk), default=None),
        next_due=min(coming, default=None),
    )


def counts_of(surveys: Sequence[Survey], today: dt.date) -> Counts:
    """How many stand where."""
    by_status = {code: sum(row.status == code for row in surveys) for code in _STATES}
    return Counts(
        planned=by_status[states.PLANNED],
        waiting=by_status[states.OPEN],
        overdue=sum(is_overdue(row, today) for row in surveys),
        answered=by_status[states.ANSWERED],
        missed=by_status[states.CLOSED],
    )


_STATES = (states.PLANNED, states.OPEN, states.ANSWERED, states.CLOSED)


def is_overdue(survey: Survey, today: dt.date) -> bool:
    """Whether all mails were in vain."""
    return survey.status == states.OPEN and rules.is_overdue(survey.due_on, today)


def investments(actor: Actor, *, status: str = "") -> QuerySet[Investment]:
    """Reports that the actor sees, the newest first; of one status where given."""
    rows = policies.visible_investments(actor).order_by("-reported_at", "-pk")
    return rows.filter(status=status) if status in _REPORT_STATES else rows


_REPORT_STATES = {state.code for state in states.INVESTMENT.states}


def waiting_count(actor: Actor) -> int:
    """Reports that wait for the ward's word."""
    return policies.visible_investments(actor).filter(status=states.REPORTED).count()


def own_surveys(actor: Actor) -> list[Survey]:
    """The firm's, those that wait first, then by day."""
    rows = policies.visible_surveys(actor).exclude(status=states.VOID)
    found = rows.select_related("cohort__course").order_by("due_on", "pk")
    return sorted(found, key=lambda row: row.status != states.OPEN)


def open_surveys(actor: Actor) -> QuerySet[Survey]:
    """The firm's that wait for an answer, for my page."""
    rows = policies.visible_surveys(actor).filter(status=states.OPEN)
    return rows.select_related("cohort__course").order_by("closes_on", "pk")


def returned_investments(actor: Actor) -> QuerySet[Investment]:
    """The firm's that are to be mended, for my page."""
    return policies.visible_investments(actor).filter(status=states.RETURNED).order_by("pk")


def _late_since(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=rules.REMIND_DAYS[-1])
