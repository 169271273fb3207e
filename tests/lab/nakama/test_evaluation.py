"""The bars of the search on the room's own sets: one that was tuned on, one that was kept back."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lab.nakama.models import CapabilityProfile
from lab.nakama.rules.evaluation import NotASet, ndcg, parse, recall

SETS = Path(__file__).parent


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["evaluation.json", "evaluation_held_out.json"])
def test_the_search_meets_its_bars(name):
    out = StringIO()
    call_command("nakama_evaluate", str(SETS / name), stdout=out)
    told = json.loads(out.getvalue())
    missed = [row for row in told["per_query"] if (row["ndcg_at_10"] or 1) < 1]
    assert told["recall_at_5"] >= 0.95, missed
    assert told["ndcg_at_10"] >= 0.90, missed
    assert told["violations"] == 0
    assert [row["not_outside"] for row in told["per_query"] if row["not_outside"]] == []
    assert set(told) == {"recall_at_5", "ndcg_at_10", "violations", "p95_ms", "per_query"}
    assert not CapabilityProfile.objects.exists()


def test_the_sets_are_large_enough_and_apart():
    pairs = [
        json.loads((SETS / name).read_text("utf-8"))["pairs"]
        for name in ("evaluation.json", "evaluation_held_out.json")
    ]
    tuned, kept = ({pair["query"] for pair in part} for part in pairs)
    assert len(tuned) + len(kept) >= 40
    assert len(kept) * 2 >= len(tuned)
    assert not tuned & kept


FIRM = {"id": 1, "name": "甲", "ward": "墨田区", "description": "旋盤"}
PAIR = {"id": "q", "query": "旋盤", "constraints": {"lot": 3}, "relevant": [1], "process_only": []}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"firms": [], "pairs": [], "notes": 1}, "unknown key 'notes'"),
        ({"firms": [{**FIRM, "processes": []}], "pairs": []}, "unknown key 'processes'"),
        ({"firms": [FIRM], "pairs": [{**PAIR, "constraints": {"size": 3}}]}, "unknown key 'size'"),
        ({"firms": [FIRM], "pairs": [{**PAIR, "relevant": [2]}]}, "no firm has the id 2"),
        ({"firms": [FIRM, FIRM], "pairs": []}, "the id 1 occurs twice"),
        ({"firms": [{"id": 1}], "pairs": []}, "description is missing"),
        ({"firms": [{**FIRM, "lot_min": "3"}], "pairs": []}, "not of the right kind"),
        ({"firms": [FIRM], "pairs": [{**PAIR, "process_only": [1]}]}, "both relevant"),
        ([], "not an object"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_place(data, said):
    with pytest.raises(NotASet, match=said):
        parse(data)


def test_the_command_names_the_file_and_what_is_wrong(tmp_path):
    path = tmp_path / "set.json"
    path.write_text('{"firms": [', "utf-8")
    with pytest.raises(CommandError, match=r"set\.json"):
        call_command("nakama_evaluate", str(path))


def test_the_measures_by_hand():
    assert recall([1, 2, 3], frozenset({1, 9})) == 0.5
    assert recall([1, 2, 3, 4, 5], frozenset(range(1, 9))) == 1
    assert ndcg([9, 1], frozenset({1})) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg([1], frozenset({1})) == 1
    assert recall([], frozenset()) is None
