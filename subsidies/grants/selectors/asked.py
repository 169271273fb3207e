"""What the ward has asked a firm for and the firm has not answered, in all its grants."""

from django.db.models import QuerySet

from portal.kernel.actor import Actor
from subsidies.grants import policies, states
from subsidies.grants.models import Filing, ProgressRequest, SiteVisit


def returned(actor: Actor) -> QuerySet[Filing]:
    """Filings to be mended, the oldest first."""
    return policies.visible_filings(actor).filter(status=states.RETURNED).order_by("id")


def requested(actor: Actor) -> QuerySet[ProgressRequest]:
    """Progress reports that were asked for, the oldest first."""
    return policies.visible_requests(actor).filter(status=states.OPEN_REQUEST).order_by("id")


def instructed(actor: Actor) -> QuerySet[SiteVisit]:
    """Visits that ended with an instruction, the oldest first."""
    return policies.visible_visits(actor).filter(status=states.INSTRUCTED).order_by("id")


# In this order they come before each other.
ASKED_OF_FIRMS = (returned, requested, instructed)
