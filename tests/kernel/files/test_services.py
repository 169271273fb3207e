"""From the form to the download: as the application's own database login, each act a request."""

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections, transaction
from pytest_django import Settings

from portal.celery import app
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import quota, reasons, rules, services, storage
from portal.kernel.files.inspect import sandbox
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from tests.kernel.files import acts, clamd
from tests.kernel.files import corpus as c
from tests.kernel.files.acts import FIRM, FIRM_ACTOR, OFFICIAL, SYSTEM, WARD, fetch, trail, upload

pytestmark = pytest.mark.django_db

Kept = Callable[[], set[str]]
State = StoredFile.State


def refusal(content: bytes, name: str = "見積書.pdf") -> services.UploadRefused:
    with pytest.raises(services.UploadRefused) as caught:
        upload(content, name)
    return caught.value


# --- Taking in -----------------------------------------------------------------------------------


def test_a_good_file_is_clean_and_lies_under_a_name_of_ours(kept: Kept) -> None:
    content = c.pdf()
    stored = acts.row(upload(content, "../見積書\u202e(第2版).PDF"))
    assert stored.state == State.CLEAN
    assert stored.original_name == "見積書(第2版).pdf"
    assert stored.content_type == "application/pdf"  # the browser claimed text/html
    assert (stored.size, stored.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (stored.ward_id, stored.firm_id, stored.owner_user_id) == (WARD, FIRM, 7)
    assert kept() == {stored.storage_key}
    assert stored.storage_key.startswith("clean/")
    assert trail(stored) == [("file.stored", 7, "")]
    assert acts.used() == (len(content), 1)


def test_a_photograph_gets_a_preview_without_its_place(kept: Kept) -> None:
    stored = acts.row(upload(c.photo_with_place(), "現場.JPG"))
    assert kept() == {stored.storage_key, stored.preview_key}
    with acting(OFFICIAL):
        seen = StoredFile.objects.get(pk=stored.pk)
        with services.stored_derivative(actor=OFFICIAL, stored=seen, may=True) as reader:
            assert b"SECRET-PLACE" not in reader.read()
    assert b"SECRET-PLACE" in fetch(stored)
    assert [action for action, *_ in trail(stored)] == [
        "file.stored",
        "file.previewed",
        "file.downloaded",
    ]


def test_a_refused_file_leaves_its_row_and_no_bytes(kept: Kept) -> None:
    refused = refusal(c.macro_workbook(), "計画.xlsx")
    assert refused.code == "office_macro"
    assert "マクロ" in refused.reason
    assert "保存し直してください" in refused.reason
    stored = acts.row(refused.stored)
    assert (stored.state, stored.reason_code) == (State.REFUSED, "office_macro")
    assert stored.reason == refused.reason
    assert stored.sha256 == hashlib.sha256(c.macro_workbook()).hexdigest()
    assert kept() == set()
    assert trail(stored) == [("file.refused", 7, "office_macro")]
    assert acts.used() == (0, 0)


def test_a_refused_file_is_never_given_out() -> None:
    refused = refusal(c.pdf(c.pdf_open_action))
    with pytest.raises(services.FileUnavailable):
        fetch(refused.stored)
    with acting(SYSTEM), pytest.raises(services.FileUnavailable):
        services.stored_derivative(actor=SYSTEM, stored=refused.stored, may=True)
    assert "file.downloaded" not in {action for action, *_ in trail(refused.stored)}


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"MZ", "virus.exe", reasons.EXTENSION),
        (c.pdf(), "名前だけ", reasons.EXTENSION),
        (c.pdf(), "drawing.dxf", reasons.EXTENSION),  # known, but not for this purpose
        (b"", "空.pdf", reasons.EMPTY),
        (b"%PDF-" + b"x" * rules.EVIDENCE.max_bytes, "大.pdf", reasons.TOO_LARGE),
    ],
)
def test_what_is_refused_before_anything_is_kept(
    kept: Kept, content: bytes, name: str, code: str
) -> None:
    refused = refusal(content, name)
    assert (refused.code, refused.stored) == (code, None)
    assert kept() == set()


def test_a_lie_about_the_size_is_found_while_reading(kept: Kept) -> None:
    uploaded = SimpleUploadedFile("a.pdf", c.pdf() + b" " * 5000)
    uploaded.size = 10
    small = rules.UploadRules(("pdf",), 2000)
    with acting(FIRM_ACTOR), pytest.raises(services.UploadRefused) as caught:
        services.store_upload(
            actor=FIRM_ACTOR,
            uploaded=uploaded,
            purpose="x",
            ward_id=WARD,
            firm_id=FIRM,
            rules=small,
        )
    assert caught.value.code == reasons.TOO_LARGE
    assert kept() == set()


