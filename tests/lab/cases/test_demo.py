"""The demonstration's cases: every state of every table, through the services."""

import pytest

from lab.nakama import demo as profiles
from lab.nakama.cases import demo, states
from lab.nakama.cases.models import Case, CaseStep, Invitation, Outcome, Rating
from portal.kernel import clock
from programs.demo import load_demo_firms

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_every_state_is_there():
    firms = load_demo_firms()
    profiles.load(firms=firms, now=clock.now(), scale=0.1)
    demo.load(firms=firms, now=clock.now(), scale=0.1)
    for model, table in (
        (Case, states.CASE),
        (CaseStep, states.STEP),
        (Invitation, states.INVITATION),
        (Rating, states.APPEAL),
    ):
        found = set(model.objects.values_list("status", flat=True))
        assert found == {state.code for state in table.states}, model
    assert Outcome.objects.filter(kind="collab.contracted").exists()
