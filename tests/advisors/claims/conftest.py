"""A firm's support with a fee table, its advisor, and a visit of last month that was accepted."""

import pytest


@pytest.fixture
def case(office, pair):
    from tests.factories import advisors as build

    build.make_fees()
    return build.engage(office, pair[0][1], pair[1][1], days=70)


@pytest.fixture
def advisor(pair):
    return pair[0][0]


@pytest.fixture
def visit(advisor, case, owner, office):
    from tests.factories import claims as make

    return make.accepted_last_month(advisor, case, owner, office, travel_yen=640)
