"""企業カルテ as it is drawn: one kind, one year, one page of a firm's history. Asks no database."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from portal.ui.markup import fiscal_year_text
from portal.ui.numbers import posted_number
from portal.ui.parts import Row, Tab
from programs.history import LANES, Event, History, Todo
from programs.industry import JSIC, SIZE_LABELS
from programs.lanes import Picture, picture
from programs.models import Firm, Site
from programs.selectors import ward_names

PAGE_SIZE = 30
# So many open things are in sight; the others are one click away.
IN_SIGHT = 6
_INDUSTRY = dict(JSIC)
# Where the time line begins on the page: choosing a kind or a year leads there.
ANCHOR = "#line"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it cannot be asks for everything."""

    kind: str = ""
    year: int | None = None

    def fits(self, event: Event) -> bool:
        """Whether the time line shows the event."""
        return (not self.kind or event.lane.code == self.kind) and (
            self.year is None or event.year == self.year
        )


@dataclass(frozen=True, slots=True)
class Group:
    """A fiscal year of the page; `count` is that of all its events, on whatever page."""

    year: int
    count: int
    events: list[Event]


@dataclass(frozen=True, slots=True)
class Received:
    """What the firm was paid in a fiscal year and what it paid back, in yen."""

    year: int
    paid_yen: int
    returned_yen: int


@dataclass(frozen=True, slots=True)
class Card:
    """Everything below the firm's head. `next` is the reader's own next step."""

    next: Todo | None
    todos: list[Todo]
    more: list[Todo]
    picture: Picture
    kinds: list[Tab]
    years: list[Tab]
    groups: list[Group]
    page: Page
    wards: Mapping[int, str]
    money: list[Received]


def asked(params: Mapping[str, str], history: History) -> Asked:
    """The filters of an address: a kind that there is, a year in which something happened."""
    kind, year = params.get("kind", ""), posted_number(params.get("year", ""))
    return Asked(
        kind=kind if kind in {lane.code for lane in LANES} else "",
        year=year if year in {event.year for event in history.events} else None,
    )


def filters_of(params: Mapping[str, str]) -> dict[str, str]:
    """What the file of the time line is asked for: the address's filters."""
    return {name: params[name] for name in ("kind", "year") if params.get(name)}


def card_of(history: History, given: Asked, *, page: int, side: str, today: dt.date) -> Card:
    """The card of a history; `side` is whose turn is the reader's own."""
    shown = [event for event in history.events if given.fits(event)]
    per_year = Counter(event.year for event in shown)
    here = Paginator(shown, PAGE_SIZE).get_page(page)
    own = next((todo for todo in history.todos if todo.side == side and todo.place), None)
    others = [todo for todo in history.todos if todo is not own]
    return Card(
        next=own,
        todos=others[:IN_SIGHT],
        more=others[IN_SIGHT:],
        picture=picture(history, today),
        kinds=_kinds(history.events, given),
        years=_years(history.events, given),
        groups=[
            Group(year, per_year[year], list(events))
            for year, events in groupby(here, key=lambda event: event.year)
        ],
        page=here,
        wards=ward_names(),
        money=money_of(history.events),
    )


def money_of(events: Iterable[Event]) -> list[Received]:
    """Money by fiscal year, the newest first; of what the reader sees, whatever is filtered."""
    paid, returned = Counter[int](), Counter[int]()
    for event in events:
        if event.received_yen:
            kind = paid if event.received_yen > 0 else returned
            kind[event.year] += abs(event.received_yen)
    years = sorted({*paid, *returned}, reverse=True)
    return [Received(year, paid[year], returned[year]) for year in years]


def head_rows(firm: Firm, sites: Iterable[Site]) -> list[Row]:
    """Who the firm is, in three lines."""
    people = _("%(count)s人") % {"count": f"{firm.employees:,}"}
    return [
        Row(_("業種"), _INDUSTRY[firm.jsic]),
        Row(_("従業員数と規模"), f"{people}　{SIZE_LABELS[firm.size_model]}"),
        Row(_("23区内の事業所"), _("、").join(_by_ward(sites)) or "—"),
    ]


def _by_ward(sites: Iterable[Site]) -> list[str]:
    """「墨田区（本社、第2工場）」 for each ward."""
    names, found = ward_names(), dict[int, list[str]]()
    for site in sites:
        found.setdefault(site.ward_id, []).append(site.name)
    return [
        _("%(ward)s（%(sites)s）") % {"ward": names[ward], "sites": _("、").join(called)}
        for ward, called in found.items()
    ]


def _kinds(events: list[Event], given: Asked) -> list[Tab]:
    """All, then each lane that has something in the chosen year."""
    rows = [event for event in events if given.year is None or event.year == given.year]
    counts = Counter(event.lane.code for event in rows)
    tabs = [Tab(_("すべて"), _address("", given.year), len(rows), current=not given.kind)]
    return tabs + [
        Tab(
            str(lane.label),
            _address(lane.code, given.year),
            counts[lane.code],
            lane.code == given.kind,
        )
        for lane in LANES
        if counts[lane.code] or lane.code == given.kind
    ]


def _years(events: list[Event], given: Asked) -> list[Tab]:
    """All, then each year that has something of the chosen kind, the newest first."""
    counts = Counter(
        event.year for event in events if not given.kind or event.lane.code == given.kind
    )
    years = sorted({*counts, *([given.year] if given.year else [])}, reverse=True)
    tabs = [Tab(_("全期間"), _address(given.kind, None), None, given.year is None)]
    return tabs + [
        Tab(fiscal_year_text(year), _address(given.kind, year), counts[year], year == given.year)
        for year in years
    ]


def _address(kind: str, year: int | None) -> str:
    params = {"kind": kind, "year": year}
    return f"?{urlencode({name: value for name, value in params.items() if value})}{ANCHOR}"
