"""The papers that the demonstration's firms attach: small real PDFs, and a photograph."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from portal.kernel.documents import render_pdf
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.kernel.money import format_yen

PDF, JPEG = "application/pdf", "image/jpeg"
NOTE = (
    "この書類は、デモンストレーションのために作った見本です。実在の企業・官公署とは関係ありません。"
)
_MADE_AT = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)


@cache
def sample(name: str) -> bytes:
    """A paper of that kind without particulars; the same bytes each time."""
    rows = [("書類の種類", name), ("内容", "証明・記載の内容（見本）")]
    return _paper(name, "見本製作所", rows, office="見本を発行した者")


def quotation(*, firm: str, lines: Iterable[Mapping[str, Any]], vendor: str) -> bytes:
    """A 見積書 whose lines are those of the application. Yen, 税抜."""
    rows = [
        (str(line["description"]), f"{format_yen(line['unit_price'])} × {line['quantity']}")
        for line in lines
    ]
    total = sum(int(line["unit_price"]) * int(line["quantity"]) for line in lines)
    return _paper("見積書", firm, [*rows, ("合計（税抜）", format_yen(total))], office=vendor)


@cache
def photograph() -> bytes:
    """A machine, drawn; as JPEG."""
    image = Image.new("RGB", (640, 480), "#d9dee3")
    draw = ImageDraw.Draw(image)
    draw.rectangle((120, 160, 520, 400), fill="#5b6b7a", outline="#2b343c", width=6)
    draw.rectangle((160, 200, 340, 330), fill="#aebfcc", outline="#2b343c", width=4)
    draw.ellipse((390, 210, 470, 290), fill="#e6b422", outline="#2b343c", width=4)
    stream = BytesIO()
    image.save(stream, "JPEG", quality=72)
    return stream.getvalue()


def stored(
    content: bytes,
    *,
    key: uuid.UUID,
    ward_id: int,
    firm_id: int,
    owner: int | None,
    purpose: str,
    name: str,
    at: dt.datetime,
    preview: bool = False,
) -> StoredFile:
    """A file that a firm handed in at that moment, its bytes written, its row not stored.

    `preview`: the small image that the inspection of an upload makes; our photograph is small.
    """
    picture = content == photograph()
    extension, kind = ("jpg", JPEG) if picture else ("pdf", PDF)
    place = storage.new_key(storage.CLEAN)
    size, digest = storage.write(BytesIO(content), place, limit=len(content))
    small = storage.new_key(storage.CLEAN) if picture and preview else ""
    if small:
        storage.write(BytesIO(content), small, limit=len(content))
    return StoredFile(
        id=key,
        ward_id=ward_id,
        firm_id=firm_id,
        owner_user_id=owner,
        purpose=purpose,
        original_name=f"{name}.{extension}",
        extension=extension,
        content_type=kind,
        size=size,
        sha256=digest,
        state=StoredFile.State.CLEAN,
        checked_at=at,
        created_at=at,
        storage_key=place,
        preview_key=small,
    )


def _paper(title: str, firm: str, rows: list[tuple[str, str]], *, office: str) -> bytes:
    data = {
        "title": title,
        "addressee_name": firm,
        "issuer_office": office,
        "keywords": [title],
        "footer": "見本",
        "rows": rows,
        "opening": NOTE,
    }
    return render_pdf("sample", data, made_at=_MADE_AT)
