"""Publishing the recipients of grants as open data."""

from collections.abc import Iterator
from dataclasses import asdict

from django.db import transaction

from portal.kernel import audit
from portal.kernel.actor import Actor
from subsidies import grant_states
from subsidies.ledger.models import PublishedGrant
from subsidies.ledger.recipients import Granted, published
from subsidies.models import Grant

BATCH = 2_000


def publish(*, actor: Actor) -> int:
    """Write the published recipients anew, as a whole; returns the lines. As the system."""
    with transaction.atomic():
        PublishedGrant.objects.all().delete()
        lines = (PublishedGrant(**asdict(line)) for line in published(_standing()))
        count = len(PublishedGrant.objects.bulk_create(lines, batch_size=BATCH))
        audit.record(actor=actor, action="ledger.published", detail={"lines": count})
    return count


def _standing() -> Iterator[Granted]:
    """Grants that hold money of a budget: not withdrawn, cancelled or revoked."""
    rows = (
        Grant.objects.filter(status__in=grant_states.HOLDING)
        .order_by("id")
        .values_list(
            "firm_id",
            "ward_id",
            "call__fiscal_year",
            "application__version__scheme__code",
            "application__version__scheme__name",
            "firm_name",
            "firm__corporate_number",
            "decided_on",
            "decided_yen",
            "final_yen",
            "paid_yen",
        )
    )
    return (Granted(*row) for row in rows.iterator(chunk_size=BATCH))
