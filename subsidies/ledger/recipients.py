"""交付先の公表: which grants are told, and what is withheld so that nobody is identified.

The rule, as the public page states it: a corporation is told by name with its number (法人番号), the
amount and the day of its decision. Sole proprietors (個人事業主) are persons: never named, their grants
only counted and summed per ward, fiscal year and scheme. Fewer than LEAST persons in such a cell,
however many grants they have, are added to the ward's and year's cell of all schemes; where that has
fewer than LEAST too, the scheme with the fewest joins it, so that the ward's sum of the year, told
elsewhere, leaves no smaller rest. Where the ward has fewer than LEAST in the whole year, number and
amount are withheld (秘匿). No cell and no sum of untold ones is of fewer persons (domain.md D6); the
file has no sums over wards that a reader could subtract from.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from programs.small_cells import FEWEST

LEAST = FEWEST
ALL_SCHEMES = "*"
Basis = Literal["decided", "final", "paid", "mixed"]


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant that stands. `number` is "" for a sole proprietor; amounts in yen, `ordered_yen` what
    was ordered back (返還命令) of what was paid.
    """

    firm: int
    ward_id: int
    fiscal_year: int
    scheme_code: str
    scheme_name: str
    name: str
    number: str
    decided_on: dt.date
    decided_yen: int
    final_yen: int | None
    paid_yen: int
    ordered_yen: int = 0

    @property
    def amount(self) -> tuple[int, Basis]:
        """What has been paid and is the firm's to keep, else the final amount, else what is decided."""
        if self.paid_yen:
            return max(0, self.paid_yen - self.ordered_yen), "paid"
        return (
            (self.decided_yen, "decided") if self.final_yen is None else (self.final_yen, "final")
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the open data; `recipients` and `amount_yen` None are withheld."""

    ward_id: int
    fiscal_year: int
    scheme_code: str
    scheme_name: str
    kind: Literal["corporation", "sole"]
    name: str
    corporate_number: str
    decided_on: dt.date | None
    recipients: int | None
    amount_yen: int | None
    basis: Basis


def published(grants: Iterable[Granted]) -> Iterator[Line]:
    """The lines: corporations one by one, sole proprietors by cell."""
    cells: dict[tuple[int, int], dict[tuple[str, str], list[Granted]]] = {}
    for grant in grants:
        if grant.number:
            yield _corporation(grant)
        else:
            schemes = cells.setdefault((grant.ward_id, grant.fiscal_year), {})
            schemes.setdefault((grant.scheme_code, grant.scheme_name), []).append(grant)
    for (ward_id, year), schemes in sorted(cells.items()):
        yield from _sole(ward_id, year, schemes)


def _sole(ward_id: int, year: int, schemes: dict[tuple[str, str], list[Granted]]) -> Iterator[Line]:
    """Cells of one ward and year: large enough ones alone, the small ones together."""
    alone = {scheme: found for scheme, found in sorted(schemes.items()) if _persons(found) >= LEAST}
    small = [grant for found in schemes.values() if _persons(found) < LEAST for grant in found]
    if alone and 0 < _persons(small) < LEAST:
        fewest = min(alone, key=lambda scheme: (_persons(alone[scheme]), scheme))
        small += alone.pop(fewest)
    for (code, name), found in alone.items():
        yield _cell(ward_id, year, code, name, found)
    if small:
        yield _cell(ward_id, year, ALL_SCHEMES, "", small)


def _persons(found: Iterable[Granted]) -> int:
    """One person may have a grant of several schemes in a year."""
    return len({grant.firm for grant in found})


def _cell(ward_id: int, year: int, code: str, name: str, found: list[Granted]) -> Line:
    bases = {grant.amount[1] for grant in found}
    enough = _persons(found) >= LEAST
    return Line(
        ward_id=ward_id,
        fiscal_year=year,
        scheme_code=code,
        scheme_name=name,
        kind="sole",
        name="",
        corporate_number="",
        decided_on=None,
        recipients=len(found) if enough else None,
        amount_yen=sum(grant.amount[0] for grant in found) if enough else None,
        basis=bases.pop() if len(bases) == 1 and enough else "mixed",
    )


def _corporation(grant: Granted) -> Line:
    yen, basis = grant.amount
    return Line(
        ward_id=grant.ward_id,
        fiscal_year=grant.fiscal_year,
        scheme_code=grant.scheme_code,
        scheme_name=grant.scheme_name,
        kind="corporation",
        name=grant.name,
        corporate_number=grant.number,
        decided_on=grant.decided_on,
        recipients=1,
        amount_yen=yen,
        basis=basis,
    )


def area_code(ward_id: int) -> str:
    """全国地方公共団体コード: the five digits with their check digit (13101 → 131016)."""
    total = sum(
        int(figure) * weight for figure, weight in zip(str(ward_id), (6, 5, 4, 3, 2), strict=True)
    )
    return f"{ward_id}{(11 - total % 11) % 10}"
