"""Who answers a diagnosis, and who writes its questions."""

import pytest


@pytest.fixture
def owner():
    from tests.factories import dojo

    return dojo.owner()


@pytest.fixture
def policy():
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor, Hat
    from tests.support.people import assign, make_person

    user = assign(make_person("policy@diagnosis.example", name="政策 一郎"), Role.POLICY)
    return Actor(user.pk, user.name, Hat.POLICY, frozenset({Role.POLICY}))
