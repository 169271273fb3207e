"""Several at once on the real database: a month is claimed once, or a visit taken back, never both."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from advisors.claims import services
from advisors.claims.models import Claim, ClaimLine
from advisors.models import Visit
from advisors.states import ACCEPTED, RETURNED
from portal.kernel.database import acting
from portal.kernel.transitions import GuardFailed, StaleState
from tests.factories import advisors as build
from tests.factories import claims as make
from tests.factories import subsidies
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_month_is_claimed_once_and_no_visit_is_both_claimed_and_taken_back():
    """One test for both races: a database cloned anew for each costs more than they do."""
    with acting(subsidies.SYSTEM):
        office = subsidies.official_actor()
        build.make_fees()
        people = [build.make_advisor(sides=("it",)) for _ in range(2)]
        _partner, floor = build.make_advisor(sides=("floor",))
        visits = []
        for advisor, entry in people:
            case = build.engage(office, entry, floor, days=70)
            owner = subsidies.firm_actor(case.firm)
            visits.append(make.accepted_last_month(advisor, case, owner, office))
    (first, _), (second, _) = people

    ended = at_once([lambda: make.submitted(first).number] * 4)
    assert Counter(map(str, ended))[str(StaleState)] == 3

    def taking_back() -> str:
        with acting(office):
            services.visit_take_back(actor=office, visit_id=visits[1].pk, reason="違っていた。")
        return "back"

    def claiming() -> str:
        make.submitted(second)
        return "claimed"

    jobs: list[Callable[[], Any]] = [taking_back, claiming]
    ended = at_once(jobs)
    with acting(subsidies.SYSTEM):
        assert Claim.objects.filter(advisor_id=first.user_id).count() == 1
        assert ClaimLine.objects.filter(visit=visits[0]).count() == 1
        claimed = ClaimLine.objects.filter(visit=visits[1]).exists()
        status = Visit.objects.get(pk=visits[1].pk).status
    assert (claimed, status) in {(True, ACCEPTED), (False, RETURNED)}
    assert ended[0] == (GuardFailed if claimed else "back")
