"""Terms of an order: 取適法 (in force since 2026-01-01) and how a price is split.

支払期日 is at most 60 days from the day of receipt, that day included (3条); no 手形 (5条).
"""

import datetime as dt
from dataclasses import dataclass

# Days after the day of receipt: the 60th day counts the day of receipt as the first.
MOST_DAYS = 59
INSPECTION_DAYS = 7
# How long the two sides may rate each other after what was ordered has been received.
RATED_FOR = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Terms:
    """Dates of one order."""

    deliver_on: dt.date
    inspect_by: dt.date
    pay_on: dt.date


def latest_payment(deliver_on: dt.date) -> dt.date:
    """The last day on which may be paid: the 60th day, the day of receipt being the first."""
    return deliver_on + dt.timedelta(days=MOST_DAYS)


def end_of_next_month(day: dt.date) -> dt.date:
    """翌月末."""
    first = (day.replace(day=1) + dt.timedelta(days=63)).replace(day=1)
    return first - dt.timedelta(days=1)


def usual_terms(deliver_on: dt.date) -> Terms:
    """翌月末払い, or the 60th day where the month's end comes too late."""
    return Terms(
        deliver_on=deliver_on,
        inspect_by=deliver_on + dt.timedelta(days=INSPECTION_DAYS),
        pay_on=min(end_of_next_month(deliver_on), latest_payment(deliver_on)),
    )


def with_fee(members_yen: int, fee_permille: int) -> int:
    """What the buyer pays the lead entity: the members' prices and the fee, whole yen (切上げ)."""
    return members_yen + -(-members_yen * fee_permille // 1000)


@dataclass(frozen=True, slots=True)
class Concentration:
    """How evenly work is spread over firms that have won some: Gini in thousandths, top ten's share."""

    firms: int
    jobs: int
    gini_permille: int
    top_ten_permille: int


def concentration(jobs: list[int]) -> Concentration:
    """Of the numbers of jobs per firm, zeros included."""
    rows = sorted(jobs)
    total, n = sum(rows), len(rows)
    if not total:
        return Concentration(n, 0, 0, 0)
    weighted = sum(index * value for index, value in enumerate(rows, start=1))
    gini = 1000 * (2 * weighted - (n + 1) * total) // (n * total)
    return Concentration(n, total, gini, 1000 * sum(rows[-10:]) // total)
