"""The boundaries of eligibility (申請の要件), case by case, as the wards' shipped rules draw them."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from programs.wards import WARDS
from subsidies.facts import _full_months, _full_years
from subsidies.rules import eligibility
from subsidies.rules.history import History, Past
from subsidies.rules.scheme import SchemeRules
from subsidies.schemes.definitions import scheme_definitions

GOLDEN = Path(__file__).parent / "golden" / "eligibility.csv"
NAMES = {ward.code: ward.name for ward in WARDS}
USUAL = {"is_true": "yes", "is_false": "no"}


def rows():
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def shipped(ward: int, code: str) -> SchemeRules:
    found = scheme_definitions({ward: NAMES[ward]})
    return SchemeRules.parse(next(item.rules for item in found if item.code == code))


def past(text: str, ward: int, scheme: str) -> Past:
    """2025:2025-06-01[:13117] – fiscal year, day of the decision, ward."""
    year, day, *other = text.split(":")
    of = int(other[0]) if other else ward
    return Past(of, scheme, "前の補助金", int(year), "settled", dt.date.fromisoformat(day))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["場合"])
def test_the_boundary(row):
    ward, scheme = int(row["区"]), row["制度"]
    rules = shipped(ward, scheme)
    today = dt.date.fromisoformat(row["基準日"])
    since = dt.date.fromisoformat(row["区内の開始日"])
    earlier = [past(text, ward, scheme) for text in row["これまでの交付"].split(";") if text]
    facts = {
        "firm.has_site_in_ward": True,
        "firm.years_in_ward": _full_years(since, today),
        "firm.months_in_ward": _full_months(since, today),
        "history": History(ward, scheme, 2026, today, tuple(earlier)),
    }
    answers = {
        item.code: USUAL[item.operator]
        for item in rules.criteria
        if item.source == "ask" and item.kind == "yes_no"
    }
    answers |= {
        "employees": row["従業員（人）"],
        "capital": row["資本金（円）"],
        "parent_single": row["大企業1社の持分（%）"],
    }
    answers |= dict(pair.split("=") for pair in row["ほかの答え"].split(";") if pair)
    verdict = eligibility.judge(rules, answers, facts)
    assert verdict.state == ("eligible" if row["結果"] == "該当" else "ineligible")
    refused = [item.criterion.code for item in verdict.judged if item.outcome == "not_met"]
    refused += ["barred"] if verdict.barred else []
    assert (refused or [""])[0] == row["理由"]
    assert bool(verdict.refusals) is bool(row["理由"])


def test_there_are_enough_of_them_and_no_name_twice():
    names = [row["場合"] for row in rows()]
    assert len(names) == len(set(names)) >= 40
