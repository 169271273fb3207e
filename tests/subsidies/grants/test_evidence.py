"""証拠書類の連鎖: a golden table that an official can read, and what holds for every expense."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from subsidies.grants.rules.evidence import (
    NOT_PAID_BY,
    PAID_BY,
    STEPS,
    Expense,
    Terms,
    examine,
    same_name,
)
from subsidies.grants.rules.spent import Quoted, line_of, read_line

GOLDEN = Path(__file__).parents[1] / "golden" / "evidence.csv"
COLUMNS = dict(
    zip(STEPS, ("見積依頼", "見積", "発注", "納品", "検収", "請求", "支払"), strict=True)
)
PAPERS = frozenset(STEPS)
TERMS = Terms(
    dt.date(2026, 12, 1), dt.date(2027, 3, 12), today=dt.date(2027, 3, 31), firm_name="試験製作所"
)


def cases():
    with GOLDEN.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def day(text):
    return dt.date.fromisoformat(text) if text else None


def expense_of(row):
    return Expense(
        net_yen=int(row["税抜"]),
        tax_yen=int(row["税"]),
        dates={step: day(row[name]) for step, name in COLUMNS.items() if row[name]},
        papers=PAPERS,
        method=row["支払方法"],
        vendor=row["発注先"],
        issuer=row["請求書の発行者"],
        addressee=row["宛名"],
        invoice_yen=int(row["請求額"]) if row["請求額"] else None,
        paid_yen=int(row["支払額"]) if row["支払額"] else None,
        used_from=day(row["利用開始"]),
        used_to=day(row["利用終了"]),
        explanation=row["説明欄"],
    )


@pytest.mark.parametrize("row", cases(), ids=lambda row: row["場合"])
def test_golden(row):
    today = dt.date(2027, 3, 1) if "今日より後" in row["場合"] else dt.date(2027, 4, 30)
    terms = Terms(day(row["交付決定日"]), day(row["事業の期限"]), today, firm_name="試験製作所")
    chain = examine(expense_of(row), terms)
    found = " ".join(f"{link.step}:{link.code}" for link in chain.links if link.code)
    assert (chain.net_yen, found) == (int(row["対象になる税抜額"]), row["つながらない所"])
    curable = not chain.is_out and chain.codes
    if curable and row["説明欄"]:
        assert chain.is_whole
    elif curable:
        assert not chain.is_whole
    assert all(link.text for link in chain.links if link.code)


days = some.dates(dt.date(2026, 9, 1), dt.date(2027, 6, 30))
expenses = some.builds(
    Expense,
    net_yen=some.integers(0, 10**9),
    tax_yen=some.integers(0, 10**8),
    dates=some.dictionaries(some.sampled_from(STEPS), days),
    papers=some.frozensets(some.sampled_from(STEPS)),
    method=some.sampled_from([*PAID_BY, *NOT_PAID_BY, "gold"]),
    vendor=some.sampled_from(["", "甲社", "乙社"]),
    issuer=some.sampled_from(["", "甲社", "乙社"]),
    addressee=some.sampled_from(["", "試験製作所", "他社"]),
    invoice_yen=some.none() | some.integers(0, 10**9),
    paid_yen=some.none() | some.integers(0, 10**9),
    used_from=some.none() | days,
    used_to=some.none() | days,
    explanation=some.sampled_from(["", "事情がある。"]),
)


@given(expenses)
def test_never_more_counts_than_was_spent_and_nothing_of_what_is_out(expense):
    chain = examine(expense, TERMS)
    assert 0 <= chain.net_yen <= expense.net_yen
    assert 0 <= chain.tax_yen <= expense.tax_yen
    if chain.is_out:
        assert (chain.net_yen, chain.tax_yen) == (0, 0)


@given(expenses)
def test_no_more_counts_than_was_paid(expense):
    chain = examine(expense, TERMS)
    if expense.invoice_yen is not None and expense.paid_yen is not None:
        assert chain.net_yen + chain.tax_yen <= expense.paid_yen


@given(expenses)
def test_an_unexplained_whole_chain_keeps_the_order_of_the_rule(expense):
    chain = examine(expense, TERMS)
    if not chain.is_whole or chain.is_out or expense.explanation:
        return
    on = expense.dates
    line = [TERMS.decided_on, *(on[step] for step in ("order", "delivery", "acceptance"))]
    line += [on["payment"], TERMS.ends_on]
    assert line == sorted(line)
    assert on["quote"] <= on["order"]
    assert expense.invoice_yen == expense.paid_yen == expense.net_yen + expense.tax_yen
    assert expense.method in PAID_BY


@given(expenses)
def test_what_counts_happened_after_the_decision_and_was_paid_in_time(expense):
    chain = examine(expense, TERMS)
    if chain.is_whole and chain.net_yen:
        for step in ("order", "delivery", "acceptance", "payment"):
            assert expense.dates[step] >= TERMS.decided_on
        assert expense.dates["payment"] <= TERMS.ends_on


def test_each_missing_paper_is_named():
    row = cases()[0]
    bare = expense_of(row)
    chain = examine(
        Expense(
            **{
                name: getattr(bare, name)
                for name in Expense.__dataclass_fields__
                if name != "papers"
            }
        ),
        TERMS,
    )
    named = [link.step for link in chain.links if link.code == "missing_paper"]
    assert named == ["quote", "order", "delivery", "invoice", "payment"]


def test_a_dated_request_is_wanted_where_the_scheme_says_so():
    terms = Terms(TERMS.decided_on, TERMS.ends_on, TERMS.today, TERMS.firm_name, True)
    assert examine(expense_of(cases()[0]), terms).codes == ("missing_date",)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("㈱試験", "株式会社　試験", True),
        ("ＡＢＣ株式会社", "abc", True),
        ("試験", "試験工業", False),
    ],
)
def test_names(one, other, same):
    assert same_name(one, other) is same


QUOTED = Quoted(
    "試験ソフト株式会社", dt.date(2026, 10, 1), dt.date(2026, 10, 20), 600_000, "f", "見積書"
)
SPENT = {
    "key": "p1",
    "category": "software",
    "description": "日報システム",
    "planned_yen": 600_000,
    "tax_percent": 10,
    "is_used": False,
    "net_yen": "600000",
    "order_on": "2026-12-01",
}


@pytest.mark.parametrize(
    ("typed", "on", "code"),
    [
        ({}, dt.date(2026, 10, 20), ""),
        ({"vendor": "㈱試験ソフト"}, dt.date(2026, 10, 20), ""),
        ({"quote_on": "2026-11-05"}, dt.date(2026, 11, 5), "missing_paper"),
        ({"vendor": "別の会社", "quote_on": "2026-11-05"}, dt.date(2026, 11, 5), "quoted_vendor"),
        ({"vendor": "別の会社"}, None, "missing_date"),
    ],
)
def test_the_chain_begins_with_the_quote_that_the_application_chose(typed, on, code):
    read = read_line(line_of({**SPENT, **typed}), TERMS, frozenset(), QUOTED)
    link = next(link for link in read.chain.links if link.step == "quote")
    assert (link.on, link.code) == (on, code)
    assert ("request" in read.expense.dates) is (code == "")
