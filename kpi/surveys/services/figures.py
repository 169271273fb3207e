"""1-KSI of closed waves into the table of ratios, and one fact for every valid answer. As the system."""

import datetime as dt

from kpi.indicators.ratios import SURVEY
from kpi.models import Fact
from kpi.rules.figure import stored
from kpi.services import Counted, fact_record, fact_reverse, quotients_write
from kpi.surveys import states
from kpi.surveys.models import Response, Wave
from kpi.surveys.rules.questions import UNKNOWN
from kpi.surveys.rules.results import Group
from kpi.surveys.selectors.tallies import tally_of

RESPONSE = "survey.response"
TABLE = "surveys_response"


def figures_write(*, starts_on: dt.date, today: dt.date) -> None:
    """Count anew every closed wave that began that day. A ward without a valid answer has no row.

    Under the locks of these waves, so that of two late answers the second counts both.
    """
    rows = Wave.objects.select_for_update(of=("self",)).filter(starts_on=starts_on)
    waves = list(rows.filter(status=states.CLOSED).order_by("pk"))
    counted = [
        _counted(wave, ward, group)
        for wave in waves
        for ward, group in tally_of(wave.pk).groups(lambda stratum: stratum.ward_id).items()
        if group.weighted.valid
    ]
    quotients_write(indicator=SURVEY, periods=[starts_on], rows=counted, as_of=today)


def fact_of(response: Response, *, wave_id: int) -> None:
    """The fact of the answer that counts now; an earlier one of the firm and wave is reversed.

    What cannot be said (分からない) is no valid answer and no fact.
    """
    key = f"{response.firm_id}:{wave_id}"
    standing = Fact.objects.filter(
        event_type=RESPONSE, event_key=key, reverses=None, reversed_by=None
    )
    for fact in standing.order_by("pk"):
        fact_reverse(fact_id=fact.pk, source_rev=f"replaced:{response.pk}")
    if response.state == UNKNOWN:
        return
    fact_record(
        event_type=RESPONSE,
        event_key=key,
        ward_id=response.ward_id,
        firm_id=response.firm_id,
        stage=0,
        part=response.state,
        occurred_on=response.said_on,
        source=(TABLE, str(response.pk), "said"),
    )


def _counted(wave: Wave, ward: int, group: Group) -> Counted:
    found = group.weighted
    low, high = found.interval or (0.0, 0.0)
    return Counted(
        ward_id=ward,
        period=wave.starts_on,
        numerator=stored(found.positive),
        denominator=stored(found.valid),
        n=found.n,
        detail={
            "wave": str(wave.public_id),
            "name": wave.name,
            "low": round(low, 1),
            "high": round(high, 1),
            "effect": round(float(group.effect or 0), 2),
            "population": group.count.population,
            "asked": group.eligible,
            "answers": group.count.answers,
            "is_small": found.is_small,
        },
        source=wave.name,
    )
