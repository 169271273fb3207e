"""Pure rules: figures, texts, names, prices, vendors. tests/subsidies/golden/watch.csv is to read."""

import csv
import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from subsidies.rules import figures
from subsidies.rules.quotes import LineQuotes, Quote
from subsidies.rules.scheme import SchemeRules
from subsidies.watch import drawing
from subsidies.watch.rules import clusters, likeness, names, prices, together
from subsidies.watch.rules.limits import STANDARD, Limits
from tests.factories.subsidies import LINES, rules_json

GOLDEN = Path(__file__).parents[1] / "golden" / "watch.csv"
with GOLDEN.open(encoding="utf-8-sig", newline="") as lines:
    CASES = list(csv.DictReader(lines))
RULES = SchemeRules.parse(rules_json("DX1"))
STAGE3 = SchemeRules.parse(rules_json("DX3"))
PLAN = (
    "日報を紙で書き、月末に事務の担当者が三日かけて集計している。転記の誤りが月に数件あり、"
    "原因を調べるのに半日かかる。現場の入力を端末に変え、集計を自動にする。"
)
yen = some.integers(1, 10**12)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_golden_cases(case):
    one, other, expected = case["one"], case["other"], case["expected"]
    match case["rule"]:
        case "slip":
            assert (figures.slip(int(one), int(other)) or "") == expected
        case "name":
            same = names.name_key(one) == names.name_key(other)
            assert same == (expected == "same")
        case "item":
            same = names.item_key("c", one) == names.item_key("c", other)
            assert same == (expected == "same")
        case "price":
            found = prices.standing(int(one), [int(peer) for peer in other.split(";")])
            assert (found is not None and found.is_outlier) == (expected == "outlier")
        case "cluster":
            assert clusters.is_cluster(int(one), int(other)) == (expected == "cluster")
        case rule:
            pytest.fail(f"no such rule: {rule}")


class TestFigures:
    @given(yen, yen)
    def test_a_slip_reads_the_same_both_ways(self, one, other):
        assert figures.slip(one, other) == figures.slip(other, one)

    @given(yen)
    def test_thousands_for_yen_are_always_found(self, value):
        assert figures.slip(value, value * 1000) == "thousand"
        assert figures.slip(value, value) is None

    @given(yen, some.integers(1, 7))
    def test_less_than_eight_times_is_nobodys_business(self, value, factor):
        assert figures.slip(value, value * factor) is None

    def doubts(self, price, before=None, rules=RULES):
        earlier = figures.Earlier({figures.BUDGET: before} if before else {}, "前の申請")
        return figures.doubts(rules, {}, [{**LINES[0], "unit_price": price}], earlier)

    def test_a_budget_far_below_or_above_the_cap_is_asked_about(self):
        # 上限50万円: 4,999円の補助 or 150,000,001円の経費
        assert [item.why for item in self.doubts(6_000)] == ["too_small"]
        assert [item.why for item in self.doubts(150_000_001)] == ["too_large"]
        assert self.doubts(665_999) == ()

    def test_what_has_to_be_mended_anyway_is_not_asked_about(self):
        assert self.doubts(100) == ()

    def test_a_budget_is_compared_with_the_earlier_one(self):
        (found,) = self.doubts(665_999, before=666)
        assert (found.why, found.before, found.key) == ("thousand", 666, "expenses=665999")
        assert "前の申請と約1,000倍" in figures.text_of(found)
        (found,) = self.doubts(800_000, before=100_000)
        assert found.why == "jump"
        assert self.doubts(799_999, before=100_000) == ()

    def test_yen_of_the_form_are_compared_too(self):
        earlier = figures.Earlier({"answers.sales_third_year": 18_000_000}, "前の申請")
        (found,) = figures.doubts(STAGE3, {"sales_third_year": "１８，０００"}, [], earlier)
        assert (found.anchor, found.value) == ("answers.sales_third_year", 18_000)
        assert figures.doubts(STAGE3, {"sales_third_year": "約2千万?"}, [], earlier) == ()

    def test_confirmed_is_that_very_figure(self):
        found = self.doubts(6_000)
        assert figures.left(found, {("expenses", 6_000)}) == ()
        assert figures.left(found, {("expenses", 6_001)}) == found


class TestLikeness:
    @given(some.text(min_size=60, max_size=200), some.text(min_size=60, max_size=200))
    def test_it_is_a_share_and_reads_the_same_both_ways(self, one, other):
        first, second = likeness.shingles(one), likeness.shingles(other)
        degree = likeness.likeness(first, second)
        assert 0 <= degree <= 1
        assert degree == likeness.likeness(second, first)
        if first:
            assert likeness.likeness(first, first) == 1

    def test_signs_and_width_do_not_matter_and_short_texts_are_nobodys_own(self):
        other = PLAN.replace("、", "，").replace("。", "．\n")
        assert likeness.shingles(PLAN) == likeness.shingles(other)
        assert likeness.shingles("同じ文章") == frozenset()

    def test_a_sketch_tells_who_is_alike(self):
        near = PLAN.replace("三日", "四日")
        far = "".join(chr(0x4E00 + number * 7) for number in range(120))
        mine = set(likeness.sketch(likeness.shingles(PLAN)))
        assert len(mine) == likeness.SKETCH
        assert len(mine & set(likeness.sketch(likeness.shingles(near)))) >= likeness.LEAST_COMMON
        assert not mine & set(likeness.sketch(likeness.shingles(far)))
        degree = likeness.likeness(likeness.shingles(PLAN), likeness.shingles(near))
        assert STANDARD.is_alike(degree)
        assert likeness.percent(Fraction(899, 1000)) == 89

    def test_passages_stand_in_both(self):
        near = PLAN.replace("三日", "四日")
        for passage in likeness.common_passages(PLAN, near):
            assert passage in likeness.plain_text(PLAN)
            assert passage in likeness.plain_text(near)
            assert len(passage) >= 12


