"""Eligibility, form, expenses, quotes, due dates, merging, snapshots."""

import copy
import csv
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.money import MINUS
from subsidies.rules import due, eligibility, expenses, form, values
from subsidies.rules.scheme import InvalidRules, SchemeRules
from subsidies.schemes.definitions import scheme_definitions
from tests.factories.subsidies import ANSWERS, DOCUMENTS, ELIGIBILITY, LINES, rules_json
from tests.subsidies.test_amount import GOLDEN, shipped

FACTS = {"firm.employees": 12, "firm.capital_yen": 10_000_000, "firm.has_site_in_ward": True}
STAGE1 = SchemeRules.parse(rules_json("DX1"))
COMPLETE = form.Content(
    answers=ANSWERS,
    eligibility=ELIGIBILITY,
    expenses=LINES,
    documents=dict.fromkeys(DOCUMENTS, 1),
    facts=FACTS,
)


def content(**changes):
    fields = {name: getattr(COMPLETE, name) for name in form.Content.__slots__}
    return form.Content(**{**fields, **changes})


class TestShippedSchemes:
    def test_every_ward_has_three_and_all_parse(self):
        wards = {code: f"区{code}" for code in range(13101, 13124)}
        found = scheme_definitions(wards)
        assert len(found) == 69
        for ward in wards:
            assert sorted(item.stage for item in found if item.ward == ward) == [1, 2, 3]
        for item in found:
            parsed = SchemeRules.parse(item.rules)
            assert parsed.conditions
            assert parsed.document("quotes")
            assert "{ward}" not in json.dumps(item.rules, ensure_ascii=False)

    def test_the_short_form_is_short(self):
        assert [task.name for task in STAGE1.tasks] == ["申請者", "事業計画", "実施時期"]
        assert len(STAGE1.questions) == 8

    @pytest.mark.parametrize(
        ("ward", "share", "state"),
        [
            (13107, 49, "eligible"),
            (13107, 50, "ineligible"),
            (13109, 50, "eligible"),
            (13109, 51, "ineligible"),
        ],
    )
    def test_exactly_half_of_the_shares_refuses_in_one_ward_and_not_in_another(
        self, ward, share, state
    ):
        found = shipped(ward, "DGT")
        answers = {**ELIGIBILITY, "parent_single": share, "plan_made": "yes", "years": 3}
        assert eligibility.judge(found, answers, FACTS).state == state

    def test_rules_with_mistakes_say_all_of_them(self):
        with pytest.raises(InvalidRules) as caught:
            SchemeRules.parse(
                {
                    "rate": "5/4",
                    "cap_yen": 0,
                    "tax_mode": "maybe",
                    "categories": [],
                    "questions": [{"code": "a", "task": "x", "label": "A", "kind": "choice"}],
                }
            )
        text = "\n".join(caught.value.problems)
        for word in ("rate", "cap_yen", "tax_mode", "categories", "課題 x", "選択肢"):
            assert word in text


class TestEligibility:
    def test_the_firms_facts_prefill(self):
        verdict = eligibility.judge(STAGE1, {}, FACTS)
        assert verdict.state == "incomplete"
        assert verdict.next_criterion.code == "manufacturer"
        known = {item.criterion.code for item in verdict.judged if item.prefilled}
        assert known == {"employees", "capital", "office"}

    def test_one_of_capital_and_employees_is_enough(self):
        for facts, state in (
            ({"firm.employees": 301, "firm.capital_yen": 300_000_000}, "eligible"),
            ({"firm.employees": 300, "firm.capital_yen": 10**12}, "eligible"),
            ({"firm.employees": 301, "firm.capital_yen": 300_000_001}, "ineligible"),
        ):
            verdict = eligibility.judge(STAGE1, ELIGIBILITY, {**FACTS, **facts})
            assert verdict.state == state
        assert len(verdict.refusals) == 1

    def test_a_sole_proprietor_is_not_asked_for_capital(self):
        verdict = eligibility.judge(STAGE1, ELIGIBILITY, {**FACTS, "firm.capital_yen": None})
        assert verdict.is_eligible
        assert "capital" not in {criterion.code for criterion in verdict.asked}

    def test_a_large_firm_is_asked_for_capital_before_it_is_refused(self):
        facts = {**FACTS, "firm.employees": 301, "firm.capital_yen": None}
        verdict = eligibility.judge(STAGE1, ELIGIBILITY, facts)
        assert verdict.state == "incomplete"
        assert verdict.next_criterion.code == "capital"

    def test_an_answer_goes_before_the_fact(self):
        verdict = eligibility.judge(STAGE1, {**ELIGIBILITY, "office": "no"}, FACTS)
        assert verdict.state == "ineligible"
        assert eligibility.problems(verdict)[0].anchor == "eligibility.office"

    def test_an_unreadable_answer_stays_open(self):
        verdict = eligibility.judge(STAGE1, {**ELIGIBILITY, "parent_single": "半分"}, FACTS)
        assert verdict.state == "incomplete"

    @given(st.integers(-5, 400), st.integers(0, 10**9))
    def test_operators_split_the_line_without_gap_or_overlap(self, value, threshold):
        holds = eligibility.holds
        assert holds("at_most", value, threshold) != holds("more_than", value, threshold)
        assert holds("at_least", value, threshold) != holds("less_than", value, threshold)
        assert holds("at_most", threshold, threshold)
        assert holds("at_least", threshold, threshold)

    @given(
        st.dictionaries(
            st.sampled_from([c.code for c in STAGE1.criteria]),
            st.sampled_from(["yes", "no", "0", "49", "50", "", "999", "？"]),
        )
    )
    def test_more_answers_never_make_a_refusal_eligible_by_themselves(self, answers):
        """The verdict is one of three, and only a verdict without open questions is eligible."""
        verdict = eligibility.judge(STAGE1, answers, FACTS)
        if verdict.is_eligible:
            assert verdict.next_criterion is None
            assert not verdict.refusals
        assert (verdict.state == "ineligible") == bool(verdict.refusals)


