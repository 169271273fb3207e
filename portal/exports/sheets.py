"""A page's own table as a file at once: a few hundred lines that the page itself shows to its reader."""

import io
from collections.abc import Iterable, Sequence

from django.http import Http404, HttpResponse

from portal.exports.reports import Cell, Column
from portal.exports.writers import CONTENT_TYPES, writer


def response(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    name: str,
    form: str,
) -> HttpResponse:
    """`name`.csv or `name`.xlsx (`name` in ASCII). Raises Http404 for any other form."""
    if form not in CONTENT_TYPES:
        raise Http404
    stream = io.BytesIO()
    made = writer(form, stream, columns, title)
    for cells in rows:
        made.row(cells)
    made.close()
    answer = HttpResponse(stream.getvalue(), content_type=CONTENT_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
