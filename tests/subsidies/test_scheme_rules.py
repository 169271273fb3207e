"""What a scheme version may say beyond the amount: conditions, variants, bars, papers, checks."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.rules import eligibility, form, quotes, tailor
from subsidies.rules.amount import ExpenseItem, calculate
from subsidies.rules.history import History, Past, refusals
from subsidies.rules.scheme import GENERAL, GRADUATE, STANDARD_FORMS, InvalidRules, SchemeRules
from subsidies.schemes.definitions import scheme_definitions
from tests.factories.subsidies import ANSWERS, DOCUMENTS, ELIGIBILITY, LINES, rules_json

FACTS = {"firm.employees": 12, "firm.capital_yen": 10_000_000, "firm.has_site_in_ward": True}
TODAY = dt.date(2026, 11, 21)


def rules(**changes) -> SchemeRules:
    return SchemeRules.parse(rules_json("DX1", **changes))


def with_questions(*more, **changes) -> SchemeRules:
    base = rules_json("DX1")
    return SchemeRules.parse({**base, "questions": [*base["questions"], *more], **changes})


def problems(**changes):
    with pytest.raises(InvalidRules) as caught:
        rules(**changes)
    return {problem.where: problem.text for problem in caught.value.found}


def content(answers=None, *, group=GENERAL, **changes):
    return form.Content(
        answers={**ANSWERS, **(answers or {})},
        eligibility=ELIGIBILITY,
        expenses=LINES,
        documents=dict.fromkeys(DOCUMENTS, 1),
        facts=FACTS,
        applicant_class=group,
        **changes,
    )


CLOUD = {"code": "cloud_used", "task": "plan", "label": "クラウドを使いますか", "kind": "yes_no"}
WHERE = {
    "code": "data_place",
    "task": "plan",
    "label": "データの置き場所",
    "kind": "text",
    "when": {"asked": "cloud_used"},
}


TRADE = {
    "code": "trade",
    "question": "業種はどれですか。",
    "kind": "choice",
    "operator": "one_of",
    "choices": [["made", "製造業"], ["sold", "小売業"]],
    "threshold": ["made"],
}


RUBBER, PRECISION = "19", "24"
STAFF = {
    "code": "staff",
    "question": "従業員は何人ですか。",
    "kind": "number",
    "operator": "at_most",
    "threshold": 300,
    "source": "firm.employees",
    "by_industry": [[RUBBER, 900]],
}


class TestThresholdsByIndustry:
    """ゴム製品製造業: 900 employees where others may have 300 (domain.md A4)."""

    @pytest.mark.parametrize(
        ("industry", "employees", "eligible"),
        [
            (PRECISION, 300, True),
            (PRECISION, 301, False),
            (RUBBER, 301, True),
            (RUBBER, 900, True),
            (RUBBER, 901, False),
            (None, 301, False),
        ],
    )
    def test_the_firms_industry_decides(self, industry, employees, eligible):
        found = rules(criteria=[STAFF], stacking=[])
        facts = {"firm.jsic": industry, "firm.employees": employees}
        assert eligibility.judge(found, {}, facts).is_eligible is eligible

    @pytest.mark.parametrize("wrong", [[["E19", 900]], [["19", "900"]], [["19"]], [[19, 900]]])
    def test_what_cannot_be_read(self, wrong):
        found = problems(criteria=[{**STAFF, "by_industry": wrong}])
        assert "2けたの番号" in found["criteria.staff"]

    def test_only_where_a_number_is_compared(self):
        item = {"code": "a", "question": "？", "kind": "yes_no", "operator": "is_true"}
        found = problems(criteria=[{**item, "by_industry": [["19", 1]]}])
        assert "数か円の設問だけ" in found["criteria.a"]


class TestChoiceAsACriterion:
    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            ({"threshold": ["製造業"]}, "「製造業」が、選択肢にありません"),
            ({"threshold": []}, "一覧で入力"),
            ({"threshold": "made"}, "一覧で入力"),
            ({"kind": "text"}, "「選択」で答える"),
        ],
    )
    def test_an_answer_nobody_can_give_is_refused(self, changes, text):
        assert text in problems(criteria=[{**TRADE, **changes}])["criteria.trade"]

    def test_the_answers_named_may_apply(self):
        found = rules(criteria=[TRADE], stacking=[])
        assert eligibility.judge(found, {"trade": "made"}, {}).is_eligible
        assert eligibility.judge(found, {"trade": "sold"}, {}).refusals


class TestSectionsByCondition:
    def test_a_question_is_asked_only_after_the_answer_it_hangs_on(self):
        found = with_questions(CLOUD, WHERE)
        for answer, asked in (("yes", True), ("no", False), ("", False)):
            problems = form.missing(found, content({"cloud_used": answer}))
            assert any(item.anchor == "answers.data_place" for item in problems) is asked

    def test_a_hidden_answer_is_kept_but_does_not_count(self):
        found = with_questions(CLOUD, WHERE)
        draft = content({"cloud_used": "no", "data_place": "国内"})
        assert form.for_content(found, draft).question("data_place") is None
        assert form.missing(found, draft) == ()
        assert form.gone_answers(found, draft.answers) == ()

    def test_a_whole_section_and_a_document_follow_too(self):
        extra = {"code": "cloud_paper", "name": "利用規約の写し", "when": {"asked": "cloud_used"}}
        base = rules_json("DX1")
        found = SchemeRules.parse(
            {
                **base,
                "tasks": [
                    *base["tasks"],
                    {"code": "cloud", "name": "クラウド", "when": {"asked": "cloud_used"}},
                ],
                "questions": [
                    *base["questions"],
                    CLOUD,
                    {**WHERE, "task": "cloud"} | {"when": None},
                ],
                "documents": [*base["documents"], extra],
            }
        )
        closed = form.task_states(found, content({"cloud_used": "no"}))
        opened = form.task_states(found, content({"cloud_used": "yes"}))
        assert "クラウド" not in [task.name for task in closed]
        assert "クラウド" in [task.name for task in opened]
        anchors = {item.anchor for item in form.missing(found, content({"cloud_used": "yes"}))}
        assert anchors == {"answers.data_place", "documents.cloud_paper"}

    def test_a_chain_ends_where_its_first_link_is_hidden(self):
        third = {
            "code": "why_abroad",
            "task": "plan",
            "label": "理由",
            "kind": "text",
            "when": {"asked": "abroad"},
        }
        second = {**CLOUD, "code": "abroad", "when": {"asked": "cloud_used"}}
        found = with_questions(CLOUD, second, third)
        hidden = content({"cloud_used": "no", "abroad": "yes"})
        assert form.for_content(found, hidden).question("why_abroad") is None
        assert tailor.dependents(found, {"cloud_used"}) == {"abroad", "why_abroad"}

    @given(st.dictionaries(st.sampled_from(["cloud_used", "data_place"]), st.text(max_size=5)))
    def test_tailoring_twice_changes_nothing(self, typed):
        found = with_questions(CLOUD, WHERE)
        once = form.for_content(found, content(typed))
        assert form.for_content(once, content(typed)) == once

    def test_a_condition_looks_back_never_ahead(self):
        base = rules_json("DX1")["questions"]
        where = problems(questions=[{**base[0], "when": {"asked": "title"}}, *base[1:]])
        assert "これより前にありません" in where["questions.contact_name"]

    def test_a_condition_fits_the_kind_of_its_question(self):
        base = rules_json("DX1")["questions"]
        bad = {**WHERE, "when": {"asked": "title", "operator": "is_true"}}
        assert "合いません" in problems(questions=[*base, bad])["questions.data_place"]


class TestShortenedForm:
    def test_graduates_are_asked_less(self):
        base = rules_json("DX1")
        questions = [
            {**item, "not_for": [GRADUATE]} if item["code"] == "problem" else item
            for item in base["questions"]
        ]
        found = SchemeRules.parse({**base, "questions": questions})
        short = {"problem": ""}
        assert form.missing(found, content(short, group=GRADUATE)) == ()
        assert [item.anchor for item in form.missing(found, content(short))] == ["answers.problem"]

    def test_only_known_classes(self):
        base = rules_json("DX1")["documents"]
        where = problems(documents=[{**base[0], "not_for": ["friends"]}, *base[1:]])
        assert "friends" in where["documents.quotes"]


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

    def test_a_dated_request_precedes_the_quotes(self):
        base = rules_json("DX1")["documents"]
        request = {"code": "quote_requests", "name": "見積依頼書", "many": True, "required": False}
        found = rules(quotes=self.RULE, documents=[*base, request])
        item = ExpenseItem("software", "品", 500_000)
        both = {"quotes": 2, "quote_requests": 2}
        assert quotes.warnings(found, [item], both) == ()
        codes = [problem.code for problem in quotes.warnings(found, [item], {"quotes": 2})]
        assert codes == ["quote_request"]
        codes = [problem.code for problem in quotes.warnings(found, [item], {})]
        assert codes == ["quotes", "unrelated_vendors", "quote_request"]

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
