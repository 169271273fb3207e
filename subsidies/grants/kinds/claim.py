"""請求: the firm claims the final amount to a bank account. Source: domain.md A2, step 10."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.money import format_yen
from subsidies import grant_states
from subsidies.contents import submitted_rules
from subsidies.grants import states
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.registry import Kind, register
from subsidies.grants.models import ClaimAccount, Filing, Ruling
from subsidies.models import Grant
from subsidies.rules import values
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Question

CLAIM = "claim"
ADVANCE = "advance"
ACCOUNT = "account"


def claimable_yen(grant: Grant) -> int:
    """What is still to be paid of the final amount, an advance taken off."""
    return max(0, (grant.final_yen or 0) - grant.paid_yen)


def most_advance_yen(grant: Grant) -> int:
    """概算払の上限: the scheme's part of the decision, 0 where it allows none."""
    rules = submitted_rules(grant.application)
    if not rules.advance_payment:
        return 0
    return grant.decided_yen * rules.advance_percent // 100


def may_advance(grant: Grant, yen: int) -> bool:
    """Whether an advance of that much (円) is within the scheme's part of what is decided now."""
    return 1 <= yen <= most_advance_yen(grant)


def account_of(grant: Grant, kind: str) -> ClaimAccount | None:
    """The account of the claim that is being written."""
    return ClaimAccount.objects.filter(
        filing__grant=grant, filing__kind=kind, filing__status__in=states.EDITABLE
    ).first()


def approved_advance(grant: Grant) -> Ruling | None:
    """The approved advance (概算払) that stands: one of another decided amount stands no more, as it
    may be above the scheme's part of what is decided now. The firm claims it anew then.
    """
    last = Ruling.objects.filter(
        grant=grant, kind=ADVANCE, status=states.RULED, outcome=Ruling.Outcome.APPROVE
    ).last()
    return last if last and last.terms["decided_yen"] == grant.decided_yen else None


def _advance_open(grant: Grant) -> bool:
    taken = grant.paid_yen or approved_advance(grant) is not None
    return most_advance_yen(grant) > 0 and not taken


def _check_claim(grant: Grant, given: Mapping[str, Any]) -> Iterable[Problem]:
    if account_of(grant, CLAIM) is None:
        yield _no_account(CLAIM)


def _check_advance(grant: Grant, given: Mapping[str, Any]) -> Iterable[Problem]:
    if not may_advance(grant, given["wanted_yen"]):
        text = _("概算払の額は、1円から%(most)sまでで入力してください。")
        text %= {"most": format_yen(most_advance_yen(grant))}
        yield Problem("amount", text, ADVANCE, "answers.wanted_yen")
    if account_of(grant, ADVANCE) is None:
        yield _no_account(ADVANCE)


def _no_account(task: str) -> Problem:
    return Problem("missing", _("振込先の口座を入力してください。"), task, ACCOUNT)


def _record(kind: str) -> Any:
    def record(grant: Grant, content: Mapping[str, Any]) -> dict[str, Any]:
        """The amount and, by its last digits and digest, the account that was named."""
        account = account_of(grant, kind)
        assert account is not None
        wanted = values.read("yen", content.get("wanted_yen"))
        return {
            "amount_yen": wanted if kind == ADVANCE else claimable_yen(grant),
            "account": account.masked,
            "account_digest": account.number_index,
            "explanation": account.explanation,
        }

    return record


def _terms(filing: Filing) -> dict[str, Any]:
    version = filing.versions.latest("number")
    record = version.payload["record"]
    return {
        **rulings.filed(version),
        "decided_yen": filing.grant.decided_yen,
        "amount_yen": record["amount_yen"],
    }


def _opening(ruling: Ruling) -> str:
    verdict = (
        "次のとおり概算払をすることとしたので通知します。"
        if ruling.outcome == Ruling.Outcome.APPROVE
        else "次の理由により行わないこととしたので通知します。"
    )
    return f"{rulings.filed_on(ruling)}付けで請求のあった補助金の概算払については、{verdict}"


def _rows(ruling: Ruling) -> rulings.Rows:
    if ruling.outcome != Ruling.Outcome.APPROVE:
        return [("理由", ruling.reason)]
    return [
        ("交付決定額", format_yen(ruling.terms["decided_yen"])),
        ("概算払の額", format_yen(ruling.terms["amount_yen"])),
        ("精算", "実績報告による額の確定の後に精算します。"),
        ("理由", ruling.reason),
    ]


rulings.register(
    rulings.RulingKind(
        code=ADVANCE,
        name=gettext_lazy("概算払"),
        paper="advance_approved",
        rejection="advance_refused",
        grant_states=(grant_states.IN_PROGRESS,),
        opening=_opening,
        rows=_rows,
        terms=_terms,
    )
)
register(
    Kind(
        code=CLAIM,
        name=gettext_lazy("交付の請求"),
        grant_states=(grant_states.FINALISED,),
        questions=(
            Question(
                code="reference",
                task=CLAIM,
                label="請求番号（企業が付けた番号）",
                kind="text",
                hint="あれば入力してください。支払通知書に載ります。",
                required=False,
                max_length=40,
            ),
        ),
        page="grants:claim",
        staff_page="grants:staff_claim",
        hint=gettext_lazy("額が確定したら、振込先の口座を入力して請求します。"),
        check=_check_claim,
        available=lambda grant: claimable_yen(grant) > 0,
        record=_record(CLAIM),
    ),
    Kind(
        code=ADVANCE,
        name=gettext_lazy("概算払の請求"),
        grant_states=(grant_states.IN_PROGRESS,),
        questions=(
            Question(
                code="wanted_yen",
                task=ADVANCE,
                label="概算払を受けたい額",
                kind="yen",
                hint="交付決定額のうち、先に必要な額です。",
            ),
            Question(
                code="why",
                task=ADVANCE,
                label="先に支払を受ける必要がある理由",
                kind="longtext",
                hint="例：機器の代金を納品の前に払う契約で、手元の資金では足りないため。",
                max_length=600,
            ),
        ),
        ruling=ADVANCE,
        page="grants:claim",
        staff_page="grants:staff_claim",
        hint=gettext_lazy("事業を終える前に補助金の一部を受け取ります。額の確定の後に精算します。"),
        check=_check_advance,
        available=_advance_open,
        record=_record(ADVANCE),
    ),
)
