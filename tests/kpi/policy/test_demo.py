"""The demonstration's sheets: confirmed, waiting, a draft, one that is not begun."""

import pytest

from kpi.policy import demo
from kpi.policy.models import Sheet
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.support.people import assign, make_person

pytestmark = pytest.mark.django_db


def test_the_demonstration_shows_every_state():
    assign(make_person("r@example.jp"), Role.REVIEWER, ward_id=13107)
    assign(make_person("a@example.jp"), Role.APPROVER, ward_id=13107)
    with acting(Actor.system("test")):
        assert demo.load(firms=[], now=clock.now(), scale=1.0) == "評価シート 4枚"
        found = sorted(Sheet.objects.values_list("status", flat=True))
    assert found == ["confirmed", "confirmed", "draft", "waiting"]
