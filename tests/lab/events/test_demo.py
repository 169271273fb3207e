"""The demonstration's events, loaded as they are loaded there: twenty a year were held, each state can be seen."""

from collections import Counter

import pytest
from django.db.models import F

from lab.events import demo, states
from lab.events.models import Event, HeldFact, Registration, Slot
from portal.accounts.demo import BY_KEY
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.models import OutboxEvent
from programs.models import Firm, FirmWard
from programs.services.firms import let_ward_see
from tests.factories import booking
from tests.factories import subsidies as make
from tests.support.people import assign, make_person


@pytest.mark.django_db
def test_twenty_were_held_in_each_past_year_and_every_state_can_be_seen():
    person = BY_KEY["lab"]
    assign(make_person(person.email, name="加藤 拓也"), Role.LAB_STAFF, ward_id=13107)
    labs = [booking.make_lab(), booking.make_lab(ward=13111)]
    booking.make_machine(labs[0], category="robot")
    for _ in range(14):
        firm = make.make_firm()
        make.firm_actor(firm, role=Role.FIRM_OWNER)
        let_ward_see(
            firm_id=firm.pk, ward_id=13107, basis=FirmWard.Basis.APPLICATION, today=clock.today()
        )
    told = demo.load(firms=list(Firm.objects.order_by("pk")), now=clock.now(), scale=1)
    assert told.startswith("ラボの催し")
    years = Counter(clock.fiscal_year(fact.day) for fact in HeldFact.objects.all())
    this = clock.fiscal_year(clock.today())
    assert min(years[this - 1], years[this - 2]) >= 20
    for model, table in (
        (Event, states.EVENT),
        (Registration, states.REGISTRATION),
        (Slot, states.SLOT),
    ):
        found = set(model.objects.values_list("status", flat=True))
        assert found == {state.code for state in table.states}, model
    coming = Event.objects.filter(status=states.ANNOUNCED)
    assert coming.filter(taken=F("capacity"), waiting__gt=0).exists()
    assert {row.ward_id for row in Event.objects.all()} == {13107, 13111}
    assert OutboxEvent.objects.filter(name="lab_event.held").count() == HeldFact.objects.count()
