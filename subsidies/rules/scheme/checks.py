"""Whether the parts of a version's rules agree with each other."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from subsidies.rules import mails
from subsidies.rules.ranking import TIES
from subsidies.rules.scheme import papers
from subsidies.rules.scheme.problems import RuleProblem
from subsidies.rules.scheme.rules import SchemeRules
from subsidies.rules.scheme.types import (
    CLASSES,
    KINDS,
    OPERATORS,
    RELATIONS,
    RESERVED_TASKS,
    SOURCES,
    Condition,
    Criterion,
    Document,
    Question,
    Task,
)

_TRUTH = ("is_true", "is_false")
_ORDER = ("at_most", "less_than", "at_least", "more_than")


def cross_check(rules: SchemeRules) -> list[RuleProblem]:
    """Everything that does not fit together."""
    return [
        *_money(rules),
        *_asked(rules),
        *_criteria(rules),
        *_tasks(rules),
        *_conditions(rules),
        *_papers(rules),
        *_mails(rules),
        *_others(rules),
        *_bonus(rules),
    ]


def _money(rules: SchemeRules) -> Iterable[RuleProblem]:
    if not rules.categories:
        yield RuleProblem("categories", _("経費区分を1つ以上入力してください。"))
    if rules.floor_yen > rules.cap_yen:
        yield RuleProblem("floor_yen", _("下限が上限を超えています。"))
    if rules.advance_percent > 100:
        yield RuleProblem("advance_percent", _("概算払の割合は100%までです。"))
    recovery = rules.recovery
    charged = (recovery.surcharge_rate, recovery.late_rate, recovery.least_yen)
    if min(charged) < 0 or recovery.unit_yen < 1 or recovery.pay_days < 1:
        yield RuleProblem("recovery", _("率と額は0以上、単位と日数は1以上にしてください。"))
    for variant in rules.rate_variants:
        if variant.cap_yen is not None and variant.cap_yen < max(1, rules.floor_yen):
            yield RuleProblem("rate_variants", _("上限は下限以上の額にしてください。"))


def _asked(rules: SchemeRules) -> Iterable[RuleProblem]:
    for key, items in (("questions", rules.questions), ("criteria", rules.criteria)):
        for item in items:
            where = f"{key}.{item.code}"
            if item.kind not in KINDS:
                text = _("種類%(kind)sはありません。") % {"kind": item.kind}
                yield RuleProblem(where, text)
            if item.kind == "choice" and not item.choices:
                yield RuleProblem(where, _("選択肢がありません。"))
            if any(len(choice) != 2 for choice in item.choices):
                yield RuleProblem(where, _("選択肢は、略号と名前の組で入力してください。"))
            if item.unit and item.kind != "number":
                yield RuleProblem(where, _("単位は数（number）の設問だけに付けられます。"))


def _criteria(rules: SchemeRules) -> Iterable[RuleProblem]:
    for item in rules.criteria:
        where = f"criteria.{item.code}"
        if item.operator not in OPERATORS:
            yield RuleProblem(where, _("%(name)sは使えません。") % {"name": item.operator})
        elif item.operator in _TRUTH and item.kind != "yes_no":
            yield RuleProblem(where, _("「はい・いいえ」で答える設問だけに使える判定です。"))
        elif item.operator in _ORDER and (
            item.kind not in {"number", "yen"} or not isinstance(item.threshold, int)
        ):
            yield RuleProblem(where, _("数か円の設問に、境目の数を整数で入力してください。"))
        elif item.operator == "one_of":
            yield from _accepted(where, item)
        if item.by_industry:
            yield from _industries(where, item)


def _accepted(where: str, item: Criterion) -> Iterable[RuleProblem]:
    """What the answer may be: codes of the question's own choices, or nobody could ever apply."""
    if item.kind != "choice":
        yield RuleProblem(where, _("「選択」で答える設問だけに使える判定です。"))
        return
    if not isinstance(item.threshold, tuple) or not item.threshold:
        yield RuleProblem(where, _("当てはまる選択肢の略号を一覧で入力してください。"))
        return
    known = [choice[0] for choice in item.choices if choice]
    for code in item.threshold:
        if code not in known:
            text = _("申請できる答え「%(name)s」が、選択肢にありません。")
            yield RuleProblem(where, text % {"name": code})


