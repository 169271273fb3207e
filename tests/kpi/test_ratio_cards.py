"""Ratios on the dashboard: quotients of sums, and a word with its reason where there is none."""

import datetime as dt

import pytest

from kpi import figures, selectors
from kpi.effect.selectors import Verdict
from kpi.figures.scope import Scope
from kpi.indicators import RATIOS
from kpi.models import Quotient
from kpi.rules.forecasts import Light

pytestmark = pytest.mark.django_db

SUMIDA, OTA = 13107, 13111
TODAY = dt.date(2026, 11, 30)


def put(code, period, numerator, denominator, *, n=40, ward=SUMIDA, **detail):
    Quotient.objects.create(
        indicator=code,
        ward_id=ward,
        period=dt.date.fromisoformat(period),
        numerator=numerator,
        denominator=denominator,
        n=n,
        as_of=TODAY,
        detail=detail,
        source="試験の統計" if code == "1-KGI" else "",
    )


def card(code, *, year=2026, as_of=TODAY, ward=None):
    found = selectors.ratios(fiscal_year=year, as_of=as_of, ward_id=ward)
    one = next(item for item in found if item.ratio.code == code)
    return figures.ratio_card(one, Scope(year, ward), None)


def test_what_cannot_be_said_has_a_word_and_a_reason():
    for ratio in RATIOS:
        running = card(ratio.code)
        assert (running.value, running.light) == ("集計中", Light.NONE)
        assert "この年度の分は、まだ届いていません。" in running.lines
        over = card(ratio.code, year=2024, as_of=dt.date(2025, 3, 31))
        assert over.value == "利用できません"
        assert "この年度までの値が登録されていません。" in over.lines


def test_productivity_is_a_quotient_of_sums_against_the_base_year():
    put("1-KGI", "2025-01-01", 1100, 10)
    put("1-KGI", "2025-01-01", 400, 4, ward=OTA)
    missing = card("1-KGI")
    assert missing.value == "利用できません"
    assert "比べる基準の2023年の値が登録されていません。" in missing.lines
    put("1-KGI", "2023-01-01", 1000, 10)
    put("1-KGI", "2023-01-01", 300, 4, ward=OTA)
    # 1500 / 14 against 1300 / 14, not the mean of +10 % and +33.3 %.
    found = card("1-KGI")
    assert (found.value, found.unit, found.verdict) == ("+15.4", "%", "目標に達しました")
    assert "2025年の値（基準は2023年）" in found.lines
    assert "出典：試験の統計" in found.lines
    # In one ward below the target, and the target's year is still to come.
    own = card("1-KGI", ward=SUMIDA)
    assert (own.value, own.verdict, own.light) == ("+10.0", "目標の年度の前です", Light.NONE)


def test_few_answers_are_for_reference_and_nobody_in_the_denominator_is_a_dash():
    put("1-KSI", "2026-06-01", 20, 29, n=29, asked=58, answers=29, effect=1)
    few = card("1-KSI")
    assert (few.value, few.verdict, few.light) == ("69.0", "参考値", Light.NONE)
    assert "30件に満たないため、参考値です。目標とは比べません。" in few.lines
    put("1-KSI", "2026-06-01", 20, 29, n=29, ward=OTA, asked=42, answers=29, effect=1)
    both = card("1-KSI")
    assert (both.value, both.verdict) == ("69.0", "目標に達しました")
    # Wilson of 40 in 58.
    assert {"回答率58.0%", "95%信頼区間 56.2〜79.4%"} <= set(both.lines)
    assert "比べる値：全国42.0%（区の値ではありません）" in both.lines
    put("2-OC", "2026-04-01", 0, 0, n=0, completions=3)
    assert card("2-OC").value == "—"


def test_the_felt_effect_is_judged_by_what_may_still_be_answered():
    put("2-OC", "2026-04-01", 18, 20, n=20, completions=25)
    found = card("2-OC")
    assert (found.value, found.light) == ("90.0", Light.GREEN)
    assert any("回答率80.0%" in line and "72.0%" in line for line in found.lines)
    assert [line.text for line in found.beside] == [
        "事業を終えた企業：25社",
        "効果の問いに答えた企業：20社",
        "効果を実感した企業：18社",
    ]


def test_the_gap_shows_both_sides():
    put("2-KGI/users", "2025-04-01", 300, 20, n=20, pending=4)
    assert card("2-KGI").value == "集計中"
    put("2-KGI/others", "2025-04-01", 400, 50, n=50)
    found = card("2-KGI")
    # A bare difference is described and not judged; the evaluation is.
    assert (found.value, found.light) == ("+7.0", Light.NONE)
    assert found.verdict == "差を示すだけ（効果検証はまだありません）"
    assert "利用した企業20社（平均+15.0%）、ほかの企業50社（平均+8.0%）" in found.lines
    assert "決算を待っている企業4社" in found.lines


def test_the_gap_takes_the_word_of_the_evaluation():
    put("2-KGI/users", "2025-04-01", 300, 20, n=20)
    put("2-KGI/others", "2025-04-01", 400, 50, n=50)
    found = next(
        one
        for one in selectors.ratios(fiscal_year=2026, as_of=TODAY, ward_id=None)
        if one.ratio.code == "2-KGI"
    )
    told = Verdict("grant", "判定不能", "", "", 3.1, -1.0, 7.2, 210, TODAY)
    made = figures.ratio_card(found, Scope(2026), told)
    assert (made.verdict, made.light) == ("判定不能", Light.NONE)
    assert (
        "23区全体の効果検証による効果 +3.1ポイント（95%信頼区間 −1.0〜+7.2、210社）" in made.lines
    )