def test_a_failure_while_writing_the_row_leaves_no_bytes(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(RuntimeError):
        upload(c.image("PNG"), "a.png")
    assert kept() == set()
    assert acts.used() == (0, 0)


def test_a_rolled_back_request_leaves_orphans_that_the_sweep_removes(
    kept: Kept,
) -> None:
    survivor = upload(c.pdf())
    with acts.rolled_back(FIRM_ACTOR):
        upload(c.pdf())
    assert len(kept()) > 1
    assert acts.used() == (survivor.size, 1)
    with acting(SYSTEM):
        assert services.sweep_orphans(now=clock.now()) == 0  # too young: may be in the making
        services.sweep_orphans(now=clock.now() + services.ORPHAN_AGE * 2)
    assert kept() == {survivor.storage_key}


def test_the_trail_keeps_the_digest_but_not_the_name() -> None:
    """Names of files name people, and the chain cannot be erased."""
    stored = upload(c.pdf(), "町田太郎の診断書.pdf")
    with acting(SYSTEM):
        entry = AuditRow.objects.get(object_id=str(stored.pk))
    assert entry.detail["sha256"] == stored.sha256
    assert "町田太郎" not in f"{entry.object_label}{entry.detail}{entry.changes}{entry.reason}"


def test_generated_documents_are_kept_and_not_charged() -> None:
    content = c.pdf()
    with acting(OFFICIAL):
        stored = services.store_generated(
            actor=OFFICIAL,
            content=content,
            name="交付決定通知書.pdf",
            content_type="application/pdf",
            purpose="letter",
            ward_id=WARD,
            firm_id=FIRM,
        )
    assert fetch(stored, actor=FIRM_ACTOR) == content
    assert acts.used() == (0, 0)
    assert trail(stored)[0] == ("file.generated", 8, "")


# --- The scanner ---------------------------------------------------------------------------------


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


# --- Giving out ----------------------------------------------------------------------------------


def test_a_download_says_who_and_which() -> None:
    stored = upload(c.pdf())
    assert fetch(stored) == c.pdf()
    assert trail(stored)[-1] == ("file.downloaded", 8, "")


def test_without_the_callers_consent_nothing_is_given_out() -> None:
    stored = upload(c.pdf())
    asked: list[tuple[Actor, StoredFile]] = []

    def no(actor: Actor, file: StoredFile) -> bool:
        asked.append((actor, file))
        return False

    for answer in (False, no):
        with pytest.raises(PermissionDenied):
            fetch(stored, may=answer)
    assert asked == [(OFFICIAL, stored)]
    assert [action for action, *_ in trail(stored)] == ["file.stored"]


@pytest.mark.parametrize("actor", [acts.OTHER_OFFICIAL, acts.OTHER_FIRM_ACTOR])
def test_the_net_hides_files_of_others(actor: Actor) -> None:
    stored = upload(c.pdf())
    with pytest.raises(StoredFile.DoesNotExist):
        fetch(stored, actor=actor)
    with acting(actor):
        assert StoredFile.objects.count() == 0


def test_deleting_erases_bytes_and_name_and_frees_the_quota(kept: Kept) -> None:
    stored = upload(c.image("PNG"), "写真.png")
    for _ in range(2):
        with acts.request(FIRM_ACTOR):
            services.delete(actor=FIRM_ACTOR, stored=stored, now=clock.now(), reason="差し替え")
    assert kept() == set()
    after = acts.row(stored)
    assert (after.original_name, after.storage_key, after.preview_key) == ("", "", "")
    assert after.sha256 == stored.sha256
    assert acts.used() == (0, 0)
    assert [entry for entry in trail(stored) if entry[0] == "file.deleted"] == [
        ("file.deleted", 7, "差し替え")
    ]
    with pytest.raises(services.FileUnavailable):
        fetch(stored)


def test_a_deletion_that_is_rolled_back_keeps_the_bytes() -> None:
    stored = upload(c.pdf())
    seen = acts.row(stored)
    with acts.rolled_back(FIRM_ACTOR):
        services.delete(actor=FIRM_ACTOR, stored=seen, now=clock.now())
    assert fetch(stored) == c.pdf()


# --- Quota ---------------------------------------------------------------------------------------


def test_the_quota_refuses_what_does_not_fit(settings: Settings, kept: Kept) -> None:
    content = c.pdf()
    settings.FILES_FIRM_QUOTA_BYTES = len(content) * 2
    upload(content)
    upload(content)
    before = kept()
    assert refusal(content).code == reasons.QUOTA
    assert kept() == before


def test_officials_files_are_not_charged_to_the_firm(settings: Settings) -> None:
    settings.FILES_FIRM_QUOTA_BYTES = 1
    upload(c.pdf(), actor=OFFICIAL)
    assert acts.used() == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_64_uploads_at_once_never_exceed_the_quota(settings: Settings, kept: Kept) -> None:
    """Every one passes the early look; the conditional UPDATE decides. Structure is not at issue
    here, so the smallest kind of file is sent."""
    room_for = 10
    settings.FILES_FIRM_QUOTA_BYTES = len(c.DWG) * room_for + 1

    def send(number: int) -> str:
        try:
            with acting(FIRM_ACTOR):
                services.store_upload(
                    actor=FIRM_ACTOR,
                    uploaded=SimpleUploadedFile(f"{number}.dwg", c.DWG),
                    purpose="drawing",
                    ward_id=WARD,
                    firm_id=FIRM,
                    rules=rules.DRAWINGS,
                )
        except services.UploadRefused as refused:
            return refused.code
        finally:
            connections.close_all()
        return "stored"

    with ThreadPoolExecutor(64) as pool:
        outcomes = list(pool.map(send, range(64)))
    assert outcomes.count("stored") == room_for
    assert outcomes.count(reasons.QUOTA) == 64 - room_for
    assert acts.used() == (len(c.DWG) * room_for, room_for)
    assert len(kept()) == room_for
    with acting(SYSTEM):
        assert StoredFile.objects.filter(charged=True).count() == room_for


@pytest.mark.django_db(transaction=True)
def test_64_charges_at_the_same_moment(settings: Settings) -> None:
    """The UPDATE alone, without anything slow around it that would spread the threads out."""
    settings.FILES_FIRM_QUOTA_BYTES = 1000

    def charge(_: int) -> bool:
        try:
            with acting(FIRM_ACTOR):
                quota.charge(actor=FIRM_ACTOR, firm_id=FIRM, size=100)
        except quota.QuotaExceeded:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(64) as pool:
        assert sum(pool.map(charge, range(64))) == 10
    assert acts.used() == (1000, 10)


def test_the_number_of_files_is_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "MAX_FILES", 1)
    upload(c.pdf())
    assert refusal(c.pdf()).code == reasons.QUOTA


