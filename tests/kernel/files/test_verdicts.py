"""The pinned table: what each kind of file is judged to be, by the sandbox as it really runs."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from portal.kernel.files import reasons
from portal.kernel.files.inspect import sandbox
from tests.kernel.files import corpus as c
from tests.kernel.files.cases import TABLE
from tests.kernel.files.cases.images import JPEG
from tests.kernel.files.cases.office import XLSX
from tests.kernel.files.cases.pdf import PDF

ROOT = Path(__file__).resolve().parents[3]


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
