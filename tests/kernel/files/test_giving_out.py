"""Giving files out, and erasing them."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services
from portal.kernel.files.models import StoredFile
from tests.kernel.files import acts
from tests.kernel.files import corpus as c
from tests.kernel.files.acts import FIRM_ACTOR, OFFICIAL, fetch, trail, upload

pytestmark = pytest.mark.django_db

Kept = Callable[[], set[str]]


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
