"""企業カルテ: what a firm's time line is made of. Rooms above tell it; siblings need not know each other.

Each room registers its teller when the portal starts (`AppConfig.ready`). A teller gives what this
actor may see by the room's own policies, in a fixed number of queries, each reading at most `MOST`
rows, the newest first. Rooms without a row of the firm are not asked at all. Words and addresses
are made for what is shown alone: of hundreds of events a page shows thirty.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel import clock, rls
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import current_scope
from portal.ui.markup import Route
from programs.models import Firm

MOST = 500


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of the picture, and what the time line is filtered by."""

    code: str
    label: str | Promise


DIAGNOSIS = Lane("diagnosis", _("相談・診断"))
COURSES = Lane("courses", pgettext_lazy("lane", "講座"))
ADVICE = Lane("advice", pgettext_lazy("lane", "伴走支援"))
GRANTS = Lane("grants", pgettext_lazy("lane", "補助金"))
LAB = Lane("lab", pgettext_lazy("lane", "ラボ"))
# Work and material passed on among firms, and whom they met for it.
PEERS = Lane("peers", pgettext_lazy("lane", "つながり"))
FIRM = Lane("firm", _("登録・認定"))
LANES = (DIAGNOSIS, COURSES, ADVICE, LAB, PEERS, GRANTS, FIRM)