class TestForm:
    def test_a_complete_draft_misses_nothing(self):
        assert form.missing(STAGE1, COMPLETE) == ()
        states = form.task_states(STAGE1, COMPLETE)
        assert [state.label for state in states] == ["完了"] * 6 + ["未着手"]

    def test_an_empty_draft_is_blocked_at_the_end(self):
        states = form.task_states(STAGE1, form.Content())
        assert {state.code: state.label for state in states} == {
            "check": "未着手",
            "applicant": "未着手",
            "plan": "未着手",
            "schedule": "未着手",
            "budget": "未着手",
            "files": "未着手",
            "confirm": "まだ始められません",
        }

    def test_a_half_filled_task_is_under_way(self):
        answers = {"title": "電子化"}
        states = {s.code: s for s in form.task_states(STAGE1, content(answers=answers))}
        assert states["plan"].label == "入力中"
        assert states["applicant"].label == "未着手"
        assert states["confirm"].label == "まだ始められません"
        anchors = [problem.anchor for problem in states["plan"].problems]
        assert anchors == ["answers.problem", "answers.solution", "answers.effect"]

    def test_too_long_says_how_long(self):
        answers = {**ANSWERS, "title": "あ" * 61}
        (problem,) = form.missing(STAGE1, content(answers=answers))
        assert problem.text == "「事業の名前」は60文字以内で入力してください（いま61文字）。"

    def test_a_wrong_date_says_how(self):
        (problem,) = form.missing(STAGE1, content(answers={**ANSWERS, "order_on": "来月"}))
        assert problem.anchor == "answers.order_on"
        assert "令和8年12月1日" in problem.text

    @pytest.mark.parametrize("document", DOCUMENTS)
    def test_a_missing_document_is_named(self, document):
        documents = {name: 1 for name in DOCUMENTS if name != document}
        (problem,) = form.missing(STAGE1, content(documents=documents))
        assert problem.anchor == f"documents.{document}"

    def test_answers_of_gone_questions_are_kept_and_shown(self):
        data = copy.deepcopy(rules_json("DX1"))
        data["questions"] = [q for q in data["questions"] if q["code"] != "effect"]
        newer = SchemeRules.parse(data)
        (gone,) = form.gone_answers(newer, ANSWERS, [STAGE1])
        assert (gone.code, gone.label) == ("effect", "どのくらい良くなる見込みか")
        assert gone.value == ANSWERS["effect"]

    @given(
        st.dictionaries(
            st.sampled_from([q.code for q in STAGE1.questions]),
            st.one_of(st.text(max_size=30), st.none(), st.integers()),
        )
    )
    def test_any_typed_thing_gives_a_list_and_not_an_error(self, answers):
        found = form.missing(STAGE1, content(answers=answers))
        asked = {f"answers.{q.code}" for q in STAGE1.questions}
        assert {problem.anchor for problem in found} <= asked
        done = {
            s.code for s in form.task_states(STAGE1, content(answers=answers)) if s.status == "done"
        }
        assert done.isdisjoint({problem.task for problem in found})


