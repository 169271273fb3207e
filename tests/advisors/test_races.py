"""Several at once on the real database: two officials choose, one visit arrives twice."""

import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from advisors import services
from advisors.models import Engagement, NextAction, Visit
from advisors.services import Action, Choice
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import StaleState
from tests.factories import advisors as build
from tests.factories import subsidies as make
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_happens_at_the_same_moment_happens_once():
    """One test for both races: a database cloned anew for each costs more than they do."""
    with acting(make.SYSTEM):
        offices = [make.official_actor() for _ in range(2)]
        advisor, it = build.make_advisor(sides=("it",))
        floors = [build.make_advisor(sides=("floor",))[1] for _ in range(2)]
        request = build.make_taken(build.make_firm(), offices[0])
        case = build.engage(offices[0], it, floors[0], days=30)

    def choosing(office: Actor, floor: Any) -> Callable[[], Any]:
        def job() -> str:
            with acting(office):
                services.team_choose(
                    actor=office,
                    request_id=request.pk,
                    choice=Choice(it.pk, floor.pk, "どちらでも"),
                    starts_on=clock.today(),
                )
            return "done"

        return job

    ended = at_once([choosing(*pair) for pair in zip(offices, floors, strict=True)])
    assert Counter(ended) == {"done": 1, StaleState: 1}

    key, promise = uuid.uuid4(), Action("firm", "項目を決める", "工場長", clock.today())

    def posting() -> int:
        return build.visit(advisor, case, key=key, actions=[promise]).pk

    written = at_once([posting] * 6)
    assert len(set(written)) == 1
    with acting(make.SYSTEM):
        assert Engagement.objects.filter(request=request).count() == 1
        assert Visit.objects.count() == NextAction.objects.count() == 1
        assert AuditRow.objects.filter(action="advisors.visit.record").count() == 1
