"""The kinds of rulings (起案・決裁) as data: their names, their letters, what is typed for them.

What an approved one does is its effect (`subsidies.grants.services.rulings.effect`). Letters are
Japanese; they take everything from the ruling's frozen `terms`, nothing from today's rows.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.utils.functional import Promise

from portal.kernel import clock
from portal.ui.parts import Row

if TYPE_CHECKING:
    from subsidies.grants.models import Filing, FilingVersion, Ruling

Rows = list[tuple[str, str]]
Asked = Literal["instruction", "ends_on"]


@dataclass(frozen=True, slots=True)
class RulingKind:
    """`paper` names the letter of an approval among the scheme's 様式 (`SchemeRules.form`),
    `rejection` that of a refusal ("" where the ward cannot say no). `opening` is the sentence that
    says what was ruled on, `rows` the letter's table (label, value).

    `grant_states`: in which of the grant's states it may be proposed and approved. `terms` works
    out of a filing what the ruling binds to (JSON); `asks` names what the preparer types besides
    the reason. `page` names the route for proposing it without a filing (its argument is the
    receipt number), "" for none. `appeals`: its letter carries the scheme's 教示文 where that is on;
    an instruction decides nothing and carries none. `summary` gives who decides,
    in their language, what the letter's table will say; None where the filing says it all.
    """

    code: str
    name: str | Promise
    paper: str
    grant_states: tuple[str, ...]
    opening: "Callable[[Ruling], str]"
    rows: "Callable[[Ruling], Rows]"
    rejection: str = ""
    asks: tuple[Asked, ...] = ()
    terms: "Callable[[Filing], Mapping[str, Any]] | None" = None
    page: str = ""
    appeals: bool = True
    summary: "Callable[[Ruling], list[Row]] | None" = None


_rulings: dict[str, RulingKind] = {}


def register(*kinds: RulingKind) -> None:
    """Add kinds. Raises ValueError when a code is taken."""
    for kind in kinds:
        if kind.code in _rulings:
            raise ValueError(f"two kinds of rulings are called {kind.code}")
        _rulings[kind.code] = kind


def get(code: str) -> RulingKind:
    """Raises KeyError."""
    return _rulings[code]


def names() -> dict[str, str | Promise]:
    """Code → name of all kinds."""
    return {code: kind.name for code, kind in _rulings.items()}


def without_filing(grant_status: str) -> list[RulingKind]:
    """Those that the ward may propose by itself on a grant in that state."""
    return [kind for kind in _rulings.values() if kind.page and grant_status in kind.grant_states]


def codes() -> frozenset[str]:
    """All kinds there are."""
    return frozenset(_rulings)


def filed(version: "FilingVersion") -> dict[str, Any]:
    """What the terms of a ruling on a filing say of it: the version, its digest, its day."""
    return {
        "filing_version": version.number,
        "filing_sha256": version.sha256,
        "filed_on": clock.to_date(version.submitted_at).isoformat(),
    }


def filed_on(ruling: "Ruling") -> str:
    """The day of the filing as letters write it: 令和8年11月21日."""
    return clock.wareki(dt.date.fromisoformat(ruling.terms["filed_on"]))
