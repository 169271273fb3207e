"""What may wait for somebody: the registry of the inbox's sources.

A source names rows of one module that wait for holders of a role, with the columns that every
line of the inbox shows. All sources of a person are read in one statement (selectors/inbox.py), so
that a source asks nothing itself. The rooms' own policies choose the rows: nobody finds here what
they do not find there.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import State, TransitionTable

# A column's name, or an expression over the row; "" where the row has nothing of the kind.
Column = str | Combinable
Words = Promise | Mapping[str, Promise]


@dataclass(frozen=True, slots=True)
class Room:
    """A part of the portal by which the inbox is narrowed."""

    code: str
    label: Promise


INTAKE = Room("intake", _("補助金の申請"))
SELECTION = Room("selection", _("審査と採択"))
GRANTS = Room("grants", _("交付決定後"))
SCHEMES = Room("schemes", _("制度・点検・保存"))
COURSES = Room("courses", _("DX道場"))
SUPPORT = Room("support", _("伴走支援"))
LAB = Room("lab", _("ラボと仲間まわし"))
FIGURES = Room("figures", _("指標と調査"))
FIRMS = Room("firms", _("企業への連絡"))
PEOPLE = Room("people", _("職員と役割"))
ROOMS = (INTAKE, SELECTION, GRANTS, SCHEMES, COURSES, SUPPORT, LAB, FIGURES, FIRMS, PEOPLE)


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that wait. `what` says what is to be done, one for all or by status.

    `roles`: for whom (a role belongs to one hat). `ref` is the argument of `url_name` ("" for a
    page without one), `kinds` puts the code in the column `kind` into words. `waits`: others have
    to answer first; it is listed so that nobody forgets it. `unless`: with one of these roles the
    same rows come from another source.
    """

    code: str
    room: Room
    what: Words
    url_name: str
    rows: Callable[[Actor, dt.date], QuerySet]
    states: TransitionTable | State
    roles: Collection[str]
    ref: Column = "public_id"
    about: Column = "firm_name"
    number: Column = ""
    kind: Column = ""
    kinds: Callable[[str], Any] | None = None
    status: Column = "status"
    due: Column = ""
    person: Column = ""
    since: Column = ""
    waits: bool = False
    unless: Collection[str] = ()

    def fits(self, actor: Actor) -> bool:
        """Whether these rows may wait for the actor at all."""
        return actor.has_role(*self.roles) and not actor.has_role(*self.unless)

    def words(self, status: str) -> str:
        """What is to be done with a row in that status."""
        return str(self.what[status] if isinstance(self.what, Mapping) else self.what)

    def state(self, status: str) -> State:
        """Its word and colour."""
        return self.states if isinstance(self.states, State) else self.states.state(status)

    def kind_words(self, kind: str) -> str:
        """The kind of the row, "" where it has none."""
        return str(self.kinds(kind)) if kind and self.kinds else ""


def day_of(moment: Column, *, wait: dt.timedelta = dt.timedelta()) -> Combinable:
    """The day in Tokyo of a moment, or of some time after it."""
    later = ExpressionWrapper(
        (F(moment) if isinstance(moment, str) else moment) + wait, output_field=DateTimeField()
    )
    return TruncDate(later, tzinfo=clock.TOKYO)


_sources: dict[str, Source] = {}


def register_source(*sources: Source) -> None:
    """Add sources. Raises ValueError when a code is taken by another one."""
    for source in sources:
        if _sources.setdefault(source.code, source) is not source:
            raise ValueError(f"two sources are called {source.code}")


def all_sources() -> Mapping[str, Source]:
    """By code, in the order of their registration."""
    return _sources


def sources_for(actor: Actor) -> list[Source]:
    """Those that may hold something for the actor."""
    return [source for source in _sources.values() if source.fits(actor)]
