"""Obligations follow what happens to a grant. Run by a worker, once per event."""

from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from subsidies.models import Grant
from subsidies.obligations.services.assets import assets_enter
from subsidies.obligations.services.sync import obligations_sync

# Everything after which a grant may owe something else, or by another day.
MOVES = (
    "subsidies.grant_reported",
    "subsidies.grant_report_returned",
    "subsidies.grant_finalised",
    "subsidies.grant_claimed",
    "subsidies.grant_claim_returned",
    "subsidies.grant_paid",
    "subsidies.grant_withdrawn",
    "subsidies.grant_cancelled",
    "subsidies.grant_revoked",
    "grants.ruled",
    "grants.filing_submitted",
    "grants.filing_returned",
    "grants.filing_accepted",
)


@outbox.handles("subsidies.application_decided", name="obligations.begin")
def begin(event: OutboxEvent) -> None:
    """A decision brings the first obligation: the completion report."""
    grant = Grant.objects.filter(application_id=event.payload["application_id"]).first()
    if grant is not None:
        _sync(event, grant.pk)


def follow(event: OutboxEvent) -> None:
    """What the grant owes after what has happened."""
    _sync(event, event.payload["grant_id"])


for _name in MOVES:
    outbox.handles(_name, name=f"obligations.{_name}")(follow)


@outbox.handles("subsidies.grant_finalised", name="obligations.assets")
def enter_assets(event: OutboxEvent) -> None:
    """The settled report's assets go into the ledger, and bring the end of their restriction."""
    actor = Actor.system("obligations", ward_id=event.ward_id)
    if assets_enter(actor=actor, grant_id=event.payload["grant_id"]):
        _sync(event, event.payload["grant_id"])


def _sync(event: OutboxEvent, grant_id: int) -> None:
    obligations_sync(
        actor=Actor.system("obligations", ward_id=event.ward_id),
        grant_id=grant_id,
        on=clock.to_date(event.created_at),
    )
