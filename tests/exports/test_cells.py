"""What the portal formatted goes into a file as a number; words stay words."""

from decimal import Decimal

import pytest

from portal.exports.cells import as_number


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("−1,234.5%", Decimal("-1234.5")),
        ("+0.3", Decimal("0.3")),
        ("12", Decimal(12)),
        ("—", "—"),
        ("非公表", "非公表"),
        ("", ""),
        ("-1+1|cmd", "-1+1|cmd"),
        ("１", "１"),
    ],
)
def test_formatted_numbers_are_read_back(text, cell):
    assert as_number(text) == cell