# Whose turn it is.
OF_FIRM, OF_WARD, OF_ADVISOR = "firm", "ward", "advisor"
SIDES = {
    OF_FIRM: _("企業がすること"),
    OF_WARD: _("区がすること"),
    OF_ADVISOR: _("相談員がすること"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A page by its route and its argument: its address is made where it is shown."""

    route: str
    arg: object = None

    @property
    def url(self) -> str:
        if isinstance(self.arg, UUID):
            urlconf = get_urlconf() or settings.ROOT_URLCONF
            return _address(self.route, urlconf, get_script_prefix())(self.arg)
        return reverse(self.route, args=[] if self.arg is None else [self.arg])


@cache
def _address(route: str, _urlconf: str, _prefix: str) -> Route:
    """Addresses of a route that takes a public id: looked up once, because a page shows dozens."""
    return Route(route, UUID(int=0))


Said = str | Promise


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `ward_id` is the ward whose business it was, where there is one.

    `text` is lazily translated; `values` go into it, `note` is what stands below it, part by part.
    `received_yen` is what the firm was paid with it, below 0 what it paid back (円).
    """

    at: dt.datetime
    lane: Lane
    text: Said
    values: Mapping[str, object] | None = None
    note: tuple[Said, ...] = ()
    tone: str = ""
    place: Place | None = None
    ward_id: int | None = None
    received_yen: int = 0
    # The day in Tokyo, and its fiscal year.
    day: dt.date = field(init=False)
    year: int = field(init=False)

    def __post_init__(self) -> None:
        day = clock.to_date(self.at)
        object.__setattr__(self, "day", day)
        object.__setattr__(self, "year", clock.fiscal_year(day))

    def words(self, say: Callable[[Said], str] = str) -> str:
        """What happened, in the reader's language."""
        if not self.values:
            return say(self.text)
        values = {
            name: say(value) if isinstance(value, Promise) else value
            for name, value in self.values.items()
        }
        return say(self.text) % values

    def notes(self, say: Callable[[Said], str] = str) -> str:
        """What is known of it, in one line."""
        return "　".join(part for part in map(say, self.note) if part)


class Speaker:
    """Says each lazy text once: a page repeats few of them many times, and each costs a look-up."""

    def __init__(self) -> None:
        # The text is kept beside its words, so that its id stays its own.
        self._known: dict[int, tuple[Said, str]] = {}

    def __call__(self, said: Said) -> str:
        if isinstance(said, str):
            return said
        known = self._known.get(id(said))
        if known is None:
            known = self._known[id(said)] = (said, str(said))
        return known[1]


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasted: first and last day; `last` may lie ahead, None is not known yet.

    `label` says what it is, part by part.
    """

    lane: Lane
    first: dt.date
    last: dt.date | None
    label: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that is open: the next step, whose turn it is, and the day where there is one."""

    lane: Lane
    side: str
    what: Said
    about: str = ""
    until: dt.date | None = None
    place: Place | None = None

    @property
    def whose(self) -> str:
        return str(SIDES[self.side])


Told = Event | Span | Todo
# Whether the actor sees any row of the firm in a model's table.
Has = Callable[[type[models.Model]], bool]
Teller = Callable[[Actor, Firm, dt.date, Has], Iterable[Told]]


class _Room(NamedTuple):
    """A room's teller, the models with which its story of a firm begins, and those that follow."""

    teller: Teller
    begins: tuple[type[models.Model], ...]
    follows: tuple[type[models.Model], ...]


_rooms: list[_Room] = []


def tells(
    *begins: type[models.Model], follows: tuple[type[models.Model], ...] = ()
) -> Callable[[Teller], Teller]:
    """Decorator: take a room's teller. What it tells begins with rows of these models.

    Each has a firm, or several (`_of_firm`). Of a firm without such rows the room has nothing to tell and is not asked;
    where no models are named it is always asked. Of those that `follows` names it asks `has` itself.
    Raises TypeError when it is written without brackets: the teller would be taken for a model.
    """
    if not all(isinstance(model, type) for model in begins):
        raise TypeError("write @history.tells(Model, …)")

    if any(not isinstance(model, type) for model in begins):
        raise TypeError("it takes models: @tells(…) or @tells(), not @tells")

    def take(teller: Teller) -> Teller:
        _rooms.append(_Room(teller, begins, follows))
        _probe.cache_clear()
        return teller

    return take


def _present(firm: Firm) -> set[type[models.Model]]:
    """The models that have a row of the firm. One statement, however many rooms there are.

    The row policies decide which rows are seen. A table that is closed to the acting role holds
    nothing that may be told.
    """
    scope = current_scope()
    looked, sql = _probe(scope.role if scope else "")
    with connection.cursor() as cursor:
        cursor.execute(sql, {"firm": firm.pk})
        found = zip(looked, cursor.fetchone(), strict=True)
        return {model for model, is_there in found if is_there}


@cache
def _probe(role: str) -> tuple[tuple[type[models.Model], ...], str]:
    """The models that the role may read, and the statement that looks for a firm in each."""
    named = dict.fromkeys(model for room in _rooms for model in room.begins + room.follows)
    looked = tuple(model for model in named if rls.is_readable(model._meta.db_table, role))
    looks = (rls.exists(f'"{model._meta.db_table}"', _of_firm(model)) for model in looked)
    return looked, f"SELECT {', '.join(looks)}"


def _of_firm(model: type[models.Model]) -> str:
    """A row has one firm, or says in `FIRM_COLUMNS` which columns name its firms."""
    columns = getattr(model, "FIRM_COLUMNS", ("firm_id",))
    return " OR ".join(f"{column} = %(firm)s" for column in columns)


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was told: events the newest first, what is open the most urgent first."""

    events: list[Event]
    spans: list[Span]
    todos: list[Todo]


def history_of(actor: Actor, firm: Firm, today: dt.date) -> History:
    """The firm's history as this actor may see it."""
    present = _present(firm)
    told = [
        item
        for room in _rooms
        if not room.begins or not present.isdisjoint(room.begins)
        for item in room.teller(actor, firm, today, present.__contains__)
    ]
    return History(
        events=sorted(
            # A visit that was called off before its day is no event of the past.
            (item for item in told if isinstance(item, Event) and item.day <= today),
            key=lambda event: event.at,
            reverse=True,
        ),
        spans=[item for item in told if isinstance(item, Span)],
        todos=sorted(
            (item for item in told if isinstance(item, Todo)),
            key=lambda todo: todo.until or dt.date.max,
        ),
    )


def side_of(actor: Actor) -> str:
    """Whose turn is the actor's own."""
    return {Hat.FIRM: OF_FIRM, Hat.WARD: OF_WARD, Hat.SUPPORT: OF_ADVISOR}.get(actor.hat, "")


def is_staff(actor: Actor) -> bool:
    """Whether the actor reads the officials' pages."""
    return actor.hat in {Hat.WARD, Hat.AUDITOR}
