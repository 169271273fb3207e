"""The board of a review: who has submitted what, and what came out once all have.

A fixed number of queries, whatever the number of cases and members.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import QuerySet

from portal.kernel.actor import Actor
from portal.kernel.transitions import State
from subsidies.committee import policies, states
from subsidies.committee.models import (
    Assignment,
    Case,
    Declaration,
    Exclusion,
    ReviewRound,
    RoundMember,
)
from subsidies.committee.rules import statistics
from subsidies.committee.rules.statistics import Average, Strictness
from subsidies.committee.selectors.results import Sheet, given, scoring_of, sheets_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One member × one case: an assignment, a conflict found by the rules, or neither."""

    row: Assignment | None = None
    conflict: str = ""

    @property
    def state(self) -> State | None:
        return states.ASSIGNMENT.state(self.row.status) if self.row else None


@dataclass(frozen=True, slots=True)
class Line:
    """One case with its cells in the order of the members."""

    case: Case
    cells: tuple[Cell, ...]
    wanted: int = 0

    @property
    def live(self) -> int:
        return sum(cell.row is not None and cell.row.status in states.LIVE for cell in self.cells)

    @property
    def is_short(self) -> bool:
        """Fewer reviewers than the terms ask for."""
        return self.live < self.wanted


@dataclass(frozen=True, slots=True)
class Result:
    """What came out for one case. Points; `normalised` is shown and decides nothing."""

    case: Case
    average: Average
    normalised: Fraction
    sheets: tuple[tuple[Sheet, bool], ...]  # with whether it stands out
    below: tuple[str, ...] = ()  # criteria and total below their minimum


@dataclass(frozen=True, slots=True)
class Board:
    """Everything of a review on one page."""

    round: ReviewRound
    members: tuple[RoundMember, ...]
    lines: tuple[Line, ...]
    declarations: tuple[Declaration, ...]
    results: tuple[Result, ...] = ()
    strictness: tuple[tuple[RoundMember, Strictness], ...] = ()
    points: Fraction = field(default=Fraction(0))

    @property
    def assignments(self) -> list[Assignment]:
        return [cell.row for line in self.lines for cell in line.cells if cell.row]

    @property
    def total(self) -> int:
        return sum(row.status in states.LIVE for row in self.assignments)

    @property
    def done(self) -> int:
        return sum(row.status == states.SUBMITTED for row in self.assignments)

    @property
    def short(self) -> list[Line]:
        return [line for line in self.lines if line.is_short]


def board(actor: Actor, round_: ReviewRound) -> Board:
    """The board as the actor may see it: officials and the chair all of it, a member the own part."""
    cases = list(_cases(actor, round_))
    members = list(round_.members.select_related("user"))
    rows = policies.visible_assignments(actor).filter(round=round_).select_related("user")
    by_place = {(row.case_id, row.member_id): row for row in rows}
    barred = {
        (row.case_id, row.member_id): row.reason
        for row in Exclusion.objects.filter(case__round=round_)
    }
    lines = [
        Line(
            case,
            tuple(
                Cell(by_place.get((case.pk, member.pk)), barred.get((case.pk, member.pk), ""))
                for member in members
            ),
            round_.per_case,
        )
        for case in cases
    ]
    sheets = sheets_of(round_.call, actor=actor) if round_.revealed_at else []
    return Board(
        round=round_,
        members=tuple(members),
        lines=tuple(lines),
        declarations=tuple(_conflicts(round_)),
        results=tuple(_results(round_, cases, sheets)),
        strictness=tuple(_strictness(members, sheets)),
        points=scoring_of(round_).points,
    )


def progress(actor: Actor, round_: ReviewRound) -> list[tuple[Assignment, State]]:
    """Who has submitted what: the own, as chair everybody's."""
    rows = (
        policies.visible_assignments(actor)
        .filter(round=round_)
        .exclude(status=states.EXCLUDED)
        .select_related("case", "user")
        .order_by("case__number", "member_id")
    )
    return [(row, states.ASSIGNMENT.state(row.status)) for row in rows]


def _cases(actor: Actor, round_: ReviewRound) -> QuerySet[Case]:
    """For the chair: also cases of others, without what tells of the plan before declaring."""
    if policies.is_member(actor):
        shown = policies.visible_assignments(actor).filter(round=round_).values("case_id")
        return Case.objects.filter(pk__in=shown).order_by("number")
    return policies.visible_cases(actor).filter(round=round_).order_by("number")


def _conflicts(round_: ReviewRound) -> Iterable[Declaration]:
    """What members declared; row policies show a member only the own."""
    return (
        Declaration.objects.filter(assignment__round=round_)
        .exclude(relation=Declaration.Relation.NONE)
        .select_related("user", "assignment__case")
    )


def _results(round_: ReviewRound, cases: list[Case], sheets: list[Sheet]) -> Iterable[Result]:
    if not sheets:
        return []
    scoring = scoring_of(round_)
    counted = [given(sheet) for sheet in sheets]
    averages = statistics.averages(counted)
    normalised = statistics.normalised(counted)
    apart = statistics.outliers(counted, points=scoring.points)
    return [
        Result(
            case=case,
            average=averages[case.pk],
            normalised=normalised[case.pk],
            sheets=tuple(
                (sheet, (case.pk, sheet.member_id) in apart)
                for sheet in sheets
                if sheet.case_id == case.pk
            ),
            below=_below(round_, averages[case.pk]),
        )
        for case in cases
        if case.pk in averages
    ]


def _below(round_: ReviewRound, average: Average) -> tuple[str, ...]:
    """Names of criteria whose average is below its minimum; "" stands for the total."""
    scoring = scoring_of(round_)
    found = [
        criterion.name
        for criterion in scoring.criteria
        if criterion.minimum is not None
        and average.by_criterion.get(criterion.code, Fraction(0)) < criterion.minimum
    ]
    if scoring.minimum_total is not None and average.total < scoring.minimum_total:
        found.append("")
    return tuple(found)


def _strictness(
    members: list[RoundMember], sheets: list[Sheet]
) -> Iterable[tuple[RoundMember, Strictness]]:
    found = statistics.strictness(given(sheet) for sheet in sheets)
    return [(member, found[member.pk]) for member in members if member.pk in found]
