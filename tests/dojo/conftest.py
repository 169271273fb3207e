"""The official who plans, and a cohort with seats.

Imports stand inside: a conftest is read before the settings are.
"""

import pytest


@pytest.fixture
def planner(db):
    from tests.factories import subsidies as make

    return make.official_actor()


@pytest.fixture
def cohort(planner):
    from tests.factories import dojo

    return dojo.make_cohort(planner)
