"""Every rule is said in words: no two versions that differ look the same side by side."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints

import pytest

from subsidies.office.rules import wording
from subsidies.rules.scheme import SchemeRules
from tests.factories.subsidies import rules_json

WHEN = {"asked": "cloud", "operator": "is_true"}
RICH: dict[str, Any] = {
    "floor_yen": 10_000,
    "report_latest": "03-13",
    "rate_variants": [
        {"name": "SDGs宣言企業", "rate": "4/5", "cap_yen": 800_000, "when": {"asked": "sdgs"}},
        {"name": "小規模", "rate": "9/10", "when": {"asked": "size", "operator": "at_most", "value": 5}},
    ],
    "criteria": [
        {"code": "sdgs", "question": "SDGsを宣言しましたか。", "kind": "yes_no", "operator": "is_true",
         "help": "区の登録です。", "refusal": "登録してください。"},
        {"code": "size", "question": "従業員は何人ですか。", "kind": "number", "operator": "at_most",
         "threshold": 20, "unit": "人", "source": "firm.employees", "any_of": "size",
         "by_industry": [["19", 900]]},
        {"code": "trade", "question": "業種は。", "kind": "choice", "operator": "one_of",
         "choices": [["a", "製造業"], ["b", "小売業"]], "threshold": ["a"]},
    ],
    "tasks": [{"code": "plan", "name": "計画", "when": {"asked": "sdgs"}, "not_for": ["graduate"]},
              {"code": "more", "name": "そのほか"}],
    "questions": [
        {"code": "cloud", "task": "plan", "label": "クラウドを使いますか", "kind": "yes_no"},
        {"code": "place", "task": "plan", "label": "どこに置くか", "kind": "choice", "hint": "場所",
         "max_length": 100, "choices": [["a", "国内"], ["b", "国外"]], "when": WHEN,
         "not_for": ["graduate"]},
        {"code": "staff", "task": "more", "label": "人数", "kind": "number", "unit": "人"},
    ],
    "documents": [
        {"code": "quotes", "name": "見積書", "hint": "2者", "form_no": "別紙1", "when": WHEN,
         "not_for": ["graduate"]},
        {"code": "requests", "name": "見積依頼書"},
    ],
    "quotes": {"threshold_yen": 1_000_000, "dated_request": True, "request_document": "requests"},
    "reapply": {"once": True, "fiscal_years": 2, "years": 3},
    "stacking": [{"relation": "prohibits", "name": "国の補助金", "scheme": "DX1", "ward": 13111,
                  "criterion": "sdgs"}],
    "prerequisites": [{"code": "p1", "name": "診断", "criterion": "sdgs", "document": "quotes",
                       "source": "evaluation"}],
    "preparation": ["事前に相談する。"],
    "scoring": {"criteria": [{"code": "a", "name": "効果", "max": 5, "weight": 4, "minimum": "2",
                              "hint": "数字"}], "minimum_total": "12"},
    "bonus": [{"code": "b", "name": "修了", "fact": "dojo_graduate", "points": 5,
               "valid_months": 24}],
    "ties": ["a", "bonus"],
    "forms": {"completion": {"number": "第8号様式", "title": "実績報告書"}},
    "mails": {"grant_paid": {"subject": "支払", "body": "支払いました。"}},
    "advance_payment": True,
    "office_checks": ["警察に照会した"],
    "appeal_text": "不服があるときは……",
    "guideline": "要綱",
    "unconfirmed": ["率"],
}  # fmt: skip
RULES = SchemeRules.parse({**rules_json("DX1"), **RICH})
# Codes by which other rules and answers name a thing: they mean nothing to a reader.
NAMES = {"code", "asked"}


def changes(value: Any, hint: Any, where: str) -> Iterator[tuple[str, Any]]:
    """The same value with one thing changed, for each thing that it holds."""
    if is_dataclass(value):
        yield from _of_record(value, where)
    elif isinstance(value, tuple):
        yield from _of_list(value, where)
    elif value is not None:
        yield where, _other(value, [one for one in get_args(hint) if isinstance(one, str)])


def _of_record(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(type(value))
    for item in fields(value):
        if item.name not in NAMES:
            path = f"{where}.{item.name}" if where else item.name
            for name, other in changes(getattr(value, item.name), hints[item.name], path):
                yield name, replace(value, **{item.name: other})


def _of_list(value: tuple[Any, ...], where: str) -> Iterator[tuple[str, Any]]:
    if value:
        yield f"{where}[-]", value[:-1]
    for place, entry in enumerate(value):
        if is_dataclass(entry):
            for name, other in changes(entry, None, f"{where}[{place}]"):
                yield name, (*value[:place], other, *value[place + 1 :])


def _other(value: Any, allowed: list[str]) -> Any:
    if allowed:
        return next(one for one in allowed if one != value)
    if isinstance(value, bool):
        return not value
    return value + "違" if isinstance(value, str) else value + 1


CHANGES = list(changes(RULES, None, ""))


@pytest.mark.parametrize(
    "changed", [rules for _name, rules in CHANGES], ids=[n for n, _r in CHANGES]
)
def test_whatever_differs_is_shown(changed):
    assert changed != RULES
    assert any(item.changed for item in wording.differences(RULES, changed))


def test_the_walk_reaches_every_part():
    """Every field of the rules is set in the example, so that the walk changes it."""
    reached = {name.partition(".")[0].partition("[")[0] for name, _rules in CHANGES}
    assert reached == {item.name for item in fields(SchemeRules)}


def test_what_is_optional_may_go():
    optional = [item.name for item in fields(SchemeRules) if item.default is None]
    for name in optional:
        found = wording.differences(RULES, replace(RULES, **{name: None}))
        assert any(item.changed for item in found), name


def test_the_same_rules_are_the_same():
    assert not any(item.changed for item in wording.differences(RULES, RULES))


def test_two_rules_of_the_same_name_both_count():
    rule = RULES.stacking[0]
    other = replace(rule, relation="requires")
    found = wording.differences(
        replace(RULES, stacking=(rule, rule)), replace(RULES, stacking=(rule, other))
    )
    (only,) = [item for item in found if item.changed]
    assert "先に受けていること" in only.after


def test_a_new_label_is_told_with_the_old_one():
    category = replace(RULES.categories[0], name="新しい名前")
    changed = replace(RULES, categories=(category, *RULES.categories[1:]))
    (only,) = [item for item in wording.differences(RULES, changed) if item.changed]
    assert only.before.startswith(RULES.categories[0].name)
    assert only.after.startswith("新しい名前")
