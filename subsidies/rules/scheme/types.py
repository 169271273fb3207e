"""The parts of a scheme version's rules (要綱の中身), typed. Amounts in yen, days are calendar days.

A ward's 要綱 differs in all of this (domain.md A2–A6); whatever is optional has the default of the
scheme that says nothing about it.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, get_args

TaxMode = Literal["excluded", "included"]
RoundPoint = Literal["total", "category"]
UsedGoods = Literal["allowed", "excluded"]
# `signed_yen`: yen that may be a loss.
QuestionKind = Literal[
    "text", "longtext", "number", "yen", "signed_yen", "date", "choice", "yes_no"
]
Operator = Literal["is_true", "is_false", "at_most", "less_than", "at_least", "more_than", "one_of"]
Relation = Literal["prohibits", "requires", "stacks"]
BarScope = Literal["scheme", "ward"]
BonusUse = Literal["points", "tie_break"]

KINDS = get_args(QuestionKind)
OPERATORS = get_args(Operator)
RELATIONS = get_args(Relation)
# Applicant classes: graduates of the Dojo (DX道場の修了者) may have a shortened form.
GENERAL, GRADUATE = "general", "graduate"
CLASSES = (GENERAL, GRADUATE)
# Tasks every form has besides the rules' own: 経費, 添付書類.
BUDGET_TASK = "budget"
FILES_TASK = "files"
QUOTES_TASK = "line_quotes"
# What the portal itself can tell: the advisor's evaluation of the plan (妥当性評価).
PLAN_EVALUATION = "evaluation"
SOURCES = (PLAN_EVALUATION,)
# 保存年限の区分 where a scheme says nothing.
RETENTION_CLASS = "5年保存"
# 財産の台帳: the unit price (税抜) from which a purchase goes into it where a scheme says nothing (円).
ASSET_UNIT_YEN = 500_000
RESERVED_TASKS = frozenset({"check", "confirm", BUDGET_TASK, FILES_TASK, QUOTES_TASK})


@dataclass(frozen=True, slots=True)
class Condition:
    """「設問 `asked` の答えが…のとき」: an earlier question or an eligibility question by its code."""

    asked: str
    operator: Operator = "is_true"
    value: Any = None


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
    (資本金 or 従業員, 中小企業基本法). `by_industry` names thresholds that differ by the firm's industry
    (日本標準産業分類 中分類): 900 instead of 300 employees for 19 ゴム製品製造業 (domain.md A4).
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
    by_industry: tuple[tuple[str, int], ...] = ()

    def threshold_for(self, industry: Any) -> Any:
        """The threshold that a firm of this industry is held against."""
        return dict(self.by_industry).get(industry, self.threshold)


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the application form; `task` groups questions into the task list.

    `unit` says what a number counts (人, 年 …); yen need none. It is asked where `when` holds, and
    not of the applicant classes in `not_for` (the shortened form of graduates).
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
    when: Condition | None = None
    not_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the form (課題), e.g. plan: 「事業計画」; `when` and `not_for` as of a question."""

    code: str
    name: str
    when: Condition | None = None
    not_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document to attach (添付書類) with its 様式番号; `when` and `not_for` as of a question."""

    code: str
    name: str
    hint: str = ""
    required: bool = True
    form_no: str = ""
    many: bool = False
    when: Condition | None = None
    not_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuoteRule:
    """相見積: from `threshold_yen` on, or for any used goods, `count` quotes are needed.

    `basis` says whether a line is compared with the threshold 税抜 ("excluded") or 税込;
    `document` is the requirement under which quotes are attached. `unrelated_vendors`: the quoting
    firms have no capital or personal ties with each other and the applicant. `dated_request`: a
    dated 見積依頼書 must precede the quotes (再構築, domain.md A3); it is attached as
    `request_document`.
    """

    threshold_yen: int
    count: int = 2
    used_goods_always: bool = True
    basis: TaxMode = "included"
    document: str = "quotes"
    unrelated_vendors: bool = True
    dated_request: bool = False
    request_document: str = "quote_requests"


@dataclass(frozen=True, slots=True)
class RateVariant:
    """Another rate for those who declare something (江戸川区: SDGs宣言企業は 4/5).

    The first variant whose condition holds applies, with its cap where it names one (円).
    """

    name: str
    rate: Fraction
    when: Condition
    cap_yen: int | None = None


@dataclass(frozen=True, slots=True)
class ReapplyBar:
    """再受給の制限: who was granted before may not apply again for a while.

    `fiscal_years`: not in the N fiscal years after that of the grant (江東区 2); `years`: not before
    N years have passed since the decision (板橋区 2); `once`: never again (港区). `scope` is the same
    scheme or any scheme of the ward.
    """

    fiscal_years: int = 0
    years: int = 0
    once: bool = False
    scope: BarScope = "scheme"


@dataclass(frozen=True, slots=True)
class StackRule:
    """重複受給: how this scheme goes with another, `name` as people call it.

    A scheme of this portal is named by `scheme` (its code) and `ward` (0: this ward) and checked
    against the firm's own applications; any other by the eligibility question `criterion` in which
    the firm declares it.
    """

    relation: Relation
    name: str
    scheme: str = ""
    ward: int = 0
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """What comes before the application (診断, 妥当性評価, エントリー), and what shows it.

    `criterion` is the eligibility question that asks for it, `document` the paper that proves it.
    `source` names the part of this portal in which it is done and which tells by itself whether it
    is (one of SOURCES).
    """

    code: str
    name: str
    criterion: str = ""
    document: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class PaperForm:
    """様式: number and title of one kind of paper, e.g. completion 第8号様式 実績報告書.

    `numbered` False leaves the 文書番号 out, where the ward sends such a letter without one; decisions
    and rulings always have one.
    """

    code: str
    number: str
    title: str
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class MailText:
    """The scheme's own words for one event's notice. `optional`: the firm may opt out of it."""

    code: str
    subject: str
    body: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class RecoveryRule:
    """違約加算金 and 延滞金 on money to be given back (domain.md A2, step 11).

    Rates in hundredths of a percent a year (1095: 年10.95%), a year being 365 days in leap years
    as well. A result below `least_yen` is not charged, others are cut off to `unit_yen`. The
    figures are those of 適正化法 第19条 and the wards' rules modelled on it; a 要綱 may say others.
    """

    surcharge_rate: int = 1095
    late_rate: int = 1095
    least_yen: int = 100
    unit_yen: int = 1
    pay_days: int = 20
