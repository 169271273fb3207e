"""The demonstration's exchange, loaded as it is loaded there: each state can be seen."""

import pytest

from lab.nakama.exchange import demo, states
from lab.nakama.exchange.models import Fair, Listing, Pairing, Purchase, PurchaseShare
from portal.accounts.roles import Role
from portal.kernel import clock
from programs.models import Firm
from tests.factories import exchange as build
from tests.factories import subsidies as make


@pytest.mark.django_db
def test_every_state_can_be_seen():
    build.staff_actor()
    for number in range(22):
        make.firm_actor(make.make_firm(ward=13107 + 4 * (number % 3)), role=Role.FIRM_OWNER)
    told = demo.load(firms=list(Firm.objects.order_by("pk")), now=clock.now(), scale=1)
    assert told.startswith("資材の掲載 23件")
    found = set(Pairing.objects.values_list("status", flat=True))
    assert found >= {states.PROPOSED, states.AGREED, states.REPORTED, states.DONE, states.DECLINED}
    assert Listing.objects.filter(material="SKD11", status=states.OPEN).exists()
    assert set(Fair.objects.values_list("status", flat=True)) == {"open", "planned", "held"}
    assert set(Purchase.objects.values_list("status", flat=True)) == {"open", "offered"}
    assert PurchaseShare.objects.count() > 3
