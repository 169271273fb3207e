"""How long a case is kept, and what holds it. Pure, versioned.

Source: domain.md A2 step 12 (書類保存), A3 (財産処分制限), section B (保存年限): the class and its years
are the scheme version's; the years count from the 1 April that follows the fiscal year of the last
event, so that they always end on a 31 March; nothing is disposed of while a restriction of assets,
a recovery or an obligation runs. A change of the rule is a new version: what was worked out under
an older one keeps its number.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from subsidies.obligations.rules.plan import retention_ends

RULE = 1


class Ending(StrEnum):
    """How a case ends. The values are those of the states of applications and grants."""

    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    CLOSED = "closed"


class Cause(StrEnum):
    """What holds a case by itself, as long as it runs."""

    ASSET = "asset"
    RECOVERY = "recovery"
    OBLIGATION = "obligation"


@dataclass(frozen=True, slots=True)
class Facts:
    """When a case ended, and days by which its years may begin later still.

    `returned_on` is the day of the last payment of a recovery (返還の完了); `planned_until` the end
    that the ward's calendar has told already, which is never undercut.
    """

    ended_on: dt.date
    years: int
    returned_on: dt.date | None = None
    planned_until: dt.date | None = None


def kept_until(facts: Facts, *, rule: int = RULE) -> dt.date:
    """保存期間の満了日, the last day on which the case must be there. Raises KeyError."""
    return _RULES[rule](facts)


def _first(facts: Facts) -> dt.date:
    last = max(facts.ended_on, facts.returned_on or facts.ended_on)
    ends = retention_ends(last, facts.years)
    return max(ends, facts.planned_until or ends)


_RULES = {1: _first}


def is_over(until: dt.date, today: dt.date) -> bool:
    """Whether the case may go: from the day after the last one (1 April)."""
    return today > until


def causes(running: Mapping[Cause, int]) -> list[Cause]:
    """What holds, of the numbers of assets under restriction, open recoveries and obligations."""
    return [cause for cause in Cause if running.get(cause, 0) > 0]
