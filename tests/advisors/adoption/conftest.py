"""An engagement that goes on, its people, and a tool that is fourteen weeks old."""

import pytest

# Imports stand inside: this file is read before Django is set up.


@pytest.fixture
def office():
    from tests.factories import subsidies as make

    return make.official_actor()


@pytest.fixture
def team():
    from tests.factories import advisors

    return advisors.make_advisor(sides=("it",)), advisors.make_advisor(sides=("floor",))


@pytest.fixture
def case(office, team):
    from tests.factories import advisors

    return advisors.engage(office, team[0][1], team[1][1], days=60)


@pytest.fixture
def owner(case):
    from tests.factories import subsidies as make

    return make.firm_actor(case.firm)


@pytest.fixture
def advisor(team):
    return team[0][0]


@pytest.fixture
def tool(owner, case):
    from tests.factories import adoption

    return adoption.make_tool(owner, case)
