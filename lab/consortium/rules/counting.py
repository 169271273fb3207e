"""What counts for the indicators: 3-OP3 (産学連携) and 3-KGI (共同開発); kpi_matching.md, part 1."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lab.consortium.codes import INSTITUTIONS, ProjectKind
from lab.events.rules.vendors import key as company
from programs.rules import joined


def agreement_counts(*, kind: str, institution: str, firm_wards: Collection[int]) -> bool:
    """An agreement of at least one school or 公設試 and one firm with a site in the 23 wards.

    An internship is no project: it never counts by itself.
    """
    is_project = kind in (ProjectKind.PBL, ProjectKind.RESEARCH)
    return is_project and institution in INSTITUTIONS and bool(firm_wards)


@dataclass(frozen=True, slots=True)
class Party:
    """A firm of a joint development. `group`: its capital group as told, "" where it has none;
    `register`: its group in the register of firms.
    """

    key: str
    group: str = ""
    wards: frozenset[int] = frozenset()
    register: str = ""


def independent(parties: Iterable[Party]) -> int:
    """How many independent firms: those of one capital group are one, and nobody counts twice."""
    found = list(parties)
    keys = [("party", party.key) for party in found]
    told = [
        (("party", one.key), ("told", _folded(one.group))) for one in found if one.group.strip()
    ]
    known = [(("party", one.key), ("register", one.register)) for one in found if one.register]
    heads = joined(keys, [*told, *known])
    return len({heads[key] for key in keys})


def keys_of(parties: Iterable[tuple[int | None, str]]) -> list[str]:
    """Who is who, from (number in the register, name): a firm that is only named is the one of the register
    that is called so, whatever its legal form and width, and one firm however often it is named.
    """
    rows = list(parties)
    known = {company(name): f"firm:{number}" for number, name in rows if number is not None}
    return [
        known.get(company(name), company(name)) if number is None else f"firm:{number}"
        for number, name in rows
    ]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def in_ward(parties: Iterable[Party]) -> bool:
    """Whether one of them has a site in the 23 wards."""
    return any(party.wards for party in parties)
