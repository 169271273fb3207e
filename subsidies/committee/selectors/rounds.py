"""The list of reviews: those of a ward, by state and by year of the call."""

from django.db.models import Count, Q, QuerySet

from portal.kernel.actor import Actor
from subsidies.committee import policies, states
from subsidies.committee.models import ReviewRound


def rounds(actor: Actor) -> QuerySet[ReviewRound]:
    """The reviews the actor may see, those to be done first."""
    return policies.visible_rounds(actor).order_by("status", "due_on", "id")


def years(actor: Actor) -> list[int]:
    """The fiscal years of their calls, newest first."""
    rows = policies.visible_rounds(actor).order_by().values_list("call__fiscal_year", flat=True)
    return sorted(set(rows), reverse=True)


def with_progress(rows: QuerySet[ReviewRound]) -> QuerySet[ReviewRound]:
    """Adds `owed` (sheets that count) and `done` (submitted ones)."""
    live = Q(assignments__status__in=states.LIVE)
    return rows.annotate(
        owed=Count("assignments", filter=live),
        done=Count("assignments", filter=Q(assignments__status=states.SUBMITTED)),
    )
