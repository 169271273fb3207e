"""What a firm has to do: for its own page and for マイページ."""

from django.db.models import QuerySet

from advisors import policies, states
from advisors.models import SupportRequest, Visit
from portal.kernel.actor import Actor


def open_questions(actor: Actor) -> QuerySet[SupportRequest]:
    """Requests about which the ward has asked back."""
    return policies.visible_requests(actor).filter(status=states.ASKED)


def to_confirm(actor: Actor) -> QuerySet[Visit]:
    """Recorded visits that the firm has not confirmed, the oldest first."""
    rows = policies.visible_visits(actor).filter(status=states.RECORDED)
    return rows.select_related("advisor").order_by("starts_at")
