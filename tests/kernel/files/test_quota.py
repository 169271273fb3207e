"""The firm's space: never more than it has, however many send at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from pytest_django import Settings

from portal.kernel.database import acting
from portal.kernel.files import quota, reasons, rules, services
from portal.kernel.files.models import StoredFile
from tests.kernel.files import acts
from tests.kernel.files import corpus as c
from tests.kernel.files.acts import FIRM, FIRM_ACTOR, OFFICIAL, SYSTEM, WARD, refusal, upload

pytestmark = pytest.mark.django_db

Kept = Callable[[], set[str]]


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
