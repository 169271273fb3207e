"""The demonstration's years: of most firms, with what waits for a word, through the same services."""

import pytest

from kpi.models import Quotient
from kpi.series import demo, prices
from kpi.series.models import Accounts, Intake, Panel, Statistic
from portal.accounts.roles import Role
from portal.kernel import clock
from tests.factories.programs import FirmFactory
from tests.support.people import assign, make_person

pytestmark = pytest.mark.django_db


def test_the_demonstration_shows_the_room_alive():
    assign(make_person("p@example.jp"), Role.POLICY)
    assign(make_person("r@example.jp"), Role.REVIEWER, ward_id=13107)
    firms = [FirmFactory() for _number in range(24)]
    line = demo.load(firms=firms, now=clock.now(), scale=1.0)
    assert line.startswith("統計")
    taken, deflator, waiting = Intake.objects.order_by("pk")
    assert (taken.phase, taken.problem) == (Intake.Phase.DONE, "")
    assert (deflator.phase, deflator.problem) == (Intake.Phase.DONE, "")
    found = prices.real()
    assert [line.real != "—" for line in found.lines] == [True] * 3
    assert "架空" in found.source
    assert waiting.counts.get("held") == 1
    assert Accounts.objects.values("firm").distinct().count() > 10
    assert Accounts.objects.filter(profit__lt=0).exists()
    assert Statistic.objects.filter(hidden__contains=["value_added"]).exists()
    assert Quotient.objects.filter(indicator="1-KGI").count() == 23 * 3
    assert Panel.objects.exists()
