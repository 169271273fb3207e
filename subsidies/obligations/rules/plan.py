"""Which obligations a grant brings, and when each is due. Pure.

Source: domain.md A2 steps 8, 10 and 12, A3 (仕入控除税額), section B (保存年限). What no source tells
is marked [K]; the days and years are settings of the scheme version.
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from portal.kernel import clock
from subsidies import grant_states
from subsidies.rules import due

COMPLETION_REPORT = "completion_report"
CLAIM = "claim"
EFFECT_REPORT = "effect_report"
TAX_CREDIT = "tax_credit"
RESTRICTION_END = "restriction_end"
RETENTION = "retention"

# What has to be settled before a grant is complete. The asset restriction and the retention of the
# papers outlast it.
CLOSING = (COMPLETION_REPORT, CLAIM, EFFECT_REPORT, TAX_CREDIT)
# What the firm hands in; the rest is the ward's own to do.
OF_FIRM = CLOSING

_ENDED = (grant_states.WITHDRAWN, grant_states.CANCELLED, grant_states.REVOKED)
_PAID = (grant_states.PAID, grant_states.CLOSED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the scheme version says (`SchemeRules`), days and years; `follow_up_by` is "MM-DD".

    `tax_credit_by` ("MM-DD") is a day of the second fiscal year after the project's: by then the
    consumption tax of every business year is declared.
    """

    claim_days: int
    follow_up_years: int
    follow_up_by: str
    tax_included: bool
    retention_years: int
    tax_credit_by: str = "06-30"


@dataclass(frozen=True, slots=True)
class Facts:
    """Where the grant stands on the day `on`. `reported` are the numbers of the effect reports that
    were handed in. `restricted` are (asset, last day, still restricted) of the ledger's assets.
    """

    status: str
    project_ends_on: dt.date
    report_due_on: dt.date
    on: dt.date
    terms: Terms
    reported: frozenset[int] = frozenset()
    tax_reported: bool = False
    restricted: tuple[tuple[int, dt.date, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One obligation. `number` counts within the kind (報告の回, the asset). `done`: settled by what
    has happened; `void`: the grant ended before it was due. `fixed`: the day, once set, stands.
    """

    kind: str
    number: int
    due_on: dt.date
    done: bool = False
    void: bool = False
    fixed: bool = False


def plan(facts: Facts) -> list[Item]:
    """Everything the grant brings as it stands, in the order of the procedure."""
    return [*_running(facts), *_afterwards(facts), *_restrictions(facts), *_retention(facts)]


def effect_due(project_ends_on: dt.date, number: int, *, by: str) -> dt.date:
    """The day by which the effects of year `number` (from 1) are reported.

    Year 1 is the first whole fiscal year after the project's; its figures are reported by `by`
    ("MM-DD") of the fiscal year that follows it [K].
    """
    return _day_in(clock.fiscal_year(project_ends_on) + 1 + number, by)


def retention_ends(last: dt.date, years: int) -> dt.date:
    """保存期間の満了日: counted from the 1 April that follows the last obligation."""
    return dt.date(clock.fiscal_year(last) + 1 + years, 3, 31)


def _running(facts: Facts) -> Iterator[Item]:
    ended = facts.status in _ENDED
    reported = not ended and facts.status != grant_states.IN_PROGRESS
    yield Item(COMPLETION_REPORT, 1, facts.report_due_on, done=reported, void=ended)
    if facts.status in grant_states.SETTLED or ended:
        claimed = facts.status in (grant_states.CLAIMED, *_PAID)
        day = due.due_on(facts.on, facts.terms.claim_days)
        yield Item(CLAIM, 1, day, done=claimed, void=ended, fixed=True)


def _afterwards(facts: Facts) -> Iterator[Item]:
    """Due once the money is paid; void where the grant was revoked after that."""
    ended = facts.status in _ENDED
    if facts.status not in _PAID and not ended:
        return
    for number in range(1, facts.terms.follow_up_years + 1):
        yield Item(
            EFFECT_REPORT,
            number,
            effect_due(facts.project_ends_on, number, by=facts.terms.follow_up_by),
            done=number in facts.reported,
            void=ended,
        )
    if facts.terms.tax_included:
        day = _day_in(clock.fiscal_year(facts.project_ends_on) + 2, facts.terms.tax_credit_by)
        yield Item(TAX_CREDIT, 1, day, done=facts.tax_reported, void=ended)


def _restrictions(facts: Facts) -> Iterator[Item]:
    for asset, until, restricted in facts.restricted:
        yield Item(RESTRICTION_END, asset, until, done=not restricted)


def _retention(facts: Facts) -> Iterator[Item]:
    if facts.status not in (*_PAID, *_ENDED):
        return
    last = [facts.project_ends_on, *(until for _asset, until, _is in facts.restricted)]
    if facts.status in _PAID:
        last += [item.due_on for item in _afterwards(facts)]
    yield Item(RETENTION, 1, retention_ends(max(last), facts.terms.retention_years))


def _day_in(fiscal_year: int, by: str) -> dt.date:
    """The day "MM-DD" of a fiscal year (1 April to 31 March); 02-29 falls back to 02-28."""
    month, day = (int(part) for part in by.split("-"))
    year = fiscal_year if month >= 4 else fiscal_year + 1
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
