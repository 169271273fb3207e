"""What a scheme version says of money and other grants: variants, bars, stacking, quotes, papers, checks."""

import datetime as dt
from fractions import Fraction

import pytest

from subsidies.rules import eligibility, form, quotes
from subsidies.rules.amount import ExpenseItem, calculate
from subsidies.rules.history import History, Past, refusals
from subsidies.rules.scheme import STANDARD_FORMS, InvalidRules, SchemeRules
from subsidies.schemes.definitions import scheme_definitions
from tests.factories.rules import FACTS, TODAY, content, problems, rules, with_questions
from tests.factories.subsidies import ANSWERS, DOCUMENTS, ELIGIBILITY, LINES, rules_json


class TestRateVariants:
    SDGS = {
        "code": "sdgs",
        "task": "plan",
        "label": "SDGsの宣言をしていますか",
        "kind": "yes_no",
    }
    VARIANT = {"name": "SDGs", "rate": "4/5", "when": {"asked": "sdgs"}}

    @pytest.mark.parametrize(("answer", "rate"), [("yes", "4/5"), ("no", "2/3"), ("", "2/3")])
    def test_the_declared_condition_changes_the_rate(self, answer, rate):
        found = with_questions(
            self.SDGS, rate="2/3", cap_yen=2_000_000, rate_variants=[self.VARIANT]
        )
        own = form.for_content(found, content({"sdgs": answer}))
        assert own.rate == Fraction(rate)
        item = ExpenseItem("software", "品", 1_000_000)
        assert calculate(own, [item]).subsidy_yen == {"4/5": 800_000, "2/3": 666_000}[rate]

    def test_a_variant_needs_a_question_and_a_rate(self):
        with pytest.raises(InvalidRules) as caught:
            rules(rate_variants=[{**self.VARIANT, "rate": "6/5"}])
        text = "\n".join(caught.value.problems)
        assert "3/4" in text
        assert "sdgs" in text


def past(year, *, ward=13108, scheme="DX1", state="granted", decided_on=None):
    return Past(ward, scheme, "はじめの一歩", year, state, decided_on)


def history(*others, year=2026, today=TODAY):
    return History(ward=13108, scheme="DX1", fiscal_year=year, today=today, past=others)


class TestReapplication:
    @pytest.mark.parametrize(
        ("bar", "other", "barred"),
        [
            # 江東区: recipients of the last two fiscal years
            ({"fiscal_years": 2}, past(2025), True),
            ({"fiscal_years": 2}, past(2024), True),
            ({"fiscal_years": 2}, past(2023), False),
            ({"fiscal_years": 2}, past(2025, ward=13107), False),
            ({"fiscal_years": 2}, past(2025, scheme="DX2"), False),
            ({"fiscal_years": 2, "scope": "ward"}, past(2025, scheme="DX2"), True),
            ({"fiscal_years": 2}, past(2025, state="applied"), False),
            # 板橋区: two years, to the day
            ({"years": 2}, past(2024, decided_on=dt.date(2024, 11, 21)), False),
            ({"years": 2}, past(2024, decided_on=dt.date(2024, 11, 22)), True),
            # 港区: once ever
            ({"once": True}, past(2015), True),
        ],
    )
    def test_the_bars_of_the_wards(self, bar, other, barred):
        found = rules(reapply=bar)
        assert bool(refusals(found, history(other))) is barred

    def test_the_refusal_says_when_one_may_apply_again(self):
        (text,) = refusals(rules(reapply={"fiscal_years": 2}), history(past(2025)))
        assert "令和7年度" in text
        assert "令和10年度から申し込めます" in text

    def test_a_leap_day_ends_on_the_first_of_march(self):
        granted = past(2023, decided_on=dt.date(2024, 2, 29))
        found = rules(reapply={"years": 1})
        assert refusals(found, history(granted, today=dt.date(2025, 2, 28)))
        assert not refusals(found, history(granted, today=dt.date(2025, 3, 1)))

    def test_it_stands_in_the_task_list_and_in_the_check(self):
        found = rules(reapply={"once": True})
        facts = {**FACTS, "history": history(past(2020))}
        verdict = eligibility.judge(found, ELIGIBILITY, facts)
        assert verdict.state == "ineligible"
        draft = form.Content(
            answers=ANSWERS,
            eligibility=ELIGIBILITY,
            expenses=LINES,
            documents=dict.fromkeys(DOCUMENTS, 1),
            facts=facts,
        )
        assert [item.code for item in form.missing(found, draft)] == ["barred"]

    def test_a_bar_that_bars_nothing_is_refused(self):
        assert "reapply" in problems(reapply={"scope": "ward"})


