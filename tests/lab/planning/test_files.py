"""`manage.py nakama_plan`: the documented example, and what it says to a slip of the pen."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

EXAMPLE = Path(__file__).parents[3] / "docs/examples/nakama_plan.json"


def run(path):
    out = StringIO()
    call_command("nakama_plan", path, stdout=out)
    return json.loads(out.getvalue())


def changed(tmp_path, change):
    content = json.loads(EXAMPLE.read_text())
    change(content)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(content))
    return path


def test_the_example_of_the_documentation_is_planned():
    found = run(EXAMPLE)
    assert found["violations"] == []
    assert (found["orders"], found["served"]) == (2, 1)
    team = found["teams"][0]
    assert [task["step"] for task in team["tasks"]] == ["shaft", "base", "finish"]
    assert team["surplus_yen"] == found["surplus_yen"] == 120_000 - team["cost_yen"]
    assert found["unserved"][0]["relax"][0] == {
        "conditions": ["size"],
        "step": "1",
        "adds_firms": 1,
        "needed": 400,
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c.update(half_week=3), "file: the key 'half_week' is not known"),
        (lambda c: c["firms"][0].pop("latitude"), r"firms\[0\]: 'latitude' is missing"),
        (lambda c: c["firms"][1].update(id="kamata"), "'kamata' is there twice"),
        (lambda c: c["firms"][0]["capacity_hours"].pop(), "7 values for 8 half-weeks"),
        (lambda c: c["orders"][0].update(due=8), r"orders\[0\].due: a whole number from 0 to 7"),
        (
            lambda c: c["orders"][0]["steps"][0].update(hours=True),
            r"orders\[0\].steps\[0\].hours: hours from",
        ),
        (lambda c: c["orders"][0]["steps"][0].update(after=["finish"]), "shaft → finish → shaft"),
        (lambda c: c["orders"][0].update(excluded=["x"]), "there is no firm 'x'"),
        (lambda c: c.update(worked_together=[["kamata"]]), "is not a pair of firm ids"),
        (lambda c: c.update(weights={"gamma": 1}), "weights: the key 'gamma' is not known"),
    ],
)
def test_a_slip_is_refused_with_its_place(tmp_path, change, told):
    with pytest.raises(CommandError, match=told):
        run(changed(tmp_path, change))


def test_no_file_and_no_json(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(CommandError, match="not JSON"):
        run(tmp_path / "bad.json")
