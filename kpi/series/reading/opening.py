"""A file that was handed in, whatever it is: its rows, or one sentence that says it cannot be read."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.utils.translation import gettext as _

from kpi.series.reading import books, estat
from kpi.series.reading.books import Form, ReadRow
from programs.importing.workbook import UnreadableWorkbook

logger = logging.getLogger(__name__)
Read = tuple[dict[str, Any], Iterator[ReadRow]]


def opened(
    file: IO[bytes], form: Form | None, *, read_json: Callable[[IO[bytes]], Read] = estat.read
) -> Read:
    """What the file says of itself, and its rows as a stream; JSON of e-Stat without a form.

    Raises UnreadableWorkbook and nothing else, also while iterating.
    """
    with _readable():
        about, rows = read_json(file) if form is None else books.read(file, form)
    return about, _guarded(rows)


def _guarded(rows: Iterator[ReadRow]) -> Iterator[ReadRow]:
    with _readable():
        yield from rows


@contextmanager
def _readable() -> Iterator[None]:
    """What a broken or hostile file provokes (lists without end, text for a table) is the file's fault."""
    try:
        yield
    except UnreadableWorkbook:
        raise
    except Exception as error:
        logger.warning("a file that was handed in cannot be read: %s", type(error).__name__)
        raise UnreadableWorkbook(
            _("ファイルの中身を読めませんでした。様式か、e-Statから取得したJSONを選んでください。")
        ) from error
