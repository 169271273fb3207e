"""What keeps tests apart by rolling back checks what a commit would have checked."""

import pytest
from django.db import IntegrityError

from portal.kernel import clock
from portal.notices.models import DeadAddress
from tests.support.kept import undone
from tests.support.stages import Stages

pytestmark = pytest.mark.django_db


def points_nowhere() -> None:
    """Its foreign key is deferred: nothing fails yet."""
    DeadAddress.objects.create(
        user_id=0, address="a@example.jp", source="bounced", code="5.1.1", found_at=clock.now()
    )


def test_what_a_test_left_is_checked_before_it_is_undone() -> None:
    with pytest.raises(IntegrityError, match="foreign key"), undone():
        points_nowhere()
    assert not DeadAddress.objects.exists()


def test_a_stage_that_no_commit_would_take_is_not_built() -> None:
    stages = Stages()
    with pytest.raises(IntegrityError, match="foreign key"):
        stages.reach(points_nowhere)
    assert stages.reach() is None
    assert not DeadAddress.objects.exists()
