"""Cells of what a page has already put into words."""

import re
from decimal import Decimal

from portal.exports.reports import Cell

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def as_number(text: str) -> Cell:
    """「−1,234.5%」 as −1234.5 (the heading says %); words stay words. For what the portal formatted only:
    a person's text is no number.
    """
    plain = text.replace(",", "").replace("−", "-").removesuffix("%")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else text
