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
        (lambda c: c.update(weights={"handover_lag": 10**9}), "weights.handover_lag: a whole"),
        (lambda c: c.update(worked_together=[[1, 2]]), r"\[1, 2\] is not a pair of firm ids"),
        (lambda c: c.update(worked_together=[["kamata", "kamata"]]), "is not a pair of firm ids"),
        (lambda c: c.update(worked_together=[["kamata", ["x"]]]), "is not a pair of firm ids"),
        (lambda c: c.update(worked_together=0), "file.worked_together: a list is needed"),
        (lambda c: c["firms"][0].update(id=["a"]), r"firms\[0\].id: a text is needed"),
        (lambda c: c["firms"][0].update(jobs_won=10**9), r"firms\[0\].jobs_won: a whole number"),
        (
            lambda c: c["firms"][0]["processes"][0].update(lot_min=9, lot_max=3),
            r"firms\[0\].processes\[0\]: lot_min 9 is more than lot_max 3",
        ),
        (
            lambda c: c["firms"][0]["processes"][0].update(yen_per_hour=10**15),
            r"firms\[0\].processes\[0\].yen_per_hour: a whole number from 0 to 1000000000",
        ),
        (lambda c: c["firms"][0].update(latitude=float("nan")), r"firms\[0\].latitude: degrees"),
        (lambda c: c["orders"][1].update(not_before=5), r"orders\[1\]: 納期が着手できる時期より前"),
        (lambda c: c["orders"][1].update(steps=[]), r"orders\[1\]: 工程がありません"),
        (lambda c: c["orders"][1]["steps"][0].update(hours=0.001), r"orders\[1\]: 工程「1」"),
    ],
)
def test_a_slip_is_refused_with_its_place(tmp_path, change, told):
    with pytest.raises(CommandError, match=told):
        run(changed(tmp_path, change))


@pytest.mark.parametrize("emptied", ["firms", "orders", "processes"])
def test_nobody_and_nothing_to_plan_is_planned(tmp_path, emptied):
    def empty(content):
        if emptied == "processes":
            content["firms"][0]["processes"] = []
        else:
            content[emptied] = []
        content["worked_together"] = []

    found = run(changed(tmp_path, empty))
    assert (found["violations"], found["served"]) == ([], 0)


def test_no_file_and_no_json(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.json")
    for text in ("{", "[" * 100_000):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(CommandError, match="not JSON"):
            run(tmp_path / "bad.json")