def _industries(where: str, item: Criterion) -> Iterable[RuleProblem]:
    """Other thresholds of single industries: two digits and a whole number, for comparisons only."""
    if item.operator not in _ORDER:
        yield RuleProblem(where, _("業種による境目の数は、数か円の設問だけに決められます。"))
    for pair in item.by_industry:
        fits = len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], int)
        if not fits or not (len(pair[0]) == 2 and pair[0].isdigit()):
            text = _("業種による境目の数は、業種の2けたの番号と整数の組で入力してください。")
            yield RuleProblem(where, text)


def _tasks(rules: SchemeRules) -> Iterable[RuleProblem]:
    tasks = {task.code for task in rules.tasks}
    for code in sorted(tasks & RESERVED_TASKS):
        yield RuleProblem(f"tasks.{code}", _("この略号は使えません。"))
    for question in rules.questions:
        if question.task not in tasks:
            text = _("課題 %(task)s がありません。") % {"task": question.task}
            yield RuleProblem(f"questions.{question.code}", text)


def _conditions(rules: SchemeRules) -> Iterable[RuleProblem]:
    """A condition looks back: to an eligibility question, or to one asked earlier in the form."""
    criteria: dict[str, Question | Criterion] = {item.code: item for item in rules.criteria}
    earlier = dict(criteria)
    for task in rules.tasks:
        yield from _one("tasks", task, earlier)
        for question in rules.questions_of(task.code):
            yield from _one("questions", question, earlier)
            if question.code in criteria and _is_named(rules, question.code):
                text = _("申請要件と同じ略号なので、条件に使えません。略号を変えてください。")
                yield RuleProblem(f"questions.{question.code}", text)
            earlier[question.code] = question
    for document in rules.documents:
        yield from _one("documents", document, earlier)
    for variant in rules.rate_variants:
        yield from _condition("rate_variants", variant.when, earlier)


def _is_named(rules: SchemeRules, code: str) -> bool:
    whens = [
        *(task.when for task in rules.tasks),
        *(question.when for question in rules.questions),
        *(document.when for document in rules.documents),
        *(variant.when for variant in rules.rate_variants),
    ]
    return any(when is not None and when.asked == code for when in whens)


def _one(
    key: str, item: Question | Task | Document, earlier: dict[str, Question | Criterion]
) -> Iterable[RuleProblem]:
    where = f"{key}.{item.code}"
    for name in item.not_for:
        if name not in CLASSES:
            yield RuleProblem(where, _("申請者の区分%(name)sはありません。") % {"name": name})
    if item.when is not None:
        yield from _condition(where, item.when, earlier)


def _condition(
    where: str, when: Condition, earlier: dict[str, Question | Criterion]
) -> Iterable[RuleProblem]:
    asked = earlier.get(when.asked)
    if asked is None:
        text = _("条件の設問%(asked)sが、これより前にありません。") % {"asked": when.asked}
        yield RuleProblem(where, text)
        return
    if when.operator not in OPERATORS:
        yield RuleProblem(where, _("%(name)sは使えません。") % {"name": when.operator})
    elif (when.operator in _TRUTH) is not (asked.kind == "yes_no"):
        yield RuleProblem(where, _("条件の判定が、設問の種類と合いません。"))
    elif when.operator in _ORDER and not isinstance(when.value, int):
        yield RuleProblem(where, _("条件の境目の数を整数で入力してください。"))
    elif when.operator == "one_of":
        known = {code for code, _label in asked.choices}
        if not isinstance(when.value, tuple | list) or not set(when.value) <= known:
            yield RuleProblem(where, _("条件の選択肢が、設問の選択肢にありません。"))


