"""Who works on a scheme, and the call it is for.

Imports stand inside: a conftest is read before the settings are.
"""

import pytest


@pytest.fixture
def editor():
    from tests.factories import subsidies as make

    return make.official_actor()


@pytest.fixture
def approver():
    from portal.accounts.roles import Role
    from tests.factories import subsidies as make

    return make.official_actor(make.SUMIDA, Role.APPROVER)


@pytest.fixture
def call_():
    from tests.factories import subsidies as make

    return make.make_call()
