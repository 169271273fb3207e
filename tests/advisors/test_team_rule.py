"""Whom the rule proposes: properties, and cases that an official can read."""

import csv
import datetime as dt
import random
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisors import codes, words
from advisors.rules import team
from advisors.rules.team import Candidate, Need, propose

GOLDEN = Path(__file__).parent / "golden" / "team.csv"
START = dt.date(2026, 10, 1)
NEED = Need(
    ward=13107,
    starts_on=START,
    ends_on=dt.date(2027, 3, 31),
    fields=frozenset({"production", "cost"}),
    languages=frozenset({"ja", "zh"}),
    vendors=frozenset({"工場クラウド"}),
)


def someone(rng: random.Random, key: int = 0) -> Candidate:
    """Anybody: made from a seed, which Hypothesis draws a hundred times faster than each part."""

    def some(values: Iterable) -> frozenset:
        return frozenset(value for value in values if rng.random() < 0.5)

    first = START + dt.timedelta(days=rng.randint(-400, 60))
    return Candidate(
        key=key,
        name=f"相談員{key}",
        sides=some(codes.SIDES),
        wards=frozenset({13111} if rng.random() < 0.2 else {13107, 13111}),
        capacity=rng.randint(1, 10),
        contract_from=first,
        contract_to=first + dt.timedelta(days=rng.randint(0, 700)),
        qualifications=some(codes.QUALIFICATIONS),
        fields=some(codes.FIELDS),
        languages=some(codes.LANGUAGES),
        vendors=frozenset(rng.choice([[], [], ["別の会社"], ["工場クラウド"]])),
        load=rng.randint(0, 12),
        has_role=rng.random() < 0.9,
        is_of_firm=rng.random() < 0.1,
    )


seeds = st.integers(0, 2**32).map(random.Random)
candidates = seeds.map(someone)
groups = seeds.map(lambda rng: [someone(rng, key) for key in range(rng.randint(0, 9))])


@given(groups, seeds)
def test_the_pair_is_the_best_that_is_free_whatever_the_order(group, rng):
    made = propose(NEED, group)
    shuffled = list(group)
    rng.shuffle(shuffled)
    assert propose(NEED, shuffled).pair == made.pair
    free = [
        (one, two)
        for one, two in product(made.it, made.floor)
        if not one.bars and not two.bars and one.candidate.key != two.candidate.key
    ]
    assert (made.pair is None) == (not free)
    if made.pair:
        one, two = made.pair
        assert (one.side, two.side) == ("it", "floor")
        assert not one.bars
        assert not two.bars
        assert one.candidate.key != two.candidate.key
        assert one.total + two.total == max(a.total + b.total for a, b in free)


@given(groups)
def test_everybody_stands_in_both_lists_with_a_reason(group):
    made = propose(NEED, group)
    for side in codes.SIDES:
        rows = made.of(side)
        assert sorted(row.candidate.key for row in rows) == [one.key for one in group]
        for row in rows:
            assert words.reasons_of(row), (
                "not even free capacity speaks for them, nor a bar against"
            )
        # Nobody who is barred stands before somebody who is free.
        assert [row.is_free for row in rows] == sorted((row.is_free for row in rows), reverse=True)


@given(candidates, st.sampled_from(list(codes.SIDES)))
def test_a_conflict_bars_and_no_reason_passes_over_it(one, side):
    tied = Candidate(**{**_values(one), "vendors": one.vendors | {"工場クラウド"}})
    found = team.assess(NEED, tied, side)
    assert found.is_absolute
    assert team.CONFLICT in {bar.code for bar in found.bars}


@given(candidates, st.sampled_from(list(codes.SIDES)), st.integers(1, 5))
def test_less_load_and_more_fields_never_count_against(one, side, less):
    lighter = Candidate(**{**_values(one), "load": max(one.load - less, 0)})
    wider = Candidate(**{**_values(one), "fields": one.fields | NEED.fields})
    before = team.assess(NEED, one, side)
    for better in (lighter, wider):
        after = team.assess(NEED, better, side)
        assert after.total >= before.total
        assert {bar.code for bar in after.bars} <= {bar.code for bar in before.bars}


def _values(one: Candidate) -> dict:
    return {name: getattr(one, name) for name in Candidate.__slots__}


def golden_rows() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", golden_rows(), ids=lambda row: row["場合"])
def test_the_cases_of_the_golden_file(row):
    candidate = Candidate(
        key=1,
        name="渡辺",
        sides=_set(row["役割"]),
        wards=frozenset(map(int, _set(row["区"]))),
        capacity=int(row["1か月の回数"]),
        contract_from=dt.date.fromisoformat(row["契約開始"]),
        contract_to=dt.date.fromisoformat(row["契約終了"]),
        qualifications=_set(row["資格"]),
        fields=_set(row["分野"]),
        languages=_set(row["言語"]),
        vendors=_set(row["利害関係"]),
        load=int(row["埋まっている回数"]),
        is_of_firm=row["企業の一員"] == "はい",
        has_role=row["役割あり"] != "いいえ",
    )
    found = team.assess(NEED, candidate, row["見る役割"])
    assert (found.total, ";".join(words.reasons_of(found))) == (int(row["点"]), row["理由"])


def _set(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(" ")))
