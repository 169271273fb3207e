"""Two at once: one award, one firm for a step, one next wave."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from lab.nakama.cases import services, states, tasks
from lab.nakama.cases.models import Award, Invitation, Order, Quote, Wave
from lab.nakama.cases.services import Deal, waves
from lab.nakama.services import answers_count
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import StaleState
from tests.factories import cases as build
from tests.support.racing import at_once, until_held

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


def test_the_last_no_and_a_wave_of_another_case_do_not_block_each_other():
    """Both count in the firm's profile, and waves open one after the other."""
    owner, shop = build.buyer(), build.shop("cut.lathe")
    case = build.asked(owner, codes=("cut.lathe",))
    build.shop("cut.lathe")
    with ThreadPoolExecutor(1) as pool:
        with acting(build.SYSTEM):
            waves.one_at_a_time()
            said = pool.submit(say_no, shop, case)
            until_held(lambda: True)
            answers_count(firm_id=shop.firm_id, asked=1)
        assert said.result(60) == states.CANNOT


def say_no(shop, case):
    try:
        return build.answer(shop, case, states.CANNOT).status
    finally:
        connection.close()


def test_a_wave_that_cannot_be_closed_keeps_no_other_from_it(monkeypatch):
    """Each is a transaction of its own."""
    owner = build.buyer()
    build.shop("cut.lathe")
    first, second = (build.asked(owner, codes=("cut.lathe",)) for _ in range(2))
    for case in (first, second):
        build.late(case)
    close_one = waves.wave_close

    def close_or_break(actor, case, *rest):
        if case.pk == second.pk:
            raise RuntimeError
        close_one(actor, case, *rest)

    monkeypatch.setattr(waves, "wave_close", close_or_break)
    with pytest.raises(RuntimeError):
        tasks.waves()
    with acting(build.SYSTEM):
        assert not Wave.objects.filter(case=first, closed_at=None).exists()
