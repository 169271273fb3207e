"""CSV that a spreadsheet cannot be made to execute, and that Excel opens with Japanese intact."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

_DANGEROUS = frozenset("=+-@\t\r\n|")


def neutral(value: object) -> object:
    """Text that a spreadsheet would take for a formula gets a leading apostrophe.

    Full-width forms (＝ ＋ － ＠) count as well; numbers stay numbers.
    """
    if not isinstance(value, str):
        return "" if value is None else value
    first = unicodedata.normalize("NFKC", value.lstrip(" \u3000")[:1])
    return f"'{value}" if first and first[0] in _DANGEROUS else value


def csv_response(
    *, filename: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """A CSV download (UTF-8 with BOM); `filename` in ASCII, every cell neutralised."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    writer = csv.writer(response)
    writer.writerow([str(name) for name in header])
    writer.writerows([neutral(value) for value in row] for row in rows)
    return response
