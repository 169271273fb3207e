"""The rules of a scheme version as data, parsed and checked.

A ward's 要綱 differs in rate, cap, floor, tax mode, where amounts are cut off, what is asked and
what must be attached (domain.md A3–A5). All of it is JSON in `SchemeVersion.rules`; this module
gives it types and says in plain words what is wrong with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, get_args

TaxMode = Literal["excluded", "included"]
RoundPoint = Literal["total", "category"]
UsedGoods = Literal["allowed", "excluded"]
QuestionKind = Literal["text", "longtext", "number", "yen", "date", "choice", "yes_no"]
Operator = Literal["is_true", "is_false", "at_most", "less_than", "at_least", "more_than", "one_of"]

KINDS = get_args(QuestionKind)
OPERATORS = get_args(Operator)
# Tasks every form has besides the rules' own: 経費, 添付書類.
BUDGET_TASK = "budget"
FILES_TASK = "files"
RESERVED_TASKS = frozenset({"check", "confirm", BUDGET_TASK, FILES_TASK})


class InvalidRules(ValueError):
    """The rules' JSON is not usable; `problems` lists why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Category:
    """経費区分 with examples of what counts and what does not."""

    code: str
    name: str
    eligible: tuple[str, ...] = ()
    ineligible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One eligibility question (要件), asked on a page of its own.

    `source` names where the answer comes from: "ask" (the applicant answers) or a firm field such
    as "firm.employees" that prefills it. `any_of` groups criteria of which one suffices
    (資本金 or 従業員, 中小企業基本法).
    """

    code: str
    question: str
    kind: QuestionKind
    operator: Operator
    threshold: Any = None
    help: str = ""
    refusal: str = ""
    source: str = "ask"
    any_of: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the application form; `task` groups questions into the task list.

    `unit` says what a number counts (人, 年 …); yen need none.
    """

    code: str
    task: str
    label: str
    kind: QuestionKind
    hint: str = ""
    required: bool = True
    max_length: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the form (課題), e.g. plan: 「事業計画」."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document to attach (添付書類) with its 様式番号 if the ward has one."""

    code: str
    name: str
    hint: str = ""
    required: bool = True
    form_no: str = ""
    many: bool = False


@dataclass(frozen=True, slots=True)
class QuoteRule:
    """相見積: from `threshold_yen` on, or for any used goods, `count` quotes are needed.

    `basis` says whether a line is compared with the threshold 税抜 ("excluded") or 税込;
    `document` is the requirement under which quotes are attached.
    """

    threshold_yen: int
    count: int = 2
    used_goods_always: bool = True
    basis: TaxMode = "included"
    document: str = "quotes"


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """Everything a version says. Amounts in yen; days are calendar days.

    `guideline` is the name of the 交付要綱, `preparation` what has to be done before applying
    (事前相談など).
    """

    rate: Fraction
    cap_yen: int
    floor_yen: int
    tax_mode: TaxMode
    round_unit_yen: int
    round_point: RoundPoint
    categories: tuple[Category, ...]
    criteria: tuple[Criterion, ...]
    tasks: tuple[Task, ...]
    questions: tuple[Question, ...]
    documents: tuple[Document, ...]
    conditions: tuple[str, ...]
    quotes: QuoteRule | None = None
    review_days: int = 14
    correction_days: int = 14
    withdrawal_days: int = 15
    appeal_text: str = ""
    letter_form_no: str = "第2号様式"
    application_form_no: str = "第1号様式"
    used_goods: UsedGoods = "allowed"
    guideline: str = ""
    preparation: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "SchemeRules":
        """From the JSON form. Raises InvalidRules with every problem found."""
        return _Parser(data).parse()

    def category(self, code: str) -> Category | None:
        return next((item for item in self.categories if item.code == code), None)

    def question(self, code: str) -> Question | None:
        return next((item for item in self.questions if item.code == code), None)

    def criterion(self, code: str) -> Criterion | None:
        return next((item for item in self.criteria if item.code == code), None)

    def task(self, code: str) -> Task | None:
        return next((item for item in self.tasks if item.code == code), None)

    def questions_of(self, task: str) -> tuple[Question, ...]:
        return tuple(item for item in self.questions if item.task == task)

    def document(self, code: str) -> Document | None:
        return next((item for item in self.documents if item.code == code), None)


