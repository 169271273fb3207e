"""Whose turn it is in a case, from the draft to the delivery."""

import pytest

from lab.nakama.cases import services, states
from lab.nakama.cases.selectors.turns import asking_code, turns
from lab.nakama.cases.services import Seen
from portal.kernel.database import acting
from tests.factories import cases as build

pytestmark = pytest.mark.django_db
LATHE, HEAT, _GRIND = build.STEPS
CODES = (LATHE, HEAT)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([], ""),
        ([{"waiting"}, {"chosen", "passed"}], ""),
        ([{"waiting", "can"}, {"chosen"}], "choose"),
        ([{"conditional"}], "choose"),
        ([{"cannot", "lapsed"}, {"waiting"}], "ask"),
        ([set()], "ask"),
        ([{"chosen", "passed"}, {"chosen"}], "offer"),
    ],
)
def test_what_the_hub_does_with_the_answers(answers, code):
    assert asking_code(answers) == code


def waits(actor):
    with acting(actor):
        return [(turn.code, turn.step and turn.step.position) for turn in turns(actor)]


def step(actor, case, position, kind, **seen):
    with acting(actor):
        services.step_record(
            actor=actor, case_id=case.pk, position=position, kind=kind, seen=Seen(**seen)
        )


def test_each_firm_finds_its_turn_and_nobody_elses():
    owner, first, second = build.buyer(), build.shop(LATHE), build.shop(HEAT)
    build.drafted(owner)
    assert waits(owner) == [("publish", None)]
    build.opened(owner, CODES)
    assert waits(owner) == [("publish", None), ("plan", None)]
    case = build.awarded(owner, [first, second], codes=CODES)
    assert case.status == states.RUNNING
    assert (waits(first), waits(second)) == ([("start", 1)], [])
    step(first, case, 1, "start")
    assert waits(first) == [("inspect", 1)]
    inspected = {"good": 20, "bad": 0, "measured": "外径を全数"}
    step(first, case, 1, "inspect", **inspected)
    assert (waits(first), waits(second)) == ([], [("receive", 1)])
    step(second, case, 1, "reject", note="寸法違い", responsible=1)
    assert (waits(first), waits(second)) == ([("mend", 1)], [])
    step(first, case, 1, "start")
    step(first, case, 1, "inspect", **inspected)
    step(second, case, 1, "accept")
    assert waits(second) == [("start", 2)]
    step(second, case, 2, "start")
    step(second, case, 2, "inspect", **inspected)
    assert ("receive", 2) in waits(owner)
    step(owner, case, 2, "accept")
    assert ("deliver", None) in waits(owner)
    assert waits(first) == waits(second) == []