# --- What the database itself refuses ------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 0},
        {"sha256": "short"},
        {"state": "fine"},
        {"state": State.REFUSED, "reason_code": ""},
        {"state": State.REFUSED, "reason_code": "x"},  # with bytes
        {"state": State.CLEAN, "reason_code": "x"},
        {"storage_key": ""},
        {"erased_at": dt.datetime(2026, 11, 21, tzinfo=clock.TOKYO)},
    ],
    ids=str,
)
def test_constraints(wrong: dict[str, object]) -> None:
    right = {"size": 1, "sha256": "0" * 64, "state": State.CLEAN, "storage_key": "clean/a"}
    with acting(SYSTEM):
        StoredFile.objects.create(**right)
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.create(**right | {"storage_key": "clean/b"} | wrong)


# --- Storage -------------------------------------------------------------------------------------


def test_a_storage_that_loses_bytes_is_noticed(monkeypatch: pytest.MonkeyPatch, kept: Kept) -> None:
    monkeypatch.setattr(type(storage.private()), "size", lambda *_: 1)
    with pytest.raises(OSError, match="something else"):
        storage.write(io.BytesIO(b"abc"), "quarantine/a", limit=10)
    assert kept() == set()


def test_a_storage_without_a_file_system(settings: Settings) -> None:
    """The same life of a file where there are no paths, as on S3."""
    settings.STORAGES = settings.STORAGES | {
        "private": {"BACKEND": "tests.kernel.files.bucket.Bucket"}
    }
    content = c.image("PNG")
    stored = upload(content, "写真.png")
    assert fetch(stored) == content
    assert refusal(c.image("PNG") + b"x", "a.png").code == "trailing_data"
    assert set(storage.keys("quarantine")) == set()
    assert set(storage.keys("clean")) == {stored.storage_key, stored.preview_key}


# --- Scheduled jobs ------------------------------------------------------------------------------


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
