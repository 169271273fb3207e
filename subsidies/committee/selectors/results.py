"""Scores of a review, for the officials' page and for the ranking that stands on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from portal.kernel.actor import Actor
from subsidies.committee import policies, states
from subsidies.committee.models import ReviewRound, SheetVersion
from subsidies.committee.rules import statistics
from subsidies.committee.rules.statistics import Average, Given
from subsidies.contents import rules_of
from subsidies.models import Call
from subsidies.rules.scoring import Scoring

SYSTEM = Actor.system("committee.results")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One submitted sheet, as it counts. Points are exact; `total` is the weighted sum.

    `member_number` is 0 where the reader may not know it.
    """

    application_id: int
    case_id: int
    case_number: int
    member_id: int
    member_number: int
    member_name: str
    scores: Mapping[str, int]
    comments: Mapping[str, str]
    overall: str
    opinion: str
    total: Fraction
    after_reveal: bool


def scoring_of(round_: ReviewRound) -> Scoring:
    """The scoring sheet of the review, of the version it was made on. Raises ValueError for none."""
    scoring: Scoring | None = rules_of(round_.version).scoring
    if scoring is None:
        raise ValueError("a review needs a scoring sheet")
    return scoring


def sheets_of(call: Call, *, actor: Actor = SYSTEM) -> list[Sheet]:
    """The last submitted sheet of every reviewer of the call's cases, by case and member.

    Empty as long as somebody owes a sheet, whoever asks: an average of some of the scores is none.
    """
    round_ = ReviewRound.objects.select_related("version").filter(call=call).first()
    if round_ is None or round_.revealed_at is None:
        return []
    rows = (
        policies.visible_sheets(actor)
        .filter(case__round=round_, assignment__status=states.SUBMITTED)
        .select_related("case", "assignment__user")
        .order_by("case__number", "assignment__member_id", "-number")
    )
    # A member sees the own number alone; whose scores they are, tells the assignment.
    numbers = dict(round_.members.values_list("pk", "number"))
    scoring = scoring_of(round_)
    last: dict[int, Sheet] = {}
    for row in rows:
        if row.assignment_id not in last:
            number = numbers.get(row.assignment.member_id, 0)
            last[row.assignment_id] = _sheet(row, scoring, number)
    return list(last.values())


def averages(call: Call, *, actor: Actor = SYSTEM) -> dict[int, Average]:
    """Application id → average, spread and deviation; empty until all have submitted."""
    sheets = sheets_of(call, actor=actor)
    applications = {sheet.case_id: sheet.application_id for sheet in sheets}
    found = statistics.averages(given(sheet) for sheet in sheets)
    return {applications[case]: average for case, average in found.items()}


def given(sheet: Sheet) -> Given:
    """The sheet as the statistics count it."""
    return Given(sheet.case_id, sheet.member_id, sheet.scores, sheet.total)


def _sheet(row: SheetVersion, scoring: Scoring, number: int) -> Sheet:
    return Sheet(
        application_id=row.case.application_id,
        case_id=row.case_id,
        case_number=row.case.number,
        member_id=row.assignment.member_id,
        member_number=number,
        member_name=row.assignment.user.name,
        scores=row.payload["scores"],
        comments=row.payload["comments"],
        overall=row.payload["overall"],
        opinion=row.payload["opinion"],
        total=scoring.total(row.payload["scores"]),
        after_reveal=row.after_reveal,
    )
