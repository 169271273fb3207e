"""Everything a scheme version says, as one record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from subsidies.rules.bonus import BonusRule
from subsidies.rules.scheme import papers
from subsidies.rules.scheme.types import (
    ASSET_UNIT_YEN,
    RETENTION_CLASS,
    BonusUse,
    Category,
    Criterion,
    Document,
    MailText,
    PaperForm,
    Prerequisite,
    Question,
    QuoteRule,
    RateVariant,
    ReapplyBar,
    RecoveryRule,
    RoundPoint,
    StackRule,
    Task,
    TaxMode,
    UsedGoods,
)
from subsidies.rules.scoring import Scoring


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """Everything a version says. Amounts in yen; days are calendar days.

    After the decision: the completion report is due `report_days` after the project's end, and not
    after `report_latest` ("MM-DD") of the fiscal year where the ward names such a day; a change of
    up to `minor_change_percent` of the eligible expenses needs no approval; the claim follows
    within `claim_days`; effects are reported for `follow_up_years`, each time by `follow_up_by`
    ("MM-DD"); papers are kept for `retention_years` after the last obligation under the ward's
    `retention_class`.

    `advance_payment` allows 概算払, of up to `advance_percent` of the decision; `asset_unit_yen` is
    the unit price (税抜) from which a purchase goes into the asset ledger; `recovery` says what is
    charged on money to be given back.

    `arrival_days` is how many days after its date a decision counts as arrived (到達), for the days
    in which it may be declined; what is put on the firm's page arrives at once. A tax-included
    grant's 仕入控除税額 is reported by `tax_credit_by` ("MM-DD") of the second fiscal year after the
    project's. Before a revocation the firm has `hearing_days` to answer; `revoke_after_final` says
    whether the ward's rules allow one after the final amount, as national law does.

    `office_checks` are items the ward adds to its check list (暴力団排除の照会 …).

    `ties` says what decides between equal totals of a scored call, in order (subsidies.rules.ranking);
    `partial_grant` lets the first that no longer fits whole take what is left of the budget.

    `guideline` is the name of the 交付要綱, `preparation` what has to be done before applying
    (事前相談など). `appeal_text` is the 教示文; letters carry it where `appeal_on` (domain.md A1).
    `unconfirmed` lists what no source says yet about the ward's scheme, for its officials to set.
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
    appeal_on: bool = False
    used_goods: UsedGoods = "allowed"
    guideline: str = ""
    preparation: tuple[str, ...] = ()
    report_days: int = 30
    report_latest: str = ""
    claim_days: int = 30
    minor_change_percent: int = 20
    follow_up_years: int = 5
    follow_up_by: str = "06-30"
    retention_years: int = 5
    retention_class: str = RETENTION_CLASS
    rate_variants: tuple[RateVariant, ...] = ()
    reapply: ReapplyBar | None = None
    stacking: tuple[StackRule, ...] = ()
    prerequisites: tuple[Prerequisite, ...] = ()
    forms: tuple[PaperForm, ...] = ()
    scoring: Scoring | None = None
    bonus: tuple[BonusRule, ...] = ()
    bonus_use: BonusUse = "points"
    ties: tuple[str, ...] = ()
    partial_grant: bool = False
    blind_review: bool = False
    mails: tuple[MailText, ...] = ()
    advance_payment: bool = False
    advance_percent: int = 100
    asset_unit_yen: int = ASSET_UNIT_YEN
    recovery: RecoveryRule = field(default_factory=RecoveryRule)
    unconfirmed: tuple[str, ...] = ()
    arrival_days: int = 0
    tax_credit_by: str = "06-30"
    hearing_days: int = 7
    revoke_after_final: bool = True
    office_checks: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "SchemeRules":
        """From the JSON form. Raises InvalidRules with every problem found."""
        from subsidies.rules.scheme.parser import parse

        return parse(data)

    @property
    def decline_days(self) -> int:
        """Days from the date of a decision in which it may be declined (取下げ)."""
        return self.arrival_days + self.withdrawal_days

    @property
    def appeal(self) -> str:
        """The 教示文 that letters carry, "" where the ward wants none."""
        return self.appeal_text if self.appeal_on else ""

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

    @property
    def portal_prerequisites(self) -> tuple[Prerequisite, ...]:
        """What has to be done in this portal before the application is submitted."""
        return tuple(item for item in self.prerequisites if item.source)

    def form(self, kind: str) -> PaperForm:
        """様式 of a kind of paper: the scheme's own, else the usual one. Raises KeyError."""
        own = next((item for item in self.forms if item.code == kind), None)
        return own or papers.STANDARD[kind]

    def mail(self, event: str) -> MailText | None:
        """The scheme's own words for an event's notice, if it has any."""
        return next((item for item in self.mails if item.code == event), None)
