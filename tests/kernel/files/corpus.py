"""Files made on the spot: good ones, and good ones tampered with the way attackers do."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import openpyxl
import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


# --- PDF -----------------------------------------------------------------------------------------


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, **save: object) -> bytes:
    """A one-page PDF, changed by `change` before it is saved."""
    with pikepdf.new() as document:
        document.add_blank_page()
        if change:
            change(document)
        out = io.BytesIO()
        document.save(out, deterministic_id="encryption" not in save, **save)
    return out.getvalue()


def pdf_nested_script(document: pikepdf.Pdf) -> None:
    """JavaScript in a dictionary within an array within a page: no indirect object of its own."""
    action = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].obj.Annots = Array([link])


def pdf_open_action(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def pdf_script_in_stream_dictionary(document: pikepdf.Pdf) -> None:
    stream = document.make_stream(b"q Q")
    stream.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("1")))
    document.pages[0].obj.Contents = stream


def pdf_launch(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.Launch, F=String("cmd.exe"))


def pdf_attachment(document: pikepdf.Pdf) -> None:
    document.attachments["list.exe"] = b"MZ..."


def pdf_xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=String("<xdp/>"))


def pdf_rich_media(document: pikepdf.Pdf) -> None:
    film = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))
    document.pages[0].obj.Annots = Array([film])


def pdf_words_only(document: pikepdf.Pdf) -> None:
    """The forbidden names as text, where they harm nobody."""
    document.docinfo["/Title"] = "The key /JavaScript (and /Launch) in PDF (見積\\)"
    document.docinfo["/Subject"] = "/XFA"


def pdf_escaped_name() -> bytes:
    """`/J#61vaScript`: another spelling of the same name."""
    return _swap_text(pdf(pdf_open_action), b"/JavaScript", b"/J#61vaScript").replace(
        b"/JS ", b"/J#53 "
    )


def pdf_damaged_with_script() -> bytes:
    """A broken table of objects, and an object defined twice: qpdf takes the second, harmless
    one; who takes the first runs a script."""
    data = pdf(pdf_open_action, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    at = data.index(b"1 0 obj")
    assert b"/Catalog" in data[at : data.index(b"endobj", at)]
    harmless = b"1 0 obj\n<< /Pages 2 0 R /Type /Catalog >>\nendobj\n"
    table = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
    trailer = data[data.index(b"trailer") : data.rindex(b"startxref")]
    return data[:table] + harmless + trailer + b"startxref\n1\n%%EOF\n"


def pdf_incremental_harmless() -> bytes:
    """What a scanner's software writes: a wrong startxref, nothing else."""
    data = pdf(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    at = data.rindex(b"startxref")
    return data[:at] + b"startxref\n1\n%%EOF\n"


def pdf_stream_bomb() -> bytes:
    """A cross-reference stream that inflates to 300 MB when the file is opened."""
    body = b"%PDF-1.5\n"
    catalog = len(body)
    body += b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    body += b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    packed = zlib.compress(b"\0" * 300_000_000, 9)
    start = len(body)
    body += (
        b"3 0 obj\n<</Type/XRef/Size 75000000/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>"
        b"\nstream\n" % len(packed)
    )
    body += packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    assert catalog
    return body


def _swap_text(data: bytes, old: bytes, new: bytes) -> bytes:
    """Replace and let the reader repair the offsets."""
    assert old in data
    return data.replace(old, new)


# --- Images --------------------------------------------------------------------------------------


def image(kind: str, size: tuple[int, int] = (80, 60), mode: str = "RGB", **save: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **save)
    return out.getvalue()


def tiff(sheets: int) -> bytes:
    """A scanner's black and white drawing of so many sheets."""
    out = io.BytesIO()
    first, *others = (Image.new("1", (60, 40), 1) for _ in range(sheets))
    first.save(out, "TIFF", save_all=True, append_images=others, compression="group4")
    return out.getvalue()


def photo_with_place() -> bytes:
    """A JPEG whose EXIF says where it was taken and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "SECRET-PLACE"
    exif.get_ifd(0x8825)[1] = "N"
    return image("JPEG", (80, 60), exif=exif)


def jpeg_announcing_more() -> bytes:
    """An iPhone's photograph: a second JPEG (the brightness map) behind the first."""
    one = image("JPEG")
    notice = b"MPF\0" + b"II*\0\x08\0\0\0\0\0\0\0\0\0"
    segment = b"\xff\xe2" + struct.pack(">H", len(notice) + 2) + notice
    return one[:2] + segment + one[2:] + image("JPEG", (20, 15), "L")


def samsung_notes(name: bytes = b"Image_UTC_Data") -> bytes:
    """The trailer of a Galaxy's photograph."""
    block = b"\0\0" + struct.pack("<HI", 0x0A01, len(name)) + name + b"1700000000000"
    entry = struct.pack("<HHII", 0, 0x0A01, len(block), len(block))
    directory = b"SEFH" + struct.pack("<II", 106, 1) + entry
    return block + directory + struct.pack("<I", len(directory)) + b"SEFT"


def png_flood() -> bytes:
    """A few hundred bytes that claim 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


# --- Office --------------------------------------------------------------------------------------


@cache
def workbook() -> bytes:
    """A workbook as Excel writes it: text, a formula, a link to the Internet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "設備名"
    sheet["A2"] = '=IF(A1="a|b","はい!","")'
    sheet["A3"].hyperlink = "https://example.jp/"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


DOCX_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relation(kind: str, target: str, *, external: bool = True) -> str:
    mode = ' TargetMode="External"' if external else ""
    return RELATIONS.format(
        f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
    )


def document(body: str = "<w:p/>", extra: dict[str, str | bytes] | None = None) -> bytes:
    """A docx from its parts."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": DOCX_TYPES,
        "_rels/.rels": relation("officeDocument", "word/document.xml", external=False),
        "word/document.xml": (
            '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.'
            f'openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
        ),
    }
    return archive(parts | (extra or {}))


def archive(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def repacked(
    data: bytes, *, add: dict[str, str | bytes] | None = None, swap: tuple[str, str] | None = None
) -> bytes:
    """An archive with parts added (or replaced), or text replaced in all XML parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    if swap:
        old, new = (text.encode() for text in swap)
        assert any(old in bytes(content) for content in parts.values())
        parts = {name: bytes(content).replace(old, new) for name, content in parts.items()}
    return archive(parts | (add or {}))


def macro_workbook() -> bytes:
    """What remains an .xlsx by name only: content type and project of a macro workbook."""
    return repacked(
        workbook(),
        swap=(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
        add={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 project"},
    )


@cache
def workbook_bomb() -> bytes:
    """About half a megabyte that inflates to 240 MB of worksheet."""
    row = b'<row r="1"><c r="A1" t="n"><v>1</v></c></row>' * 20_000
    head = b'<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>'
    with zipfile.ZipFile(io.BytesIO(workbook())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                package.writestr(name, content)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as sheet:
            sheet.write(head)
            for _ in range(270):
                sheet.write(row)
            sheet.write(b"</sheetData></worksheet>")
    return out.getvalue()


def zip_with_hidden_entry(before: int = -1) -> bytes:
    """A workbook with an archive of its own before one of its entries (-1: behind the last)."""
    data = workbook()
    hidden = archive({"evil.exe": b"MZ" * 500})
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        starts = [info.header_offset for info in package.infolist()]
    end = data.rindex(b"PK\x05\x06")
    (directory,) = struct.unpack_from("<I", data, end + 16)
    at = directory if before < 0 else starts[before]
    records = bytearray(data[directory:end])
    place = 0
    while place < len(records):
        names = struct.unpack_from("<HHH", records, place + 28)
        (offset,) = struct.unpack_from("<I", records, place + 42)
        struct.pack_into("<I", records, place + 42, offset + len(hidden) * (offset >= at))
        place += 46 + sum(names)
    tail = bytearray(data[end:])
    struct.pack_into("<I", tail, 16, directory + len(hidden))
    return data[:at] + hidden + data[at:directory] + bytes(records) + bytes(tail)


def encrypted_office() -> bytes:
    """The outer shape of a workbook with a password (a compound file)."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le")
    )


# --- CAD -----------------------------------------------------------------------------------------

DXF = b"  0\nSECTION\n  2\nHEADER\n  0\nENDSEC\n  0\nEOF\n"
DWG = b"AC1032" + b"\0" * 200
