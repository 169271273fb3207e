"""Auditors read words, not codes: every action that is recorded has its words."""

import ast

from portal.desk.actions import ACTIONS, action_label, states_label
from tests.architecture.source import modules


def recorded():
    """The literal `action=` of every call of `record` or of a helper that passes it on."""
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if keyword.arg == "action" and isinstance(keyword.value, ast.Constant):
                        value = keyword.value.value
                        if isinstance(value, str) and "." in value:
                            yield value


def test_every_recorded_action_has_words():
    missing = set(recorded()) - ACTIONS.keys()
    assert not missing
    assert len(set(recorded())) > 100


def test_an_act_on_a_thing_with_states_that_moves_none_has_its_own_words():
    assert action_label("grants.ruling.propose") == "交付決定後の起案をした"


def test_a_transition_is_called_by_its_button():
    assert action_label("subsidies.application.grant") == "交付を決定する"
    assert states_label("subsidies.application.grant", "awaiting_approval", "granted") == (
        "決裁待ち → 交付決定"
    )
    assert states_label("file.stored", "", "clean") == ""
