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
def call_(db):
    from tests.factories import subsidies as make

    return make.make_call()


@pytest.fixture
def revision(editor, call_):
    from portal.kernel.database import acting
    from subsidies.office import services

    with acting(editor):
        return services.revision_begin(actor=editor, scheme_id=call_.version.scheme_id)
