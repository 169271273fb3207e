"""金額の再計算: the pure rules once more over what was frozen, held against the yen that stand.

Nothing here asks the database (`selectors.money` brings the rows) and nothing is taken from today's
rules: a decision is worked out from the submitted version it names and the scheme version it was made
under, the final amount from the inspected report and its cuts, what is to be given back from the days
and the rates of the order. Amounts in yen.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.auditing.selectors.money import Money
from subsidies.contents import rules_for
from subsidies.grants import money_states
from subsidies.grants import states as grant_states
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT, spent_of
from subsidies.grants.kinds.revocation import REVOCATION
from subsidies.grants.models import FilingVersion, Payment, Recovery, Ruling
from subsidies.grants.plan import CHANGE
from subsidies.grants.rules.final_amount import BadCut, Cut, final_amount
from subsidies.grants.services.recovery import account_of
from subsidies.models import ApplicationVersion, BudgetEntry, Decision
from subsidies.rules import snapshot
from subsidies.rules.amount import Calculation, ExpenseItem, calculate, terms_of
from subsidies.rules.scheme import SchemeRules

REQUEST, DECISION, RULES = "request", "decision", "rules"
CHANGED, FINAL, STANDING = "changed", "final", "standing"
PAID, CLAIMED, RETURNED, LEDGER = "paid", "claimed", "returned", "ledger"

STEPS: dict[str, str | Promise] = {
    REQUEST: gettext_lazy("交付申請額"),
    DECISION: gettext_lazy("交付決定額"),
    RULES: gettext_lazy("要綱の版の照合値"),
    CHANGED: gettext_lazy("変更後の交付決定額"),
    FINAL: gettext_lazy("確定額"),
    STANDING: gettext_lazy("台帳の決定額・確定額"),
    CLAIMED: gettext_lazy("支払額と請求額"),
    PAID: gettext_lazy("支払済額"),
    RETURNED: gettext_lazy("返還額"),
    LEDGER: gettext_lazy("予算執行簿の支払"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount: as it stands, and worked out again. `is_told`: lower than the rules give, with a
    reason on record. `terms` and `lines` are what a reader needs to work it out elsewhere.
    """

    step: str
    stored_yen: int
    computed_yen: int
    note: str = ""
    is_told: bool = False
    terms: dict[str, Any] | None = None
    lines: Sequence[dict[str, Any]] = field(default=())
    most_yen: int | None = None

    @property
    def is_same(self) -> bool:
        return self.stored_yen == self.computed_yen

    @property
    def is_wrong(self) -> bool:
        """Neither the same nor lower for a reason on record."""
        return not self.is_same and not self.is_told

    @property
    def tone(self) -> str:
        return "green" if self.is_same else "orange" if self.is_told else "red"

    @property
    def name(self) -> str:
        return str(STEPS[self.step])

    @property
    def difference_yen(self) -> int:
        return self.stored_yen - self.computed_yen


def figures(case: Money) -> list[Figure]:
    """Every amount of the case that can be worked out again, in the order of its life."""
    found = [*_requested(case)]
    if case.decision is not None and case.decision.outcome == Decision.Outcome.GRANT:
        found += _decided(case, case.decision)
    if case.grant is not None:
        found += [*_ruled(case), *_standing(case), *_paid(case), *_returned(case)]
    return found


def _items(lines: Sequence[dict[str, Any]]) -> list[ExpenseItem]:
    return [ExpenseItem(**line) for line in lines]


def _figure(
    step: str,
    stored: int,
    rules: SchemeRules,
    found: Calculation,
    *,
    most: int | None = None,
    note: str = "",
    is_told: bool = False,
) -> Figure:
    """An amount out of expense lines, with what is needed to work it out elsewhere."""
    terms = terms_of(rules)
    computed = found.subsidy_yen if most is None else min(found.subsidy_yen, most)
    return Figure(
        step,
        stored,
        computed,
        note,
        is_told and stored < computed,
        {
            "rate": str(terms.rate),
            "cap_yen": terms.cap_yen,
            "floor_yen": terms.floor_yen,
            "tax_mode": terms.tax_mode,
            "round_unit_yen": terms.round_unit_yen,
            "round_point": terms.round_point,
        },
        [
            {
                "category": line.item.category,
                "net_yen": line.item.net_yen,
                "tax_yen": line.item.tax_yen,
            }
            for line in found.lines
            if not line.note
        ],
        most,
    )


def _requested(case: Money) -> Iterator[Figure]:
    if not case.versions:
        return
    last = case.versions[-1]
    rules = rules_for(last)
    stored = last.payload["calculation"]["subsidy_yen"]
    yield _figure(REQUEST, stored, rules, calculate(rules, _items(last.payload["expenses"])))


def _basis(case: Money, decision: Decision) -> ApplicationVersion | None:
    """The submitted version that the decision was made on."""
    number = decision.conditions.get("submitted_version")
    return next((item for item in case.versions if item.number == number), None)


