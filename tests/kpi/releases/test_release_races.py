"""Two at once: the same release is made once, approved once, and a target has one newest version."""

import pytest

from kpi.releases.models import Release, TargetVersion
from kpi.releases.services import (
    Goal,
    Refused,
    Wanted,
    release_approve,
    release_make,
    target_set,
)
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import StaleState
from tests.support.racing import SYSTEM, at_once
from tests.support.releases import MARCH, SUMIDA, policy

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def make(actor):
    with acting(actor):
        return release_make(actor=actor, wanted=Wanted("final", MARCH)).code


def approve(actor, row):
    with acting(actor):
        return release_approve(actor=actor, release_id=row.pk, public_from=None).code


def set_target(actor, value):
    goal = Goal("2-KSI", SUMIDA, 2026, value, basis="按分")
    with acting(actor):
        return len(target_set(actor=actor, goals=[goal], reason="見直し"))


def test_made_and_approved_once_and_targets_one_after_the_other():
    with acting(SYSTEM):
        one, two, three = (policy(f"{name}@example.jp") for name in ("one", "two", "three"))
    made = at_once([lambda: make(one), lambda: make(two)])
    assert sorted(map(str, made)) == sorted(map(str, ["fy2025", Refused]))
    with acting(SYSTEM):
        row = Release.objects.get()
    others = [actor for actor in (one, two, three) if actor.user_id != row.made_by_id]
    found = at_once([lambda actor=actor: approve(actor, row) for actor in others])
    assert sorted(map(str, found)) == sorted(map(str, ["fy2025", StaleState]))
    assert at_once([lambda: set_target(one, 20), lambda: set_target(two, 20)]).count(1) == 1
    with acting(SYSTEM):
        assert AuditRow.objects.filter(action="releases.release.approve").count() == 1
        assert TargetVersion.objects.count() == 1