class TestPrices:
    peers = some.lists(some.integers(1, 10**9), min_size=8, max_size=40)

    @given(peers, some.integers(1, 10**9))
    def test_it_does_not_depend_on_the_order_nor_on_the_unit(self, peers, price):
        found = prices.standing(price, peers)
        again = prices.standing(price * 1000, [peer * 1000 for peer in reversed(peers)])
        assert found is not None
        assert again is not None
        assert found.is_outlier == again.is_outlier
        assert again.median == found.median * 1000

    @given(peers)
    def test_the_median_is_never_an_outlier_and_a_dearer_one_never_less_so(self, peers):
        middle = int(prices.median(peers))
        assert not prices.standing(middle, peers).is_outlier
        bound = int(prices.standing(middle, peers).bound)
        assert prices.standing(bound + 1, peers).is_outlier
        assert not prices.standing(bound, peers).is_outlier

    def test_seven_peers_are_too_few(self):
        assert prices.standing(10**9, [1] * 7) is None


class TestClusters:
    @given(
        some.dictionaries(
            some.sampled_from("ABCDEF"), some.sets(some.sampled_from("ABCDEF")), max_size=6
        )
    )
    def test_a_ring_is_one_that_comes_back(self, orders):
        found = clusters.ring("A", orders)
        if found:
            assert found[0] == "A"
            assert len(set(found)) == len(found) <= clusters.LONGEST_RING
            for one, following in zip(found, (*found[1:], "A"), strict=True):
                assert following in orders[one]
        else:
            assert "A" not in orders.get("A", set())

    def test_rings_of_one_two_and_three(self):
        assert clusters.ring("A", {"A": {"A"}}) == ("A",)
        assert clusters.ring("A", {"A": {"B", "X"}, "B": {"A"}}) == ("A", "B")
        assert clusters.ring("A", {"A": {"B"}, "B": {"C"}, "C": {"A"}}) == ("A", "B", "C")
        assert clusters.ring("A", {"A": {"B"}, "B": {"C"}, "C": {"D"}, "D": {"A"}}) == ()


class TestDrawing:
    @given(some.lists(yen, max_size=40), yen, yen)
    def test_everything_lies_inside_the_picture(self, peers, own, median):
        found = drawing.dot_strip(peers, own=own, median=median, bound=median * 2)
        places = [x for x, _y in found.dots] + [found.own, found.median, found.bound]
        assert all(found.left <= place <= found.right for place in places)
        assert all(0 < y < found.base for _x, y in found.dots)

    def test_the_vendor_in_question_has_the_strong_lines(self):
        found = drawing.links({"甲": ["丙", "丁"], "乙": ["丙"]}, ["丙", "丁"])
        assert [strong for _a, _b, strong in found.lines] == [True, False, True]
        assert found.height == 80


def offers(*given):
    """A line with quotes of (vendor, day)."""
    found = [Quote(vendor, quoted_on=dt.date(2026, 11, day)) for vendor, day in given]
    return LineQuotes(tuple(found))


class TestTogether:
    def test_a_pair_is_the_same_in_either_order_and_writing(self):
        (one,) = together.pairs([offers(("株式会社A社", 1), ("B社", 2))])
        (other,) = together.pairs([offers(("B社", 1), ("㈱Ａ社", 2))])
        assert one.key == other.key
        assert together.pairs([offers(("A社", 1)), offers(("株式会社A社", 1), ("A社", 2))]) == []

    def test_the_same_day_is_told_of_different_vendors_only(self):
        assert together.same_day(offers(("A", 1), ("B", 2))) == []
        assert together.same_day(offers(("A", 1), ("㈱A", 1))) == []
        alike = together.same_day(offers(("A", 1), ("B", 2), ("C", 2)))
        assert [quote.vendor for quote in alike] == ["B", "C"]
        assert together.same_day(LineQuotes((Quote("A"), Quote("B")))) == []

    @pytest.mark.parametrize(
        ("firms", "of", "told"),
        [(3, (3, 3), False), (4, (4, 4), True), (4, (8, 4), True), (4, (9, 4), False)],
    )
    def test_four_firms_and_half_of_the_more_frequent(self, firms, of, told):
        assert together.is_together(firms, of) is told

    def test_a_ward_sets_from_where_on_it_is_told(self):
        assert together.is_together(2, (5, 2), Limits(pair_firms=2, pair_percent=40))
        assert not together.is_together(4, (5, 4), Limits(pair_percent=90))
