"""Two at once: one award, one firm for a step, one next wave."""

import pytest

from lab.nakama.cases import services, states
from lab.nakama.cases.models import Award, Invitation, Order, Quote, Wave
from lab.nakama.cases.services import Deal
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import StaleState
from tests.factories import cases as build
from tests.support.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def award(owner, case):
    with acting(owner):
        services.case_award(actor=owner, case_id=case.pk, deal=Deal("brokered"))


def choose(owner, row):
    with acting(owner):
        services.firm_choose(actor=owner, invitation_id=row.pk)


def close():
    actor = Actor.system("test")
    with acting(actor):
        return services.waves_close(actor=actor, now=clock.database_now())


def test_an_award_a_choice_and_a_wave_happen_once():
    owner, one, two = build.buyer(), build.shop("cut.lathe"), build.shop("cut.lathe")
    case = build.asked(owner, codes=("cut.lathe",))
    rows = [build.answer(actor, case) for actor in (one, two)]
    found = at_once([lambda row=row: choose(owner, row) for row in rows])
    assert sorted(str(result) for result in found)[1] == "None"
    with acting(build.SYSTEM):
        assert Invitation.objects.filter(case=case, status=states.CHOSEN).count() == 1
        assert Quote.objects.filter(case=case).count() == 2
    with acting(owner):
        services.case_offer(actor=owner, case_id=case.pk)
    found = at_once([lambda: award(owner, case)] * 2)
    assert sorted(map(str, found)) == sorted(map(str, [None, StaleState]))
    with acting(build.SYSTEM):
        assert Award.objects.filter(case=case).count() == 1
        assert Order.objects.filter(case=case).count() == 1
    again = build.asked(owner, codes=("cut.lathe",))
    spare = build.shop("cut.lathe")
    build.late(again)
    at_once([close] * 3)
    with acting(build.SYSTEM):
        assert Wave.objects.filter(case=again).count() == 2
        assert Invitation.objects.get(case=again, wave__number=2).firm_id == spare.firm_id
