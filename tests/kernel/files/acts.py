"""Who acts in these tests, and how they send and fetch files."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files import rules, services
from portal.kernel.files.models import FirmQuota, StoredFile
from portal.kernel.models import AuditRow

WARD, OTHER_WARD = 13107, 13122
FIRM, OTHER_FIRM = 501, 502

FIRM_ACTOR = Actor(user_id=7, name="町田", hat=Hat.FIRM, firm_id=FIRM)
OTHER_FIRM_ACTOR = Actor(user_id=9, name="他社", hat=Hat.FIRM, firm_id=OTHER_FIRM)
OFFICIAL = Actor(user_id=8, name="隅田", hat=Hat.WARD, ward_id=WARD)
OTHER_OFFICIAL = Actor(user_id=10, name="飾", hat=Hat.WARD, ward_id=OTHER_WARD)
SYSTEM = Actor.system("test")


@contextmanager
def request(actor: Actor) -> Iterator[None]:
    """A request by `actor`: one transaction, after which what was put off until commit is done.

    Within a test's own transaction it is a savepoint, and the hooks run when that is released.
    """
    with TestCase.captureOnCommitCallbacks(execute=True), acting(actor):
        yield


class Undone(Exception):
    """Something later in the request fails."""


@contextmanager
def rolled_back(actor: Actor) -> Iterator[None]:
    """A request that comes to nothing in the end."""
    with suppress(Undone), request(actor):
        yield
        raise Undone


def rescan() -> int:
    """The scheduled job."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return services.rescan_quarantined(now=clock.now())


def upload(content: bytes, name: str = "見積書.pdf", *, actor: Actor = FIRM_ACTOR) -> StoredFile:
    """One request that sends a file as a form would, its claimed type a lie.

    As in a view the refusal is caught inside the request's transaction, which then commits.
    """
    refused: services.UploadRefused | None = None
    with request(actor):
        try:
            return services.store_upload(
                actor=actor,
                uploaded=SimpleUploadedFile(name, content, content_type="text/html"),
                purpose="quotation",
                ward_id=WARD,
                firm_id=FIRM,
                rules=rules.EVIDENCE,
            )
        except services.UploadRefused as error:
            refused = error
    raise refused


def refusal(content: bytes, name: str = "見積書.pdf") -> services.UploadRefused:
    """Why a file is not taken in."""
    with pytest.raises(services.UploadRefused) as caught:
        upload(content, name)
    return caught.value


def fetch(stored: StoredFile, *, actor: Actor = OFFICIAL, may: services.May = True) -> bytes:
    """One request that downloads."""
    with request(actor):
        seen = StoredFile.objects.get(pk=stored.pk)
        with services.open_for_download(actor=actor, stored=seen, may=may) as reader:
            return reader.read()


def row(stored: StoredFile) -> StoredFile:
    """The row as the database has it."""
    with acting(SYSTEM):
        return StoredFile.objects.get(pk=stored.pk)


def trail(stored: StoredFile) -> list[tuple[str, int | None, str]]:
    """(action, person, reason) of the audit rows about a file."""
    with acting(SYSTEM):
        rows = AuditRow.objects.filter(object_type="kernel.storedfile", object_id=str(stored.pk))
        return list(rows.order_by("sequence").values_list("action", "actor_id", "reason"))


def used(firm_id: int = FIRM) -> tuple[int, int]:
    """(bytes, files) charged to a firm."""
    with acting(SYSTEM):
        quota = FirmQuota.objects.filter(pk=firm_id).first()
        return (quota.used_bytes, quota.used_files) if quota else (0, 0)
