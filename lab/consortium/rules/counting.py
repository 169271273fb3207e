"""What counts for the indicators: 3-OP3 (産学連携) and 3-KGI (共同開発); kpi_matching.md, part 1."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lab.consortium.codes import INSTITUTIONS, ProjectKind
from lab.events.rules.vendors import key as company


def agreement_counts(*, kind: str, institution: str, firm_wards: Collection[int]) -> bool:
    """An agreement of at least one school or 公設試 and one firm with a site in the 23 wards.

    An internship is no project: it never counts by itself.
    """
    is_project = kind in (ProjectKind.PBL, ProjectKind.RESEARCH)
    return is_project and institution in INSTITUTIONS and bool(firm_wards)


@dataclass(frozen=True, slots=True)
class Party:
    """A firm of a joint development. `group`: its capital group as told, "" where it has none."""

    key: str
    group: str = ""
    wards: frozenset[int] = frozenset()


def independent(parties: Iterable[Party]) -> int:
    """How many independent firms: those of one capital group are one, and nobody counts twice."""
    by_key: dict[str, str] = {}
    for party in parties:
        by_key[party.key] = _folded(party.group) or by_key.get(party.key, "")
    groups = {group for group in by_key.values() if group}
    return len(groups) + sum(1 for group in by_key.values() if not group)


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
