"""An official hands over before a transfer, on wide and narrow screens, without JavaScript too."""

import pytest

from portal.kernel import clock
from portal.kernel.database import acting
from subsidies.obligations import services
from subsidies.obligations.models import Obligation
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import subsidies as make
from tests.factories.obligations import make_asset
from tests.flows.story import press
from tests.screens import save_screen

pytestmark = pytest.mark.slow


def looks_well(page, name):
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    save_screen(page, f"obligations-{name}")


@pytest.mark.parametrize("options", [{"width": 1280}, {"width": 390, "java_script_enabled": False}])
def test_a_hand_over(transactional_db, signed_in, options):
    from portal.kernel.actor import Actor

    with acting(Actor.system("test")):
        grant = make.make_grant()
        asset = make_asset(grant)
        services.obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=clock.today())
        old, new = make.official_actor(), make.official_actor()
        Obligation.objects.update(owner_id=old.user_id)
    axe = options.get("java_script_enabled", True)
    page = signed_in(new.user_id, **options)
    page.goto("/staff/obligations/")
    if axe:
        looks_well(page, "list")
    page.goto("/staff/obligations/?month=2027-03")
    if axe:
        looks_well(page, "month")
    page.goto(f"/staff/obligations/handover/?person={old.user_id}")
    if axe:
        looks_well(page, "handover")
    page.get_by_label("引継ぎ先").select_option(str(new.user_id))
    press(page, "この担当分をすべて引き継ぐ", refused=True)
    assert "「理由」" in page.content()
    page.get_by_label("理由").fill("令和9年4月1日付けの人事異動。")
    press(page, "この担当分をすべて引き継ぐ")
    assert "引き継ぎました。" in page.content()
    with acting(Actor.system("test")):
        assert set(Obligation.objects.values_list("owner_id", flat=True)) == {new.user_id}
    page.goto(f"/staff/assets/{asset.pk}/")
    if axe:
        looks_well(page, "asset")
    page.goto("/staff/obligations/feed/")
    press(page, "アドレスを作る")
    assert ".ics" in page.content()
