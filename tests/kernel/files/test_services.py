"""Taking files in: as the application's own database login, each act a request."""

import datetime as dt
import hashlib
import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from pytest_django import Settings

from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.files import orphans, reasons, rules, services, storage
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from tests.kernel.files import acts
from tests.kernel.files import corpus as c
from tests.kernel.files.acts import (
    FIRM,
    FIRM_ACTOR,
    OFFICIAL,
    SYSTEM,
    WARD,
    fetch,
    refusal,
    trail,
    upload,
)

pytestmark = pytest.mark.django_db

Kept = Callable[[], set[str]]
State = StoredFile.State


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
    workbook = c.macro_workbook()
    refused = refusal(workbook, "計画.xlsx")
    assert refused.code == "office_macro"
    assert "マクロ" in refused.reason
    assert "保存し直してください" in refused.reason
    stored = acts.row(refused.stored)
    assert (stored.state, stored.reason_code) == (State.REFUSED, "office_macro")
    assert stored.reason == refused.reason
    assert stored.sha256 == hashlib.sha256(workbook).hexdigest()
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
        assert orphans.sweep(now=clock.now()) == 0  # too young: may be in the making
        orphans.sweep(now=clock.now() + orphans.ORPHAN_AGE * 2)
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
