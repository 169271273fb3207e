"""What can be exported: the registry that other apps fill."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.functional import Promise

from portal.kernel.actor import Actor

Cell = str | int | Decimal | bool | dt.date | dt.datetime | None
Params = Mapping[str, str]
Kind = Literal["text", "yen", "number", "date", "moment"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file. `kind` decides how a spreadsheet shows it (yen with separators)."""

    label: str | Promise
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Report:
    """A list: its columns, its rows for one person and filters, and who may have it.

    `filters` names the parameters of the address that count; others are dropped. `count` may raise
    nothing on bad values: what cannot be read filters nothing or everything, as on the page.
    `refusal` says why the list of these filters is nobody's yet ("": it may be had).
    """

    code: str
    title: str | Promise
    columns: Sequence[Column]
    rows: Callable[[Actor, Params], Iterator[Sequence[Cell]]]
    count: Callable[[Actor, Params], int]
    may: Callable[[Actor], bool]
    filters: tuple[str, ...] = ()
    refusal: Callable[[Actor, Params], str] = lambda _actor, _params: ""

    def params(self, given: Mapping[str, str]) -> dict[str, str]:
        """The filters of an address, empty ones left out, each cut to 200 characters.

        Without NUL, which neither the job's JSON nor that of the audit trail can hold.
        """
        plain = {name: given.get(name, "").replace("\x00", "")[:200] for name in self.filters}
        return {name: text for name, text in plain.items() if text}


_reports: dict[str, Report] = {}


def register(report: Report) -> Report:
    """Add a report. Raises ValueError when the code is taken."""
    if report.code in _reports:
        raise ValueError(f"two reports are called {report.code}")
    _reports[report.code] = report
    return report


def find(code: str) -> Report | None:
    """The report of that code."""
    return _reports.get(code)


def codes() -> list[str]:
    """The codes of all reports."""
    return sorted(_reports)
