"""The office, a team of two, and the firm's support that they carry.

Imports stand inside: a conftest is read before the settings are.
"""

import pytest


@pytest.fixture
def office():
    from tests.factories import subsidies as make

    return make.official_actor()


@pytest.fixture
def pair():
    """((IT actor, entry), (shop-floor actor, entry))."""
    from tests.factories import advisors as build

    it = build.make_advisor(name="渡辺 由紀", sides=("it",), qualifications=("it_coordinator",))
    floor = build.make_advisor(name="小林 修", sides=("floor",), qualifications=("engineer",))
    return it, floor


@pytest.fixture
def case(office, pair):
    from tests.factories import advisors as build

    return build.engage(office, pair[0][1], pair[1][1], days=60)


@pytest.fixture
def owner(case):
    from tests.factories import subsidies as make

    return make.firm_actor(case.firm)
