"""The pinned table: what each kind of file is judged to be, by the sandbox as it really runs."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from portal.kernel.files import reasons
from portal.kernel.files.inspect import sandbox
from tests.kernel.files import corpus as c

ROOT = Path(__file__).resolve().parents[3]
PDF = "application/pdf"
JPEG, PNG = "image/jpeg", "image/png"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FIELD = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{}</w:p>'
INSTRUCTION = "<w:r><w:instrText>{}</w:instrText></w:r>"
SHEET = "xl/worksheets/sheet1.xml"

# (name, extension, bytes, content type when taken or reason code when refused)
TABLE: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("pdf", "pdf", c.pdf, PDF),
    ("pdf, words only", "pdf", lambda: c.pdf(c.pdf_words_only), PDF),
    ("pdf, blank lines behind", "pdf", lambda: c.pdf() + b"\r\n\0\0 \n", PDF),
    ("pdf, repaired", "pdf", c.pdf_incremental_harmless, PDF),
    ("pdf, nested script", "pdf", lambda: c.pdf(c.pdf_nested_script), "pdf_script"),
    (
        "pdf, script in a compressed object",
        "pdf",
        lambda: c.pdf(c.pdf_nested_script, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "pdf_script",
    ),
    ("pdf, open action", "pdf", lambda: c.pdf(c.pdf_open_action), "pdf_script"),
    (
        "pdf, script in a stream's dictionary",
        "pdf",
        lambda: c.pdf(c.pdf_script_in_stream_dictionary),
        "pdf_script",
    ),
    ("pdf, escaped name", "pdf", c.pdf_escaped_name, "pdf_script"),
    ("pdf, damaged with script", "pdf", c.pdf_damaged_with_script, "pdf_script"),
    ("pdf, launch", "pdf", lambda: c.pdf(c.pdf_launch), "pdf_script"),
    ("pdf, attachment", "pdf", lambda: c.pdf(c.pdf_attachment), "pdf_attachment"),
    ("pdf, rich media", "pdf", lambda: c.pdf(c.pdf_rich_media), "pdf_attachment"),
    ("pdf, xfa", "pdf", lambda: c.pdf(c.pdf_xfa), "pdf_xfa"),
    (
        "pdf, password",
        "pdf",
        lambda: c.pdf(encryption=pikepdf.Encryption(owner="o", user="u")),
        "pdf_encrypted",
    ),
    (
        "pdf, restricted",
        "pdf",
        lambda: c.pdf(encryption=pikepdf.Encryption(owner="o", user="")),
        "pdf_encrypted",
    ),
    ("pdf, trailing data", "pdf", lambda: c.pdf() + b"MZ appended", "trailing_data"),
    ("pdf, cut off", "pdf", lambda: c.pdf()[:-40], "pdf_damaged"),
    ("pdf, only a header", "pdf", lambda: b"%PDF-1.7\n%%EOF\n", "pdf_damaged"),
    ("pdf, inflating", "pdf", c.pdf_stream_bomb, "pdf_damaged"),
    ("pdf, not at the start", "pdf", lambda: b"\n" + c.pdf(), "mismatch"),
    ("pdf and zip", "pdf", lambda: c.pdf() + c.archive({"a": "b"}) + b"%%EOF", "polyglot"),
    ("pdf and html", "pdf", lambda: b"%PDF-1.7\n%<script>1</script>\n" + c.pdf(), "polyglot"),
    ("pdf, truly png", "pdf", lambda: c.image("PNG"), "mismatch"),
    ("pdf, truly eicar", "pdf", lambda: c.EICAR, "mismatch"),
    ("jpg", "jpg", lambda: c.image("JPEG"), JPEG),
    ("jpeg, progressive", "jpeg", lambda: c.image("JPEG", progressive=True), JPEG),
    ("jpg, cmyk", "jpg", lambda: c.image("JPEG", mode="CMYK"), JPEG),
    ("jpg, with place", "jpg", c.photo_with_place, JPEG),
    ("jpg, iPhone", "jpg", c.jpeg_announcing_more, JPEG),
    ("jpg, Galaxy", "jpg", lambda: c.image("JPEG") + c.samsung_notes(), JPEG),
    (
        "jpg, Galaxy with film",
        "jpg",
        lambda: c.image("JPEG") + c.samsung_notes(b"MotionPhoto_Data"),
        "image_motion",
    ),
    (
        "jpg, iPhone with more behind",
        "jpg",
        lambda: c.jpeg_announcing_more() + b"MZ",
        "trailing_data",
    ),
    (
        "jpg, unannounced second",
        "jpg",
        lambda: c.image("JPEG") + c.image("JPEG"),
        "trailing_data",
    ),
    ("jpg, trailing data", "jpg", lambda: c.image("JPEG") + b"MZ appended", "trailing_data"),
    ("jpg, cut off", "jpg", lambda: c.image("JPEG", (900, 900))[:-300], "image_damaged"),
    ("jpg and zip", "jpg", lambda: c.image("JPEG") + c.archive({"a": "b"}), "polyglot"),
    (
        "jpg and zip in a comment",
        "jpg",
        lambda: c.image("JPEG", comment=c.archive({"a": "b"})),
        "polyglot",
    ),
    ("jpg and html", "jpg", lambda: c.image("JPEG", comment=b"<html>"), "polyglot"),
    ("jpg and pdf", "jpg", lambda: c.image("JPEG", comment=b"%PDF-1.4"), "polyglot"),
    ("jpg, truly png", "jpg", lambda: c.image("PNG"), "mismatch"),
    ("jpg, truly gif", "jpg", lambda: c.image("GIF"), "mismatch"),
    ("png", "png", lambda: c.image("PNG"), PNG),
    ("png, see-through", "png", lambda: c.image("PNG", mode="RGBA"), PNG),
    ("png, palette", "png", lambda: c.image("PNG", mode="P"), PNG),
    ("png, 16 bit", "png", lambda: c.image("PNG", mode="I;16"), PNG),
    ("png, 40 megapixels", "png", lambda: c.image("PNG", (8000, 5000), "L"), PNG),
    ("png, 41 megapixels", "png", lambda: c.image("PNG", (8200, 5000), "L"), "image_too_large"),
    ("png, flood", "png", c.png_flood, "image_too_large"),
    ("png, trailing data", "png", lambda: c.image("PNG") + b"\n", "trailing_data"),
    ("png, cut off", "png", lambda: c.image("PNG")[:-12], "image_damaged"),
    ("png and zip", "png", lambda: c.image("PNG") + c.archive({"a": "b"}), "polyglot"),
    ("xlsx", "xlsx", c.workbook, XLSX),
    ("xlsx, macro", "xlsx", c.macro_workbook, "office_macro"),
    (
        "xlsx, macro sheet",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/macrosheets/sheet1.xml": "<a/>"}),
        "office_macro",
    ),
    (
        "xlsx, project under another name",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/theme/notes.bin": b"harmless?"}),
        "office_embedded",
    ),
    (
        "xlsx, activeX",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/activeX/activeX1.xml": "<a/>"}),
        "office_embedded",
    ),
    (
        "xlsx, embedded document",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/embeddings/d.docx": c.document()}),
        "office_embedded",
    ),
    (
        "xlsx, archive as picture",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/media/image1.png": c.archive({"a": "b"})}),
        "office_embedded",
    ),
    (
        "xlsx, program",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/run.exe": b"MZ"}),
        "office_embedded",
    ),
    (
        "xlsx, other book (DDE lies there too)",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/externalLinks/externalLink1.xml": "<a/>"}),
        "office_external",
    ),
    (
        "xlsx, data connection",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/connections.xml": "<a/>"}),
        "office_external",
    ),
    (
        "xlsx, DDE formula",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={SHEET: "<s><f>cmd|'/C calc'!A0</f></s>"}),
        "office_external",
    ),
    (
        "xlsx, DDE formula, disguised",
        "xlsx",
        lambda: c.repacked(
            c.workbook(), add={SHEET: "<x:s xmlns:x='u'><x:f>1+cmd&#124;'/C calc'!A0</x:f></x:s>"}
        ),
        "office_external",
    ),
    (
        "xlsx, external picture",
        "xlsx",
        lambda: c.repacked(
            c.workbook(),
            add={"xl/drawings/_rels/drawing1.xml.rels": c.relation("image", "https://a.jp/i.png")},
        ),
        "office_external",
    ),
    (
        "xlsx, link to a server that asks for credentials",
        "xlsx",
        lambda: c.repacked(
            c.workbook(),
            add={
                "xl/worksheets/_rels/sheet1.xml.rels": c.relation(
                    "hyperlink", "file:///\\\\evil.example\\share"
                )
            },
        ),
        "office_external",
    ),
    (
        "xlsx, link to a local file",
        "xlsx",
        lambda: c.repacked(
            c.workbook(),
            add={
                "xl/worksheets/_rels/sheet1.xml.rels": c.relation(
                    "hyperlink", "file:///C:\\data\\a.xlsx"
                )
            },
        ),
        XLSX,
    ),
    (
        "xlsx, entities",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={SHEET: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "office_damaged",
    ),
    (
        "xlsx, utf-16",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={SHEET: "<a/>".encode("utf-16")}),
        "office_damaged",
    ),
    (
        "xlsx, climbing name",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"../../evil.xml": "<a/>"}),
        "office_damaged",
    ),
    (
        "xlsx, same name twice",
        "xlsx",
        lambda: c.repacked(c.workbook(), add={"xl/Workbook.xml": "<a/>"}),
        "office_damaged",
    ),
    ("xlsx, bomb", "xlsx", c.workbook_bomb, "office_bomb"),
    (
        "xlsx, 2,001 parts",
        "xlsx",
        lambda: c.archive({f"xl/{n}.xml": "<a/>" for n in range(2001)}),
        "office_bomb",
    ),
    ("xlsx, prefix", "xlsx", lambda: b"MZ" + c.workbook(), "mismatch"),
    ("xlsx, trailing data", "xlsx", lambda: c.workbook() + b"MZ", "trailing_data"),
    ("xlsx, hidden archive at the end", "xlsx", c.zip_with_hidden_entry, "polyglot"),
    ("xlsx, hidden archive inside", "xlsx", lambda: c.zip_with_hidden_entry(2), "polyglot"),
    (
        "xlsx, hidden archive at the start",
        "xlsx",
        lambda: c.zip_with_hidden_entry(0),
        "polyglot",
    ),
    ("xlsx, cut off", "xlsx", lambda: c.workbook()[:-100], "office_damaged"),
    ("xlsx, password", "xlsx", c.encrypted_office, "office_encrypted"),
    ("xlsx, old format", "xlsx", lambda: c.encrypted_office()[:512], "office_old"),
    ("xlsx, truly docx", "xlsx", c.document, "mismatch"),
    ("xlsx, any zip", "xlsx", lambda: c.archive({"a.xml": "<a/>"}), "office_damaged"),
    (
        "xlsx, exotic compression",
        "xlsx",
        lambda: c.archive({"[Content_Types].xml": "<a/>"}, zipfile.ZIP_BZIP2),
        "office_damaged",
    ),
    ("docx", "docx", c.document, DOCX),
    (
        "docx, field DDEAUTO",
        "docx",
        lambda: c.document(FIELD.format(INSTRUCTION.format("DDEAUTO c:\\cmd.exe"))),
        "office_external",
    ),
    (
        "docx, field in pieces",
        "docx",
        lambda: c.document(
            FIELD.format(INSTRUCTION.format("DD") + INSTRUCTION.format("EAUTO cmd"))
        ),
        "office_external",
    ),
    (
        "docx, simple field",
        "docx",
        lambda: c.document('<w:fldSimple w:instr=" DDE cmd "/>'),
        "office_external",
    ),
    (
        "docx, page number field",
        "docx",
        lambda: c.document(FIELD.format(INSTRUCTION.format("PAGE"))),
        DOCX,
    ),
    (
        "docx, remote template",
        "docx",
        lambda: c.document(
            extra={
                "word/_rels/settings.xml.rels": c.relation(
                    "attachedTemplate", "https://evil.example/t.dotm"
                )
            }
        ),
        "office_external",
    ),
    (
        "docx, html part",
        "docx",
        lambda: c.document(extra={"word/afchunk.mht": "<html/>"}),
        "office_embedded",
    ),
    (
        "docx, eicar as attachment",
        "docx",
        lambda: c.document(extra={"word/embeddings/eicar.com": c.EICAR}),
        "office_embedded",
    ),
    ("dxf", "dxf", lambda: c.DXF, "image/vnd.dxf"),
    ("dxf, with comment", "dxf", lambda: b"999\nmade by CAD\n" + c.DXF, "image/vnd.dxf"),
    ("dxf, cut off", "dxf", lambda: c.DXF[:-6], "cad_damaged"),
    ("dxf, truly html", "dxf", lambda: b"<html><script>1</script></html>", "polyglot"),
    ("dxf, truly text", "dxf", lambda: b"hello", "mismatch"),
    ("dwg", "dwg", lambda: c.DWG, "image/vnd.dwg"),
    ("dwg, truly dxf", "dwg", lambda: c.DXF, "mismatch"),
    ("dwg and zip", "dwg", lambda: c.DWG + c.archive({"a": "b"}), "polyglot"),
    ("exe", "exe", lambda: b"MZ", "extension"),
]


JUDGE_ALL = """
import json, sys
from pathlib import Path
from portal.kernel.files.inspect.registry import inspect
from portal.kernel.files.inspect.verdict import Sample
for path in sorted(Path(sys.argv[1]).iterdir()):
    verdict = inspect(Sample(path, path.suffix[1:]))
    print(json.dumps([path.stem, verdict.ok, verdict.content_type or verdict.reason_code]))
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bool, str]]:
    """All verdicts of the table, from one process of its own (the libraries' limits are global)."""
    folder = tmp_path_factory.mktemp("corpus")
    for number, (_, extension, make, _) in enumerate(TABLE):
        (folder / f"{number:03}.{extension}").write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", JUDGE_ALL, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {TABLE[int(number)][0]: (ok, verdict) for number, ok, verdict in rows}