class TestStacking:
    PROHIBITS = {"relation": "prohibits", "name": "生産性向上", "scheme": "DX2"}
    REQUIRES = {"relation": "requires", "name": "生産性向上", "scheme": "DX2"}

    def test_two_in_one_year(self):
        found = rules(stacking=[self.PROHIBITS])
        assert refusals(found, history(past(2026, scheme="DX2", state="applied")))
        assert not refusals(found, history(past(2025, scheme="DX2")))

    def test_one_after_the_other(self):
        found = rules(stacking=[self.REQUIRES])
        assert refusals(found, history(past(2025, scheme="DX2", state="granted")))
        assert not refusals(found, history(past(2025, scheme="DX2", state="settled")))
        assert refusals(found, history())

    def test_schemes_of_others_are_declared(self):
        foreign = {"relation": "prohibits", "name": "国の補助金", "criterion": "double"}
        assert refusals(rules(stacking=[foreign]), history()) == ()
        where = problems(stacking=[{**foreign, "criterion": "nothing"}])
        assert "国の補助金" in where["stacking"]


class TestQuotes:
    RULE = {"threshold_yen": 500_000, "count": 2, "dated_request": True}

    def test_what_other_rules_would_have_asked_for_is_told_of_a_submitted_version(self):
        base = rules_json("DX1")["documents"]
        request = {"code": "quote_requests", "name": "見積依頼書", "many": True, "required": False}
        found = rules(quotes=self.RULE, documents=[*base, request])
        items = [ExpenseItem("software", "品", 500_000)]
        both = {"quotes": 2, "quote_requests": 2}
        assert quotes.lacking(found, items, (), both) == set()
        assert quotes.lacking(found, items, (), {}) == {"quotes", "quote_request"}
        one = [quotes.LineQuotes((quotes.Quote("A社"),))]
        assert quotes.lacking(found, items, one, both) == {"quotes"}
        explained = [quotes.LineQuotes((quotes.Quote("A社"),), single_reason="製造元だけ")]
        assert quotes.lacking(found, items, explained, both) == set()

    def test_the_request_needs_a_place_in_the_form(self):
        assert "quote_requests" in problems(quotes=self.RULE)["quotes"]


class TestPapers:
    def test_every_kind_has_a_form_which_the_scheme_may_rename(self):
        found = rules(forms={"completion": {"number": "第12号様式", "title": "実績報告書"}})
        assert found.form("completion").number == "第12号様式"
        for kind in STANDARD_FORMS:
            assert found.form(kind).title
        assert "forms.party" in problems(forms={"party": {"number": "1", "title": "宴"}})

    def test_older_versions_keep_their_numbers(self):
        found = rules(letter_form_no="第5号様式", application_form_no="第1号の2様式")
        assert found.form("grant").number == found.form("refusal").number == "第5号様式"
        assert found.form("application").number == "第1号の2様式"
        newer = {"refusal": {"number": "第6号様式", "title": "不交付決定通知書"}}
        found = rules(letter_form_no="第5号様式", forms=newer)
        assert [found.form(kind).number for kind in ("grant", "refusal")] == [
            "第5号様式",
            "第6号様式",
        ]
        assert "letter_form_no" in problems(letter_form_no=5)

    def test_the_appeal_text_is_on_where_it_is_written_and_can_be_off(self):
        assert rules(appeal_text="不服があるときは…").appeal_on
        assert not rules(appeal_text="不服があるときは…", appeal_on=False).appeal_on
        assert "appeal_text" in problems(appeal_on=True)


class TestChecks:
    @pytest.mark.parametrize(
        ("change", "where"),
        [
            ({"rate": 0.75}, "rate"),
            ({"cap_yen": "500000"}, "cap_yen"),
            ({"floor_yen": 600_000}, "floor_yen"),
            ({"conditions": "文"}, "conditions"),
            ({"report_latest": "3/13"}, "report_latest"),
            ({"blind_review": "yes"}, "blind_review"),
            ({"ratio": "1/2"}, "ratio"),
            ({"categories": [{"code": "a"}]}, "categories.a.name"),
            ({"categories": [{"code": "a", "name": "A", "price": 1}]}, "categories.a.price"),
            ({"categories": [{"code": "a", "name": 5}]}, "categories.a.name"),
            ({"categories": ["software"]}, "categories.1"),
            ({"prerequisites": [{"code": "x", "name": "診断"}]}, "prerequisites.x"),
            (
                {"prerequisites": [{"code": "x", "name": "診断", "source": "moon"}]},
                "prerequisites.x",
            ),
            ({"scoring": {"criteria": "none"}}, "scoring"),
            (
                {"bonus": [{"code": "g", "name": "修了", "fact": "dojo_graduate", "points": 5}]},
                "bonus",
            ),
        ],
    )
    def test_what_is_wrong_is_told_with_its_place(self, change, where):
        found = problems(**change)
        assert where in found
        assert found[where].endswith(("。", "3/4", "。例：3/4"))

    def test_every_shipped_scheme_still_parses(self):
        wards = {code: f"区{code}" for code in range(13101, 13124)}
        for item in scheme_definitions(wards):
            SchemeRules.parse(item.rules)
