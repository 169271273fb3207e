"""Hats: in which capacities may this person act, and which one is worn now.

The roles a person holds in one place make one hat: 「墨田区 担当・決裁者」. Assignments are this app's
own source; the apps above add theirs (`programs`: memberships of firms) and the names of places,
because wards and firms are only numbers here.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.db.models import BigIntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext as _

from portal.accounts import roles
from portal.accounts.models import Assignment, User, oldest_confirmation
from portal.accounts.roles import HAT_OF, Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import Statement, acting, united

SESSION_KEY = "hat"
_ORDER = list(Hat)
# Stands for the ward or the firm in the rows of a source that has none.
NO_PLACE = Cast(Value(None), BigIntegerField())
# Ends the rows of a source whose roles are the person's own: nobody is stood in for.
OWN = (NO_PLACE, Value(""))
# Stands for the person in the question that is kept: nobody has this number.
_ANYBODY = -1


class Held(NamedTuple):
    """One role held by a person. `place` names the firm or ward where the source knows it.

    `behalf_id` and `behalf` name the absent person whose role this is (代理); None: the own.
    """

    role: str
    ward_id: int | None = None
    firm_id: int | None = None
    place: str = ""
    behalf_id: int | None = None
    behalf: str = ""


# Rows in the order of Held's columns; a source asks nothing itself.
Source = Callable[[int, dt.date], QuerySet]
_sources: list[Source] = []
_lenders: list[Source] = []
# The role of a row that only says: somebody may have lent the person theirs.
PERHAPS = ""
_ward_name: Callable[[int], str] = str


def register_source(source: Source) -> Source:
    """Add a source `(user_id, today) -> roles held`; it runs as the person, without a hat.

    The rows of all sources are read in one statement, because every page asks. A source depends on
    person and day alone, reads nothing itself, and only compares the person's number.
    """
    if source not in _sources:
        _sources.append(source)
    return source


def register_lender(source: Source, *, perhaps: Source) -> Source:
    """Roles that others lend, asked only of whom `perhaps` has rows (with PERHAPS as the role).

    PostgreSQL plans the question of every page anew, and few people stand in for somebody.
    """
    if source not in _lenders:
        _lenders.append(source)
        register_source(perhaps)
    return source


def register_ward_names(name_of: Callable[[int], str]) -> None:
    """Tell how a ward is called; must not query the database."""
    global _ward_name  # noqa: PLW0603 - a registry filled once at start-up
    _ward_name = name_of


def ward_name(ward_id: int) -> str:
    """The ward's name, or its number as long as no app has told the names."""
    return _ward_name(ward_id)


@dataclass(frozen=True, slots=True)
class HatOption:
    """One capacity: a hat in a place, with the union of the roles held there.

    `lent` are the roles held only as a deputy, `on_behalf_of` whose they are.
    """

    hat: Hat
    roles: frozenset[str]
    ward_id: int | None = None
    firm_id: int | None = None
    place: str = ""
    lent: frozenset[str] = frozenset()
    on_behalf_of: tuple[tuple[int, str], ...] = ()

    @property
    def key(self) -> str:
        """Stable name, kept in the session: ward:13107, firm:12, policy."""
        number = self.ward_id or self.firm_id
        return f"{self.hat}:{number}" if number else str(self.hat)

    @property
    def role_labels(self) -> str:
        return _("・").join(
            _("%(role)s（代理）") % {"role": roles.label(role)}
            if role in self.lent
            else roles.label(role)
            for role in Role
            if role in self.roles
        )

    @property
    def label(self) -> str:
        """「墨田区 担当・決裁者」; roles without a place stand alone."""
        return f"{self.place} {self.role_labels}".strip()

    @property
    def is_staff(self) -> bool:
        return self.hat in roles.STAFF_HATS

    def actor(self, user: User, *, request_id: str = "") -> Actor:
        """The person wearing this hat."""
        return Actor(
            user_id=user.pk,
            name=user.name,
            hat=self.hat,
            roles=self.roles,
            ward_id=self.ward_id,
            firm_id=self.firm_id,
            request_id=request_id,
            lent=self.lent,
            on_behalf_of=self.on_behalf_of,
        )


def _held(sources: Sequence[Source], user_id: int, today: dt.date) -> list[Held]:
    asked = _asked(tuple(sources), today, oldest_confirmation(today))
    values = tuple(user_id if value == _ANYBODY else value for value in asked.values)
    return list(map(Held._make, asked._replace(values=values).fetch()))


def options(user_id: int, today: dt.date) -> list[HatOption]:
    """All hats the person may wear today, in a stable order."""
    places: dict[tuple[Hat, int, int], list[Held]] = {}
    rows = _held(_sources, user_id, today)
    if any(row.role == PERHAPS for row in rows):
        rows = [row for row in rows if row.role != PERHAPS] + _held(_lenders, user_id, today)
    for held in rows:
        key = (HAT_OF[Role(held.role)], held.ward_id or 0, held.firm_id or 0)
        places.setdefault(key, []).append(held)
    found = [
        HatOption(
            hat=hat,
            roles=frozenset(each.role for each in held),
            ward_id=ward_id or None,
            firm_id=firm_id or None,
            place=held[0].place or (ward_name(ward_id) if ward_id else ""),
            **_lent(held),
        )
        for (hat, ward_id, firm_id), held in places.items()
    ]
    return sorted(found, key=lambda o: (_ORDER.index(o.hat), o.ward_id or 0, o.firm_id or 0))


def _lent(held: list[Held]) -> dict[str, Any]:
    """What the person has in this place only for others; an own role needs nobody's."""
    own = {each.role for each in held if each.behalf_id is None}
    lent = [each for each in held if each.behalf_id is not None and each.role not in own]
    absent = sorted({(each.behalf_id, each.behalf) for each in lent})
    return {"lent": frozenset(each.role for each in lent), "on_behalf_of": tuple(absent)}


def wearer(user: User, key: str, today: dt.date) -> Actor | None:
    """The person in the hat of that key with the roles of today; None where it is theirs no more.

    For workers, who go on with what somebody ordered earlier.
    """
    with acting(Actor.public(user_id=user.pk)):
        found = options(user.pk, today)
    option = next((option for option in found if option.key == key), None)
    return option.actor(user) if option and user.is_active else None


@lru_cache(maxsize=64)
def _asked(sources: tuple[Source, ...], today: dt.date, _oldest: dt.date) -> Statement:
    """The question about anybody on a day, built once: each page of each person asks it.

    The oldest confirmation that counts is part of it, because it comes from the settings.
    """
    return united(source(_ANYBODY, today) for source in sources)


def choose(available: Sequence[HatOption], key: str | None) -> HatOption | None:
    """The hat named `key`; the first one when it was taken away or never chosen."""
    by_key = {option.key: option for option in available}
    return by_key.get(key or "") or next(iter(available), None)


def wear(request: HttpRequest, key: str) -> None:
    """Put a hat on. What was filled in under the former one is not sent under this one.

    A form put aside is dropped, and pages in other tabs lose their token: their buttons would act
    in another ward or firm than the one they show.
    """
    request.session[SESSION_KEY] = key
    request.session.pop(STATE_SESSION_KEY, None)
    rotate_token(request)


def no_hat_label() -> str:
    """What is shown for a person who holds no role yet."""
    return _("役割なし")


@register_source
def assigned(user_id: int, today: dt.date) -> QuerySet:
    """Roles assigned to staff, on days when they are live: a role that sleeps makes no hat."""
    rows = Assignment.objects.filter(user_id=user_id).live_on(today)
    return rows.values_list("role", "ward_id", NO_PLACE, Value(""), *OWN)