class TestExpenses:
    def test_typed_lines_are_read(self):
        line = {
            "category": "software",
            "description": " 日報 ",
            "quantity": "２",
            "unit_price": "￥１２０，０００円",
            "tax_percent": "8",
            "is_used": "on",
        }
        (item,) = expenses.read_lines(STAGE1, [line]).items
        assert (item.quantity, item.unit_price, item.tax_percent, item.is_used) == (
            2,
            120_000,
            8,
            True,
        )
        assert (item.net_yen, item.tax_yen, item.gross_yen) == (240_000, 19_200, 259_200)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"unit_price": ""}, "unit_price"),
            ({"unit_price": "十万"}, "unit_price"),
            ({"unit_price": "0"}, "unit_price"),
            ({"category": "travel"}, "category"),
            ({"description": ""}, "description"),
            ({"description": "一式"}, "description"),
            ({"description": "生産管理システム一式"}, "description"),
            ({"description": "タブレットほか　１式（設定込み）"}, "description"),
            ({"description": "あ" * 201}, "description"),
            ({"quantity": "0"}, "quantity"),
            ({"tax_percent": "5"}, "tax_percent"),
        ],
    )
    def test_mistakes_name_line_and_field(self, change, field):
        budget = expenses.read_lines(STAGE1, [LINES[0], {**LINES[0], **change}])
        assert [problem.anchor for problem in budget.problems] == [f"expenses.1.{field}"]
        assert len(budget.items) == 1
        assert budget.problems[0].text.startswith("経費2行目：")

    def test_spare_lines_are_dropped_and_half_typed_ones_kept(self):
        typed = [{"category": "software", "tax_percent": "10"}, {"description": "センサー"}]
        assert expenses.tidy(typed) == [{"description": "センサー"}]

    def test_a_line_goes_there_and_back(self):
        (item,) = expenses.read_lines(STAGE1, LINES).items
        (again,) = expenses.read_lines(STAGE1, [expenses.as_input(item)]).items
        assert again == item


class TestDue:
    @pytest.mark.parametrize(
        "row",
        list(csv.DictReader((GOLDEN / "due_dates.csv").open(encoding="utf-8"))),
        ids=lambda row: row["説明"],
    )
    def test_golden(self, row):
        start = dt.date.fromisoformat(row["起算日"])
        assert due.due_on(start, int(row["日数"])) == dt.date.fromisoformat(row["期限"])

    @given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)), st.integers(1, 60))
    def test_a_due_date_is_an_open_day_and_never_early(self, start, days):
        found = due.due_on(start, days)
        assert due.is_open(found)
        assert found >= start + dt.timedelta(days=days)
        assert found - start <= dt.timedelta(days=days + 10)


class TestValues:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-12-01",
            "2026/12/1",
            "令和8年12月1日",
            "R8.12.1",
            "令和８年１２月１日",
            " 2026年12月1日 ",
        ],
    )
    def test_dates(self, text):
        assert values.read("date", text) == dt.date(2026, 12, 1)

    @pytest.mark.parametrize(
        "text", ["2026-02-30", "12月1日", "あした", "0000-01-01", "令和0年1月1日x"]
    )
    def test_no_dates(self, text):
        with pytest.raises(values.Unreadable):
            values.read("date", text)

    @pytest.mark.parametrize(
        ("text", "yen"),
        [("120万円", 1_200_000), ("3億", 300_000_000), ("￥1,200", 1200), ("１２００円", 1200)],
    )
    def test_yen(self, text, yen):
        assert values.read("yen", text) == yen

    @pytest.mark.parametrize(
        ("text", "yen"),
        [
            ("1,200,000", 1_200_000),
            ("△1,200,000円", -1_200_000),
            ("▲１２０万", -1_200_000),
            ("－１２００", -1_200),
            ("ー1200", -1_200),
            ("− ￥1,200", -1_200),
            ("△0", 0),
            (-1200, -1_200),
        ],
    )
    def test_a_loss(self, text, yen):
        assert values.read("signed_yen", text) == yen

    @pytest.mark.parametrize("text", ["△", "△△5", "--5", "5△", "(1,200)", "△1.5", "赤字"])
    def test_no_loss(self, text):
        with pytest.raises(values.Unreadable, match="赤字のときは、頭に"):
            values.read("signed_yen", text)

    @given(st.integers(-(10**13) + 1, 10**13 - 1), st.sampled_from(sorted(MINUS)))
    def test_a_loss_comes_back(self, yen, sign):
        text = f"{sign}{-yen:,}" if yen < 0 else f"{yen:,}"
        assert values.read("signed_yen", text) == yen

    @given(
        st.text(max_size=20),
        st.sampled_from(["number", "yen", "signed_yen", "date", "yes_no", "text"]),
    )
    def test_anything_is_read_or_refused_in_words(self, text, kind):
        told = ""
        try:
            values.read(kind, text)
        except values.Unreadable as error:
            told = str(error)
        assert not told or "。" in told
