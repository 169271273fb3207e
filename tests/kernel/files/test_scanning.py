"""The virus scanner: what it finds, what happens while it is away, and the jobs that ask again."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from portal.celery import app
from portal.kernel.files import reasons, services
from portal.kernel.files.inspect import sandbox
from portal.kernel.files.models import StoredFile
from tests.kernel.files import acts, clamd
from tests.kernel.files import corpus as c
from tests.kernel.files.acts import fetch, refusal, trail, upload

pytestmark = pytest.mark.django_db

Kept = Callable[[], set[str]]
State = StoredFile.State


def test_eicar_is_refused(scanner: clamd.Server, kept: Kept) -> None:
    refused = refusal(c.document(f"<w:p>{c.EICAR.decode()}</w:p>"), "a.docx")
    assert refused.code == reasons.INFECTED
    stored = acts.row(refused.stored)
    assert stored.threat == "Win.Test.EICAR_HDB-1"
    assert kept() == set()
    with pytest.raises(services.FileUnavailable):
        fetch(stored)


def test_a_scanned_file_is_clean(scanner: clamd.Server) -> None:
    content = c.pdf()
    assert fetch(upload(content)) == content
    assert scanner.seen == [len(content)]


def test_scanner_down_means_quarantine_until_it_is_back(
    settings: Settings, scanner: clamd.Server, kept: Kept
) -> None:
    settings.CLAMD_ADDRESS = "tcp://127.0.0.1:1"
    stored = acts.row(upload(c.image("PNG"), "写真.png"))
    assert (stored.state, stored.reason_code) == (State.QUARANTINE, reasons.SCANNER_DOWN)
    assert all(key.startswith("quarantine/") for key in kept())
    with pytest.raises(services.FileUnavailable):
        fetch(stored)

    assert acts.rescan() == 0  # still down
    settings.CLAMD_ADDRESS = scanner.address
    assert acts.rescan() == 1
    stored = acts.row(stored)
    assert (stored.state, stored.reason_code) == (State.CLEAN, "")
    assert kept() == {stored.storage_key, stored.preview_key}
    assert fetch(stored) == c.image("PNG")
    assert [action for action, *_ in trail(stored)] == [
        "file.quarantined",
        "file.stored",
        "file.downloaded",
    ]


def test_a_virus_found_later_is_refused_and_gives_the_space_back(
    settings: Settings, scanner: clamd.Server, kept: Kept
) -> None:
    settings.CLAMD_ADDRESS = "tcp://127.0.0.1:1"
    stored = upload(c.document(f"<w:p>{c.EICAR.decode()}</w:p>"), "a.docx")
    assert acts.used() == (stored.size, 1)
    settings.CLAMD_ADDRESS = scanner.address
    assert acts.rescan() == 1
    assert acts.row(stored).reason_code == reasons.INFECTED
    assert acts.used() == (0, 0)
    assert kept() == set()


def test_a_rescan_that_is_rolled_back_loses_no_bytes(
    settings: Settings, scanner: clamd.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CLAMD_ADDRESS = "tcp://127.0.0.1:1"
    stored = upload(c.pdf())
    settings.CLAMD_ADDRESS = scanner.address

    def fail(**_: object) -> None:
        raise RuntimeError("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(services, "record", fail)
        with pytest.raises(RuntimeError):
            acts.rescan()
    assert acts.row(stored).state == State.QUARANTINE
    assert acts.rescan() == 1
    assert fetch(stored) == c.pdf()


def test_beyond_the_scanners_limit_means_quarantine(scanner: clamd.Server) -> None:
    scanner.answer = b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"
    stored = upload(c.pdf())
    assert (stored.state, stored.reason_code) == (State.QUARANTINE, reasons.SCANNER_LIMIT)
    assert stored.reason


def test_an_inspection_that_cannot_run_means_quarantine(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "SCRIPT", sandbox.SCRIPT.with_name("gone.py"))
        stored = upload(c.macro_workbook(), "a.xlsx")
    assert (stored.state, stored.reason_code) == (State.QUARANTINE, reasons.INSPECTION_FAILED)
    assert acts.rescan() == 1
    assert acts.row(stored).reason_code == "office_macro"


def test_the_jobs_run_by_the_names_in_the_schedule(
    settings: Settings, scanner: clamd.Server
) -> None:
    settings.CLAMD_ADDRESS = "tcp://127.0.0.1:1"
    stored = upload(c.pdf())
    settings.CLAMD_ADDRESS = scanner.address
    app.loader.import_default_modules()
    jobs = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"files.rescan", "files.sweep"} <= jobs
    assert app.tasks["files.rescan"].apply().get() == 1
    assert app.tasks["files.sweep"].apply().get() == 0
    assert fetch(stored) == c.pdf()
