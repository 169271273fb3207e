"""Who works on a scheme, and the call it is for."""

import pytest

from portal.accounts.roles import Role
from tests.factories import subsidies as make


@pytest.fixture
def editor():
    return make.official_actor()


@pytest.fixture
def approver():
    return make.official_actor(make.SUMIDA, Role.APPROVER)


@pytest.fixture
def call_():
    return make.make_call()
