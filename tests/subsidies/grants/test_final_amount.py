"""額の確定: never above the decision, never above what the rules give for what was spent."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from subsidies.grants.rules.final_amount import BadCut, Cut, Spent, final_amount
from subsidies.rules.amount import calculate
from subsidies.rules.scheme import SchemeRules
from tests.factories.subsidies import rules_json

RULES = SchemeRules.parse(rules_json("DX1"))
WITH_TAX = SchemeRules.parse(rules_json("DX1", tax_mode="included"))
CODES = [category.code for category in RULES.categories]


def spent(key, net, tax=None, category=CODES[0]):
    return Spent(
        category=category,
        description="日報システム",
        unit_price=net,
        actual_tax_yen=net // 10 if tax is None else tax,
        key=key,
    )


lines = some.lists(some.integers(0, 2_000_000), min_size=1, max_size=5).map(
    lambda yen: [spent(f"p{number}", net) for number, net in enumerate(yen)]
)


@given(lines, some.integers(0, 600_000), some.sampled_from([RULES, WITH_TAX]))
def test_never_above_the_decision_nor_what_the_rules_give(items, decided, rules):
    found = final_amount(rules, items, decided_yen=decided)
    assert 0 <= found.final_yen <= decided
    assert found.final_yen <= calculate(rules, items).subsidy_yen <= rules.cap_yen
    assert found.steps[-1].value == found.final_yen


@given(lines, some.integers(0, 600_000), some.data())
def test_a_cut_never_raises_the_amount(items, decided, data):
    cuts = {
        item.key: Cut(data.draw(some.integers(0, item.net_yen)), 0, "対象外の保守料を含む。")
        for item in items
    }
    before = final_amount(RULES, items, decided_yen=decided)
    after = final_amount(RULES, items, decided_yen=decided, cuts=cuts)
    assert after.final_yen <= before.final_yen
    named = [step for step in after.steps if "保守料" in step.formula]
    assert len(named) == sum(cut.net_yen > 0 for cut in cuts.values())


@pytest.mark.parametrize(
    ("net", "decided", "final"),
    [
        (665_999, 499_000, 499_000),  # as planned
        (700_000, 499_000, 499_000),  # dearer than planned: the decision stands
        (600_000, 499_000, 450_000),  # cheaper: 600,000円 × 3/4
        (600_001, 499_000, 450_000),  # below 1,000円 is cut off
    ],
)
def test_examples(net, decided, final):
    assert final_amount(RULES, [spent("p0", net)], decided_yen=decided).final_yen == final


def test_the_invoices_tax_counts_where_tax_counts():
    """660,001円 税込 × 3/4 = 495,000.75円; one yen of tax less stays below 495,000円."""
    item = spent("p0", 600_000, 60_001)
    assert final_amount(WITH_TAX, [item], decided_yen=10**6).final_yen == 495_000
    item = spent("p0", 600_000, 59_999)
    assert final_amount(WITH_TAX, [item], decided_yen=10**6).final_yen == 494_000


@pytest.mark.parametrize(
    "cut", [Cut(600_001, 0, "理由"), Cut(-1, 0, "理由"), Cut(1, 0, " "), Cut(0, 60_001, "理由")]
)
def test_a_bad_cut_is_refused(cut):
    with pytest.raises(BadCut) as refused:
        final_amount(RULES, [spent("p0", 600_000)], decided_yen=1, cuts={"p0": cut})
    assert refused.value.key == "p0"
