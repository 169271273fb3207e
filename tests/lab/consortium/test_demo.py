"""The demonstration's consortium, loaded as it is loaded there: each state can be seen."""

import pytest

from lab.consortium import collab_states, demo, referral_states, states
from lab.consortium.models import Collab, Meeting, Member, Minutes, Project, Referral
from portal.accounts.demo import ensure_demo_people
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import Firm
from tests.factories import subsidies as make


@pytest.mark.django_db
def test_every_state_can_be_seen():
    for number in range(10):
        make.firm_actor(make.make_firm(ward=13107 + 4 * (number % 2)), role=Role.FIRM_OWNER)
    with acting(Actor.system("test")):
        ensure_demo_people()
        told = demo.load(firms=list(Firm.objects.order_by("pk")), now=clock.now(), scale=1)
    assert told.startswith("コンソーシアムの会員 12")

    def seen(model, table):
        return set(model.objects.values_list("status", flat=True)) == {
            state.code for state in table.states
        }

    assert seen(Project, states.PROJECT)
    assert seen(Referral, referral_states.REFERRAL)
    assert seen(Collab, collab_states.COLLAB)
    assert seen(Meeting, collab_states.MEETING)
    assert Minutes.objects.count() == 2
    assert Member.objects.filter(contacts__user__isnull=False).count() == 2
