"""起案一式・決裁資料: papers for the ward's own document system in one ZIP, with the SHA-256 of each.

One mechanism for decisions, selections and all later rulings: with the same papers and the same
time the ZIP is the same byte for byte.
"""

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from portal.exports.reports import Cell, Column
from portal.exports.writers import XLSX, writer
from portal.kernel import clock
from portal.kernel.files import names

MANIFEST = "manifest.json"
Rows = Iterable[Sequence[Cell]]


def pack(files: Mapping[str, bytes], *, made_at: dt.datetime, **about: object) -> bytes:
    """The ZIP of these papers (name → bytes) and a manifest of them; `about` says what they are of.

    `made_at` is the time of the proposal or the approval, in the manifest and of every entry.
    """
    listed = {
        **about,
        "made_at": made_at.isoformat(),
        "files": [
            {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        ],
    }
    manifest = json.dumps(listed, ensure_ascii=False, indent=1).encode()
    stream, moment = io.BytesIO(), made_at.astimezone(clock.TOKYO).timetuple()[:6]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, MANIFEST: manifest}.items():
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return stream.getvalue()


def sheet(file_format: str, columns: Sequence[Column], title: str, rows: Rows) -> bytes:
    """A table as XLSX or CSV, whole in memory: for the papers of a few cases."""
    stream = io.BytesIO()
    book = writer(file_format, stream, columns, title)
    for cells in rows:
        book.row(cells)
    book.close()
    return stream.getvalue()


def table_of(columns: Sequence[Column], title: str, rows: Rows, **about: Any) -> dict[str, Any]:
    """A table as data that can be frozen; `workbook` makes it."""
    heads = [[str(column.label), column.kind] for column in columns]
    return {**about, "title": title, "columns": heads, "rows": [list(cells) for cells in rows]}


def workbook(data: Mapping[str, Any]) -> bytes:
    """The XLSX of a frozen table."""
    columns = [Column(label, kind) for label, kind in data["columns"]]
    return sheet(XLSX, columns, data["title"], data["rows"])


def answer(content: bytes, name: str) -> HttpResponse:
    """The package as a download that no cache keeps."""
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = names.content_disposition(name)
    response["Cache-Control"] = "private, no-store"
    return response