class _Parser:
    """Collects problems instead of stopping at the first."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[str] = []

    def parse(self) -> SchemeRules:
        rules = SchemeRules(
            rate=self._rate(),
            cap_yen=self._whole("cap_yen", least=1),
            floor_yen=self._whole("floor_yen", least=0, default=0),
            tax_mode=self._one_of("tax_mode", ("excluded", "included")),
            round_unit_yen=self._whole("round_unit_yen", least=1, default=1000),
            round_point=self._one_of("round_point", ("total", "category"), default="total"),
            categories=self._items("categories", Category),
            criteria=self._items("criteria", Criterion),
            tasks=self._items("tasks", Task),
            questions=self._items("questions", Question),
            documents=self._items("documents", Document),
            conditions=tuple(self.data.get("conditions", ())),
            quotes=self._quotes(),
            review_days=self._whole("review_days", least=1, default=14),
            correction_days=self._whole("correction_days", least=1, default=14),
            withdrawal_days=self._whole("withdrawal_days", least=1, default=15),
            appeal_text=str(self.data.get("appeal_text", "")),
            letter_form_no=str(self.data.get("letter_form_no", "第2号様式")),
            application_form_no=str(self.data.get("application_form_no", "第1号様式")),
            used_goods=self._one_of("used_goods", ("allowed", "excluded"), default="allowed"),
            guideline=str(self.data.get("guideline", "")),
            preparation=tuple(self.data.get("preparation", ())),
        )
        self._cross_check(rules)
        if self.problems:
            raise InvalidRules(self.problems)
        return rules

    def _rate(self) -> Fraction:
        try:
            rate = Fraction(str(self.data["rate"]))
        except (KeyError, ValueError, ZeroDivisionError):
            rate = Fraction(0)
        if not 0 < rate <= 1:
            self.problems.append("rate: 0より大きく1以下の分数で入力してください（例 3/4）")
        return rate

    def _whole(self, key: str, *, least: int, default: int | None = None) -> int:
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.problems.append(f"{key}: {least}以上の整数で入力してください")
            return least
        return value

    def _one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> Any:
        value = self.data.get(key, default)
        if value not in allowed:
            self.problems.append(f"{key}: {' / '.join(allowed)} のどれかにしてください")
        return value

    def _quotes(self) -> QuoteRule | None:
        if not self.data.get("quotes"):
            return None
        try:
            return QuoteRule(**self.data["quotes"])
        except TypeError as error:
            self.problems.append(f"quotes: {error}")
            return None

    def _items(self, key: str, kind: type) -> tuple[Any, ...]:
        items, seen = [], set()
        for number, entry in enumerate(self.data.get(key, ()), start=1):
            try:
                item = kind(**{name: _frozen(value) for name, value in entry.items()})
            except TypeError as error:
                self.problems.append(f"{key} {number}: {error}")
                continue
            if item.code in seen:
                self.problems.append(f"{key} {number}: 略号 {item.code} が重なっています")
            seen.add(item.code)
            items.append(item)
        return tuple(items)

    def _cross_check(self, rules: SchemeRules) -> None:
        if not rules.categories:
            self.problems.append("categories: 経費区分を1つ以上入力してください")
        if rules.floor_yen > rules.cap_yen:
            self.problems.append("floor_yen: 下限が上限を超えています")
        if rules.quotes and not rules.document(rules.quotes.document):
            self.problems.append(f"quotes: 書類 {rules.quotes.document} がありません")
        self._check_tasks(rules)
        asked: list[Question | Criterion] = [*rules.questions, *rules.criteria]
        for item in asked:
            if item.kind not in KINDS:
                self.problems.append(f"{item.code}: 種類 {item.kind} はありません")
            if item.kind == "choice" and not item.choices:
                self.problems.append(f"{item.code}: 選択肢がありません")
            if item.unit and item.kind != "number":
                self.problems.append(f"{item.code}: 単位は数（number）の設問だけに付けられます")
        for criterion in rules.criteria:
            if criterion.operator not in OPERATORS:
                self.problems.append(
                    f"criteria {criterion.code}: {criterion.operator} は使えません"
                )

    def _check_tasks(self, rules: SchemeRules) -> None:
        tasks = {task.code for task in rules.tasks}
        for code in sorted(tasks & RESERVED_TASKS):
            self.problems.append(f"tasks: 略号 {code} は使えません")
        for question in rules.questions:
            if question.task not in tasks:
                self.problems.append(
                    f"questions {question.code}: 課題 {question.task} がありません"
                )


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value
