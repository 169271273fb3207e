"""申請の一覧 as a file: the queue with the filters of its address, without its page."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.numbers import posted_number
from subsidies import selectors, states
from subsidies.policies import reads_cases
from subsidies.selectors.queue import QueueFilters

COLUMNS = (
    ("receipt_no", Column(_("受付番号"))),
    ("firm_name", Column(_("申請者"))),
    ("scheme_name", Column(_("制度"))),
    ("title", Column(_("事業名"))),
    ("status", Column(_("状態"))),
    ("assignee_name", Column(_("担当"))),
    ("submitted_at", Column(_("申請日時"), "moment")),
    ("due_on", Column(_("期限"), "date")),
    ("requested_yen", Column(_("交付申請額（円）"), "yen")),
)


def cells(row: dict[str, Any]) -> Sequence[Cell]:
    """A row of `values()` in the order of the columns, the status in words."""
    label = str(states.APPLICATION.state(row["status"]).label)
    return [label if name == "status" else row[name] for name, _column in COLUMNS]


def _queryset(actor: Actor, params: Params) -> Any:
    filters = QueueFilters(
        tab=params.get("tab", "all"),
        status=params.get("status", ""),
        scheme=params.get("scheme", ""),
        assignee_id=posted_number(params.get("assignee", "")),
        query=params.get("q", ""),
        order=params.get("order", "due"),
    )
    found = selectors.search(actor, filters.query) if filters.query.strip() else None
    today: dt.date = clock.today()
    return selectors.queue(actor, filters, today=today, found=found)


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    rows = _queryset(actor, params).values(*(name for name, _column in COLUMNS))
    return (cells(row) for row in rows.iterator(chunk_size=2_000))


def _count(actor: Actor, params: Params) -> int:
    return int(_queryset(actor, params).order_by().count())


APPLICATIONS = Report(
    code="applications",
    title=_("申請の一覧"),
    columns=[column for _name, column in COLUMNS],
    rows=_rows,
    count=_count,
    may=reads_cases,
    filters=("tab", "status", "scheme", "assignee", "q", "order"),
)
