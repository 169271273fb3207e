"""Publishing the recipients of grants as open data."""

from collections.abc import Iterator
from dataclasses import asdict

from django.db import transaction
from django.db.models import BigIntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from portal.kernel import audit
from portal.kernel.actor import Actor
from subsidies import grant_states
from subsidies.grants.models import Recovery
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
    ordered = Recovery.objects.filter(grant=OuterRef("pk")).order_by().values("grant")
    back = Subquery(ordered.annotate(sum=Sum("principal_yen")).values("sum"))
    rows = (
        Grant.objects.filter(status__in=grant_states.HOLDING)
        .annotate(ordered_yen=Coalesce(back, 0, output_field=BigIntegerField()))
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
            "ordered_yen",
        )
    )
    return (Granted(*row) for row in rows.iterator(chunk_size=BATCH))
