"""What other rooms' events mean for the accounts."""

import datetime as dt

from kpi.series.services import report_take
from portal.kernel.models import OutboxEvent
from portal.kernel.outbox import handles
from subsidies.grants.models import Filing
from subsidies.obligations.rules.plan import EFFECT_REPORT


@handles("grants.filing_accepted", name="series.effect_report")
def take_effect_report(event: OutboxEvent) -> None:
    """An accepted 効果報告 tells of an accounting year: the newest version that was handed in counts."""
    filing = Filing.objects.filter(pk=event.payload["filing_id"], kind=EFFECT_REPORT).first()
    if filing is None:
        return
    payload = filing.versions.latest("number").payload
    ends = payload["answers"].get("period_end")
    if ends:
        report_take(
            filing_id=filing.pk,
            firm_id=filing.firm_id,
            ward_id=filing.ward_id,
            record=payload["record"],
            ends=dt.date.fromisoformat(ends),
        )