def _decided(case: Money, decision: Decision) -> Iterator[Figure]:
    version = _basis(case, decision)
    if version is None:
        yield Figure(DECISION, decision.amount_yen, 0, _("決定のもとになった提出版がありません。"))
        return
    told = decision.conditions.get("rules_sha256")
    if told and told != snapshot.digest(case.application.version.rules):
        yield Figure(
            RULES, 1, 0, _("決定したときの要綱の規則と、いま保存されている規則が違います。")
        )
    rules = rules_for(version)
    found = calculate(rules, _items(version.payload["expenses"]))
    yield _figure(
        DECISION,
        decision.amount_yen,
        rules,
        found,
        note=decision.reason if decision.amount_yen < found.subsidy_yen else "",
        is_told=bool(decision.reason.strip()),
    )


def _approved(case: Money) -> list[Ruling]:
    """The rulings that took effect, in the order in which they did."""
    done = [
        item
        for item in case.rulings
        if item.status == grant_states.RULED and item.outcome == Ruling.Outcome.APPROVE
    ]
    return sorted(done, key=lambda item: (item.approved_at, item.pk))


def _filed(case: Money, ruling: Ruling) -> FilingVersion | None:
    number = ruling.terms.get("filing_version")
    versions = case.filed.get(ruling.filing_id or 0, [])
    return next((item for item in versions if item.number == number), None)


def _ruled(case: Money) -> Iterator[Figure]:
    rules = rules_for(case.versions[-1])
    for ruling in _approved(case):
        if ruling.kind == CHANGE:
            change = ruling.terms["change"]
            found = calculate(rules, _items(change["lines"]))
            yield _figure(CHANGED, change["amount_yen"], rules, found, most=change["decided_yen"])
        elif ruling.kind == FINAL_AMOUNT:
            yield _final(case, rules, ruling)


def _final(case: Money, rules: SchemeRules, ruling: Ruling) -> Figure:
    stored = ruling.terms["amount_yen"]
    version = _filed(case, ruling)
    if version is None:
        return Figure(FINAL, stored, 0, _("検査した実績報告の版がありません。"))
    cuts = {
        key: Cut(cut["net_yen"], cut["tax_yen"], cut["reason"] or "-")
        for key, cut in ruling.terms["inspection"]["cuts"].items()
    }
    decided = ruling.terms["decided_yen"]
    try:
        found = final_amount(rules, spent_of(version), decided_yen=decided, cuts=cuts)
    except BadCut as bad:
        return Figure(FINAL, stored, 0, str(bad))
    return _figure(FINAL, stored, rules, found.calculation, most=decided)


def _standing(case: Money) -> Iterator[Figure]:
    """What the rulings add up to, against the columns of the grant."""
    grant, decision = case.grant, case.decision
    if grant is None or decision is None:
        return
    decided, final = decision.amount_yen, None
    for ruling in _approved(case):
        if ruling.kind == CHANGE:
            decided = ruling.terms["change"]["amount_yen"]
        elif ruling.kind == FINAL_AMOUNT:
            final = ruling.terms["amount_yen"]
        elif ruling.kind == REVOCATION and ruling.terms["kept_yen"] and not _was_paid(case, ruling):
            if final is None:
                decided = ruling.terms["kept_yen"]
            else:
                final = ruling.terms["kept_yen"]
    yield Figure(STANDING, grant.decided_yen, decided, _("交付決定額"))
    if final is not None or grant.final_yen is not None:
        yield Figure(STANDING, grant.final_yen or 0, final or 0, _("確定額"))


def _was_paid(case: Money, ruling: Ruling) -> bool:
    """Whether the grant had been paid out when it was revoked: its columns stay as they were."""
    settled = [item for item in case.payments if item.kind == Payment.Kind.FINAL]
    return any(item.recorded_at <= (ruling.approved_at or item.recorded_at) for item in settled)


def _paid(case: Money) -> Iterator[Figure]:
    grant = case.grant
    if grant is None or not (case.payments or grant.paid_yen):
        return
    total = sum(item.yen for item in case.payments)
    yield Figure(PAID, grant.paid_yen, total)
    for payment in case.payments:
        versions = case.filed.get(payment.filing_id, [])
        claimed = versions[-1].payload["record"]["amount_yen"] if versions else 0
        yield Figure(CLAIMED, payment.yen, claimed, str(payment.get_kind_display()))
    booked = sum(
        entry.amount_yen
        for entry in case.entries
        if entry.column == BudgetEntry.Column.PAID and entry.kind in {"pay", "advance"}
    )
    yield Figure(LEDGER, booked, total)


def _returned(case: Money) -> Iterator[Figure]:
    """返還: never more than was paid; a settled one was paid back to the last yen on its last day."""
    for recovery in case.recoveries:
        received = sum(item["yen"] for item in recovery.ruling.terms["received"])
        principal = recovery.principal_yen
        note = (
            _("返還を命じた額")
            if principal <= received
            else _("受け取った額より多い返還命令です。")
        )
        yield Figure(
            RETURNED, principal, min(recovery.ruling.terms["principal_yen"], received), note
        )
        if recovery.status != money_states.OWED and principal <= received:
            yield _charged(recovery)


def _charged(recovery: Recovery) -> Figure:
    came = list(recovery.payments.all())
    last: dt.date = max((item.paid_on for item in came), default=recovery.due_on)
    owed = account_of(recovery, last).owed_yen
    return Figure(
        RETURNED, sum(item.yen for item in came), owed, _("返納の合計（加算金・延滞金を含む）")
    )
