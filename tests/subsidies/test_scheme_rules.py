"""What a scheme version asks of whom: thresholds, choices, sections by condition, shortened form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.rules import eligibility, form, tailor
from subsidies.rules.scheme import GRADUATE, SchemeRules
from tests.factories.rules import content, problems, rules, with_questions
from tests.factories.subsidies import rules_json

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
