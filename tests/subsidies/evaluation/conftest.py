"""A plan, its owner and an advisor, for files of stages."""

import pytest


@pytest.fixture
def plan(stage):
    from tests.factories import evaluation as build

    return stage(build.make_plan)


@pytest.fixture
def owner(plan):
    from tests.factories import evaluation as build

    return build.owner_of(plan)


@pytest.fixture
def advisor():
    from tests.factories import evaluation as build

    return build.advisor_actor(name="相談 花子")
