"""Each story of the demonstration's money goes through the services to where its name says."""

import pytest

from portal.accounts.roles import Role
from portal.kernel import clock
from subsidies.grants import money_demo
from subsidies.grants.demo import Desk
from subsidies.models import Grant
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db

ENDS = {
    "claimed": "claimed",
    "proposed": "reported",
    "revoked": "revoked",
    "reported": "reported",
    "finalised": "finalised",
    "paid": "paid",
    "returned": "in_progress",
    "asked": "in_progress",
    "draft": "in_progress",
}


@pytest.mark.parametrize("name", ENDS)
def test_a_story_ends_where_it_says(name):
    grant = make.make_grant()
    desk = Desk(
        grant,
        make.owner_of(grant),
        make.official_actor(grant.ward_id),
        make.official_actor(grant.ward_id, Role.APPROVER),
        clock.today(),
    )
    getattr(money_demo, name)(desk)
    assert Grant.objects.get(pk=grant.pk).status == ENDS[name]


def test_every_story_is_told():
    assert {story.__name__ for chapters in money_demo.STORIES for story in chapters} == set(ENDS)
