"""What a committee member's pages show, in a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import QuerySet

from portal.kernel.actor import Actor
from portal.kernel.transitions import State
from subsidies.committee import policies, states
from subsidies.committee.models import Assignment, CaseDocument, Dossier, ReviewRound, ScoreSheet


@dataclass(frozen=True, slots=True)
class OwnCase:
    """One line of the member's list."""

    row: Assignment

    @property
    def state(self) -> State:
        return states.ASSIGNMENT.state(self.row.status)

    @property
    def is_waiting(self) -> bool:
        return self.row.status in states.WAITING


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A review with the member's cases in it."""

    round: ReviewRound
    cases: tuple[OwnCase, ...]
    is_chair: bool

    @property
    def total(self) -> int:
        """Sheets that count: without those stepped back from."""
        return sum(case.row.status in states.LIVE for case in self.cases)

    @property
    def done(self) -> int:
        return sum(case.row.status == states.SUBMITTED for case in self.cases)

    @property
    def next(self) -> OwnCase | None:
        """The case to go on with: one begun before one not yet opened."""
        order = [states.DRAFT, states.DECLARED, states.ASSIGNED]
        waiting = [case for case in self.cases if case.is_waiting]
        return min(waiting, key=lambda case: order.index(case.row.status), default=None)


def own_reviews(actor: Actor) -> list[OwnReview]:
    """The member's reviews, those that run first and by their due date."""
    rows = (
        policies.own_assignments(actor)
        .exclude(status=states.EXCLUDED)
        .select_related("case", "member", "round__call", "round__version__scheme")
        .order_by("case__number")
    )
    found: dict[int, list[Assignment]] = {}
    for row in rows:
        found.setdefault(row.round_id, []).append(row)
    reviews = [
        OwnReview(
            assigned[0].round,
            tuple(OwnCase(row) for row in assigned),
            assigned[0].member.is_chair,
        )
        for assigned in found.values()
    ]
    return sorted(
        reviews,
        key=lambda review: (review.round.status != states.OPEN, review.round.due_on),
    )


def waiting(actor: Actor) -> QuerySet[Assignment]:
    """The sheets that the member owes."""
    mine = policies.own_assignments(actor)
    return mine.filter(status__in=states.WAITING, round__status=states.OPEN)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the scoring page. `sheet` None: nothing saved yet."""

    row: Assignment
    dossier: Dossier
    documents: tuple[CaseDocument, ...]
    sheet: ScoreSheet | None


def desk(actor: Actor, assignment_id: int) -> Desk | None:
    """The case to score, or None before the declaration (and after stepping back).

    Raises Assignment.DoesNotExist for others' cases.
    """
    row = policies.get_own(actor, pk=assignment_id)
    if row.status not in states.READING:
        return None
    dossier = Dossier.objects.get(case_id=row.case_id)
    row.case.dossier = dossier
    return Desk(
        row=row,
        dossier=dossier,
        documents=tuple(CaseDocument.objects.filter(case_id=row.case_id)),
        sheet=ScoreSheet.objects.filter(assignment=row).first(),
    )
