"""What the pages of a 商談会 show."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import Fair, FairEntry, FairMeeting, FairWish
from lab.nakama.exchange.rules.timetable import mutual
from portal.kernel.actor import Actor

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A slot of a sheet: when, and with whom (None: free)."""

    times: str
    other: FairEntry | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One A4 page: a buyer at a table, or a seller on the way."""

    entry: FairEntry
    lines: tuple[Line, ...]

    @property
    def met(self) -> int:
        return sum(line.other is not None for line in self.lines)


def entries_of(fair: Fair) -> list[FairEntry]:
    """Who takes part, buyers by table first."""
    rows = FairEntry.objects.filter(fair=fair, withdrawn_at=None)
    return list(rows.order_by("side", "table", "pk"))


def coming(actor: Actor, today: dt.date) -> list[tuple[Fair, bool]]:
    """Fairs that are to come, each with whether the firm takes part."""
    firm = policies.firm_of(actor)
    own = FairEntry.objects.filter(fair_id=OuterRef("pk"), firm_id=firm, withdrawn_at=None)
    rows = policies.visible_fairs(actor).filter(
        status__in=(states.COLLECTING, states.PLANNED), day__gte=today
    )
    found = rows.annotate(enters=Exists(own)).order_by("day", "pk")[:SHOWN]
    return [(row, row.enters) for row in found]


def unwished(actor: Actor) -> QuerySet[FairEntry]:
    """The firm's entries for which it has chosen nobody to meet, though there is somebody."""
    own = FairWish.objects.filter(entry_id=OuterRef("pk"))
    others = FairEntry.objects.filter(fair_id=OuterRef("fair_id"), withdrawn_at=None)
    return FairEntry.objects.filter(
        ~Exists(own),
        Exists(others.exclude(side=OuterRef("side"))),
        firm_id=policies.firm_of(actor),
        withdrawn_at=None,
        fair__status=states.COLLECTING,
    )


def to_wish(actor: Actor, today: dt.date) -> list[FairEntry]:
    """Those whose day is not over, the most urgent first."""
    rows = unwished(actor).filter(fair__closes_on__gte=today).select_related("fair")
    return list(rows.order_by("fair__closes_on", "pk")[:SHOWN])


def sheet_of(fair: Fair, entry: FairEntry, meetings: list[FairMeeting]) -> Sheet:
    """The entry's timetable, free slots included."""
    other = {
        one.slot: one.seller if one.buyer_id == entry.pk else one.buyer
        for one in meetings
        if entry.pk in {one.buyer_id, one.seller_id}
    }
    lines = (Line(fair.times(slot), other.get(slot)) for slot in range(fair.slots))
    return Sheet(entry, tuple(lines))


def sheets_of(actor: Actor, fair: Fair) -> Iterator[Sheet]:
    """One for each who takes part: a firm gets its own alone."""
    meetings = list(policies.visible_meetings(actor, fair))
    mine = policies.own_entry(actor, fair)
    entries = entries_of(fair) if policies.reads_desk(actor) else [mine] if mine else []
    for entry in entries:
        yield sheet_of(fair, entry, meetings)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How far a fair is: entries, wishes, mutual wishes, appointments."""

    buyers: int
    sellers: int
    wished: int
    mutual: int
    meetings: int


def numbers_of(actor: Actor, fair: Fair) -> Numbers:
    """For the staff."""
    entries = entries_of(fair)
    live = {one.pk for one in entries}
    buyers = {one.pk for one in entries if one.side == FairEntry.Side.BUYER}
    rows = FairWish.objects.filter(entry__in=live, other__in=live)
    wishes = list(rows.values_list("entry_id", "other_id"))
    return Numbers(
        buyers=len(buyers),
        sellers=len(entries) - len(buyers),
        wished=len({entry for entry, _ in wishes}),
        mutual=len(mutual(wishes, buyers)),
        meetings=policies.visible_meetings(actor, fair).count(),
    )


def wished_by(entry: FairEntry) -> list[int]:
    """Whom the entry has chosen."""
    return list(FairWish.objects.filter(entry=entry).values_list("other_id", flat=True))