@pytest.mark.parametrize(("name", "expected"), [(row[0], row[3]) for row in TABLE])
def test_verdict(verdicts: dict[str, tuple[bool, str]], name: str, expected: str) -> None:
    assert verdicts[name] == ("/" in expected, expected)


@pytest.mark.parametrize(
    ("extension", "make", "expected"),
    [
        ("pdf", c.pdf, PDF),
        ("jpg", c.photo_with_place, JPEG),
        ("xlsx", c.workbook, XLSX),
        ("xlsx", c.macro_workbook, "office_macro"),
        ("dxf", lambda: c.DXF, "image/vnd.dxf"),
    ],
)
def test_the_sandbox_says_the_same(
    tmp_path: Path, extension: str, make: Callable[[], bytes], expected: str
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(make())
    verdict = sandbox.inspect(path, extension)
    assert (verdict.content_type or verdict.reason_code) == expected


def test_every_reason_has_words_that_say_how_to_mend() -> None:
    used = {row[3] for row in TABLE if "/" not in row[3]}
    assert used <= set(reasons.MESSAGES)
    general = reasons.message("unknown to this version")
    for code in reasons.MESSAGES:
        text = reasons.message(code)
        assert text != general
        assert text.endswith("。")
        # Each says what to do next, or that nothing need be done.
        assert any(word in text for word in ("ください", "必要はありません")), code


def test_preview_is_upright_small_and_says_nothing_about_the_place(tmp_path: Path) -> None:
    path, preview = tmp_path / "upload", tmp_path / "preview"
    path.write_bytes(c.photo_with_place())
    assert sandbox.inspect(path, "jpg", preview=preview).has_preview
    with Image.open(preview) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (60, 80)  # turned
        assert not picture.getexif()
    assert b"SECRET-PLACE" in path.read_bytes()  # the evidence is untouched
    assert b"SECRET-PLACE" not in preview.read_bytes()


def test_a_refused_image_leaves_no_preview(tmp_path: Path) -> None:
    path, preview = tmp_path / "upload", tmp_path / "preview"
    path.write_bytes(c.image("PNG") + b"x")
    assert not sandbox.inspect(path, "png", preview=preview).has_preview
    assert not preview.exists()


@pytest.mark.parametrize(
    ("make", "extension", "limit"),
    [
        pytest.param(c.workbook_bomb, "xlsx", 800_000, id="xlsx that inflates to 200 MB and more"),
        pytest.param(c.png_flood, "png", 1_000, id="pixel flood"),
        pytest.param(c.pdf_stream_bomb, "pdf", 600_000, id="pdf that inflates when opened"),
    ],
)
def test_bombs_cost_little(
    tmp_path: Path, make: Callable[[], bytes], extension: str, limit: int
) -> None:
    """Refused within 2 s of processor time and 300 MB; measured in a process that does only this."""
    path = tmp_path / "bomb"
    path.write_bytes(make())
    assert path.stat().st_size < limit
    measure = (
        "import resource, sys; from pathlib import Path;"
        "from portal.kernel.files.inspect import sandbox;"
        "verdict = sandbox.inspect(Path(sys.argv[1]), sys.argv[2]);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(verdict.ok, used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", measure, str(path), extension],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    ok, seconds, peak_kilobytes = done.stdout.split()
    assert ok == "False"
    assert float(seconds) < 2
    assert int(peak_kilobytes) < 300 * 1024


def test_the_bomb_really_is_one() -> None:
    with zipfile.ZipFile(io.BytesIO(c.workbook_bomb())) as package:
        assert sum(info.file_size for info in package.infolist()) > 200 * 1024**2


def test_the_sandbox_sees_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the environment nor Django get into the process that handles hostile bytes."""
    script = tmp_path / "spy.py"
    script.write_text(
        "import json, os; print(json.dumps({'content_type': ','.join(os.environ), 'ok': False}))"
    )
    monkeypatch.setenv("SECRET_KEY", "canary")
    monkeypatch.setattr(sandbox, "SCRIPT", script)
    assert "SECRET_KEY" not in sandbox.inspect(script, "pdf").content_type


def test_trouble_of_the_machine_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(c.pdf())
    monkeypatch.setattr(sandbox, "SCRIPT", tmp_path / "gone.py")
    with pytest.raises(sandbox.InspectionFailed):
        sandbox.inspect(path, "pdf")


def test_a_crash_in_a_library_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "crash.py"
    script.write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    monkeypatch.setattr(sandbox, "SCRIPT", script)
    verdict = sandbox.inspect(tmp_path, "pdf")
    assert (verdict.ok, verdict.reason_code) == (False, "too_heavy")