def _papers(rules: SchemeRules) -> Iterable[RuleProblem]:
    if rules.quotes and not rules.document(rules.quotes.document):
        text = _("書類 %(code)s がありません。") % {"code": rules.quotes.document}
        yield RuleProblem("quotes", text)
    if (
        rules.quotes
        and rules.quotes.dated_request
        and not rules.document(rules.quotes.request_document)
    ):
        text = _("見積依頼書を付ける書類 %(code)s がありません。") % {
            "code": rules.quotes.request_document
        }
        yield RuleProblem("quotes", text)
    for form in rules.forms:
        if form.code not in papers.STANDARD:
            yield RuleProblem(f"forms.{form.code}", _("この種類の様式はありません。"))
    if rules.appeal_on and not rules.appeal_text.strip():
        yield RuleProblem("appeal_text", _("教示文を付けるときは、その文を入力してください。"))


def _mails(rules: SchemeRules) -> Iterable[RuleProblem]:
    """Only placeholders of the list, and no opting out of what the procedure needs."""
    for mail in rules.mails:
        where, event = f"mails.{mail.code}", mails.EVENTS.get(mail.code)
        if event is None:
            yield RuleProblem(where, _("この種類のお知らせはありません。"))
            continue
        for part, text in (("subject", mail.subject), ("body", mail.body)):
            if found := mails.unknown(text, event.placeholders):
                yield RuleProblem(f"{where}.{part}", mail_refusal(found, event.placeholders))
        if mail.optional and event.is_needed:
            yield RuleProblem(f"{where}.optional", needed_refusal())


def mail_refusal(found: Iterable[str], allowed: Iterable[str]) -> str:
    """Which placeholders do not exist, and which do."""
    return _("使えない差込みがあります：%(found)s。使えるのは %(allowed)s です。") % {
        "found": " ".join(dict.fromkeys(found)),
        "allowed": " ".join(f"{{{name}}}" for name in allowed),
    }


def needed_refusal() -> str:
    """Why nobody may opt out of this text."""
    return _(
        "このお知らせは手続に必要なため、受け取らないことを選べません。チェックを外してください。"
    )


def _others(rules: SchemeRules) -> Iterable[RuleProblem]:
    """Other schemes and what comes before the application."""
    for item in rules.stacking:
        if item.relation not in RELATIONS:
            yield RuleProblem("stacking", _("%(name)sは使えません。") % {"name": item.relation})
        elif item.relation != "stacks" and not item.scheme and not rules.criterion(item.criterion):
            text = _("「%(name)s」をどの申請要件で確かめるかを決めてください。")
            yield RuleProblem("stacking", text % {"name": item.name})
    for need in rules.prerequisites:
        where = f"prerequisites.{need.code}"
        if need.source and need.source not in SOURCES:
            yield RuleProblem(where, _("%(name)sは使えません。") % {"name": need.source})
        elif not (need.source or rules.criterion(need.criterion) or rules.document(need.document)):
            text = _("「%(name)s」を確かめる申請要件か書類を決めてください。")
            yield RuleProblem(where, text % {"name": need.name})
    bar = rules.reapply
    if bar and (bar.fiscal_years < 0 or bar.years < 0):
        yield RuleProblem("reapply", _("年数は0以上にしてください。"))
    if bar and not (bar.fiscal_years or bar.years or bar.once):
        yield RuleProblem("reapply", _("年度数・年数・「1回限り」のどれかを決めてください。"))


def _bonus(rules: SchemeRules) -> Iterable[RuleProblem]:
    if rules.bonus and rules.bonus_use == "points" and rules.scoring is None:
        yield RuleProblem("bonus", _("加点は採点に足すものです。採点表も入力してください。"))
    known = set(TIES) | {item.code for item in (rules.scoring.criteria if rules.scoring else ())}
    for name in rules.ties:
        if name not in known:
            text = _("同点のときの基準「%(name)s」は、採点表の項目にも決まった語にもありません。")
            yield RuleProblem("ties", text % {"name": name})
