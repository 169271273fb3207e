"""Numbers without gaps or doubles: 受付番号 of receipts, 文書番号 of official letters.

A counter row is raised by one statement in the caller's transaction, so a rollback gives the
number back. Its lock lasts until the transaction ends: take the number last.
"""

import string

from django.db import connection
from django.db.transaction import TransactionManagementError

from portal.kernel import clock

_NEXT = """
    INSERT INTO kernel_counter (series, ward_id, scheme, fiscal_year, last)
    VALUES (%s, %s, %s, %s, 1)
    ON CONFLICT (series, ward_id, scheme, fiscal_year)
    DO UPDATE SET last = kernel_counter.last + 1
    RETURNING last
"""


def next_number(*, series: str, ward_id: int, scheme: str, fiscal_year: int) -> int:
    """The next number of the series, from 1. Call it last in the transaction.

    Raises TransactionManagementError outside a transaction: a number taken there would be lost
    if what it is for then failed.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a number is taken in the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [series, ward_id, scheme, fiscal_year])
        number: int = cursor.fetchone()[0]
    return number


def receipt_no(*, ward_id: int, scheme: str, fiscal_year: int, number: int) -> str:
    """受付番号, e.g. R8-13107-DX1-0147.

    Year of 令和, JIS code of the ward, scheme, running number: sortable, free of characters that
    need an input method or an escape in an address.
    """
    return f"{clock.fiscal_year_mark(fiscal_year)}-{ward_id}-{scheme.upper()}-{number:04d}"


def document_no(*, pattern: str, fiscal_year: int, number: int) -> str:
    """文書番号 in the ward's own form: pattern 「{year}墨産産第{number}号」 → 8墨産産第123号.

    `{year}` is the year of the era. Raises ValueError when the pattern names anything else or
    lacks the number.
    """
    names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
    if "number" not in names or not names <= {"year", "number"}:
        raise ValueError(f"a document number's pattern has {{year}} and {{number}}: {pattern}")
    year = clock.fiscal_year_mark(fiscal_year)[1:]
    return pattern.format(year=year, number=number)
