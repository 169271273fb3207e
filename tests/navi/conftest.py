"""A firm and its owner."""

import pytest


@pytest.fixture
def owner(db):
    """The owner of a firm of 墨田区."""
    from portal.kernel.database import acting
    from tests.factories import subsidies as make

    with acting(make.SYSTEM):
        return make.firm_actor(make.make_firm())
