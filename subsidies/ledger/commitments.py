"""支出負担行為 data: every yen that a decision binds or sets free, line by line, for the accounts.

Read from the budget's own ledger (BudgetEntry), so that the lines of a call always add up to what
it has committed: a grant binds, a change, a revocation, an ending or a smaller final amount sets
free. A payment only moves money from column to column and is no line here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.dates import NotADate, parse_date
from portal.ui.numbers import posted_number
from programs.selectors import ward_names
from subsidies import policies
from subsidies.grants.kinds.ending import CANCELLATION
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT
from subsidies.grants.kinds.revocation import REVOCATION
from subsidies.grants.models import Ruling
from subsidies.grants.plan import CHANGE
from subsidies.grants.states import RULED
from subsidies.ledger.selectors import CHUNK, corporate_numbers
from subsidies.models import BudgetEntry
from subsidies.policies import reads_cases

GRANT = "grant"
# Kind of the budget's entry → what it is called here, and the ruling that caused it.
WORDS = {
    GRANT: _("交付決定"),
    "change": _("変更（減額）"),
    "release": _("取下げ・廃止"),
    "revoke": _("取消"),
    "final": _("額の確定（減額）"),
    "return": _("返還"),
}
_RULINGS = {
    "change": CHANGE,
    "release": CANCELLATION,
    "revoke": REVOCATION,
    "final": FINAL_AMOUNT,
}
_VALUES = {
    "ward_id": F("call__ward_id"),
    "year": F("call__fiscal_year"),
    "round": F("call__round"),
    "budget_line": F("call__budget_line"),
    "scheme": F("application__scheme_name"),
    "receipt_no": F("application__receipt_no"),
    "firm_id": F("application__firm_id"),
    "firm_name": F("application__firm_name"),
    "title": F("application__title"),
    "grant_id": F("application__grant__id"),
    "first_no": F("application__decision__document_no"),
    "first_on": F("application__decision__decided_on"),
}


@dataclass(frozen=True, slots=True)
class CommitmentFilters:
    """What is looked for; None looks for everything. Both days are included."""

    ward_id: int | None = None
    year: int | None = None
    call_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "CommitmentFilters":
        """From the parameters of an address; what cannot be read filters nothing."""
        return cls(
            ward_id=posted_number(given.get("ward", "")),
            year=posted_number(given.get("year", "")),
            call_id=posted_number(given.get("call", "")),
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
        )


def lines(actor: Actor, filters: CommitmentFilters) -> QuerySet[BudgetEntry, dict[str, Any]]:
    """One row per act and application, in the order they were recorded; `yen` has its sign."""
    rows = BudgetEntry.objects.filter(application__in=policies.visible_applications(actor))
    if filters.ward_id is not None:
        rows = rows.filter(call__ward_id=filters.ward_id)
    if filters.year is not None:
        rows = rows.filter(call__fiscal_year=filters.year)
    if filters.call_id is not None:
        rows = rows.filter(call_id=filters.call_id)
    return (
        rows.filter(_between(filters.since, filters.until))
        .values("application_id", "kind", "recorded_at", **_VALUES)
        .annotate(yen=Sum("amount_yen"))
        .exclude(yen=0)
        .order_by("recorded_at", "application_id", "kind")
    )


def _between(since: dt.date | None, until: dt.date | None) -> Q:
    """A grant counts on the day of its decision, everything else on the day of its entry."""
    first, other = Q(kind=GRANT), ~Q(kind=GRANT)
    if since:
        first &= Q(application__decision__decided_on__gte=since)
        other &= Q(recorded_at__gte=clock.midnight(since))
    if until:
        first &= Q(application__decision__decided_on__lte=until)
        other &= Q(recorded_at__lt=clock.midnight(until + dt.timedelta(days=1)))
    return first | other


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text.strip()) if text.strip() else None
    except NotADate:
        return None


def _completed(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """With document number, day and 法人番号, CHUNK rows at a time."""
    for chunk in batched(rows, CHUNK):
        rulings = _rulings({row["grant_id"] for row in chunk if row["grant_id"]})
        numbers = corporate_numbers({row["firm_id"] for row in chunk})
        for row in chunk:
            number, day = row["first_no"], row["first_on"]
            if row["kind"] != GRANT:
                found = rulings.get((row["grant_id"], _RULINGS.get(row["kind"], "")), [])
                number, day = _nearest(found, row["recorded_at"])
            yield {
                **row,
                "document_no": number or "",
                "day": day or clock.to_date(row["recorded_at"]),
                "corporate_number": numbers.get(row["firm_id"], ""),
            }


Found = list[tuple[dt.datetime, str, dt.date]]


def _rulings(grants: set[int]) -> Mapping[tuple[int, str], Found]:
    """(grant, kind) → when it was approved, its number, its day."""
    found: dict[tuple[int, str], Found] = defaultdict(list)
    rows = Ruling.objects.filter(
        grant__in=grants,
        kind__in=_RULINGS.values(),
        status=RULED,
        outcome=Ruling.Outcome.APPROVE,
    )
    for grant_id, kind, at, number, day in rows.values_list(
        "grant_id", "kind", "approved_at", "document_no", "ruled_on"
    ):
        found[grant_id, kind].append((at, number, day))
    return found


def _nearest(found: Found, recorded_at: dt.datetime) -> tuple[str, dt.date | None]:
    """The ruling approved in the transaction of the entry; a withdrawal and a return have none."""
    if not found:
        return "", None
    _at, number, day = min(found, key=lambda item: abs(item[0] - recorded_at))
    return number, day


COLUMNS = (
    Column(_("年度"), "number"),
    Column(_("予算科目")),
    Column(_("区")),
    Column(_("制度")),
    Column(_("公募の回"), "number"),
    Column(_("区分")),
    Column(_("文書番号")),
    Column(_("決定日"), "date"),
    Column(_("受付番号")),
    Column(_("債権者")),
    Column(_("法人番号")),
    Column(_("件名")),
    Column(_("金額（円）"), "yen"),
)


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    wards = ward_names()
    found = lines(actor, CommitmentFilters.read(params))
    for row in _completed(found.iterator(chunk_size=CHUNK)):
        yield [
            row["year"],
            row["budget_line"],
            wards[row["ward_id"]],
            row["scheme"],
            row["round"],
            str(WORDS.get(row["kind"], row["kind"])),
            row["document_no"],
            row["day"],
            row["receipt_no"],
            row["firm_name"],
            row["corporate_number"],
            row["title"],
            row["yen"],
        ]


def _count(actor: Actor, params: Params) -> int:
    return lines(actor, CommitmentFilters.read(params)).order_by().count()


COMMITMENTS = Report(
    code="commitments",
    title=_("支出負担行為"),
    columns=COLUMNS,
    rows=_rows,
    count=_count,
    may=reads_cases,
    filters=("ward", "year", "call", "since", "until"),
)
