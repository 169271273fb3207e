"""額の確定, 請求, 支払, 廃止: rulings with their letters, claims, payments, and the ledger of it all."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import F

from portal.kernel import clock
from portal.kernel.fields import BlindIndexField
from portal.letters.services import Subject
from subsidies.demo.filing import Filing as Filed
from subsidies.demo.filing import Paper
from subsidies.grants import letters, states
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.claim import CLAIM
from subsidies.grants.kinds.ending import CANCELLATION
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT, settled
from subsidies.grants.models import ClaimAccount, Filing, FilingVersion, Payment, Ruling
from subsidies.grants.money_demo import account_told
from subsidies.grants.services.paid_letters import payment_letter_with
from subsidies.grants.services.papers import LETTER
from subsidies.models import BudgetEntry, Call
from subsidies.past.told import Maker, Told
from subsidies.rules.scheme.papers import PAYMENT

_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)
Column = BudgetEntry.Column


def final_ruling(told: Told, maker: Maker) -> Ruling:
    """額の確定 of the inspected report."""
    assert told.report is not None
    assert told.inspection is not None
    assert told.final is not None
    less = told.final.final_yen < told.grant.decided_yen
    return maker.ruling(
        told,
        told.report.filing,
        FINAL_AMOUNT,
        settled(told.grant, told.report, told.inspection, told.final),
        prepared_at=told.inspection.saved_at + _HOUR,
        reason="実績を確かめた結果、対象になる経費が計画より少なかったため、額を改めて確定する。"
        if less
        else "実績が計画に沿っており、証拠書類もそろっている。",
    )


def cancellation(told: Told, maker: Maker, version: FilingVersion) -> Ruling:
    """廃止の承認."""
    return maker.ruling(
        told,
        version.filing,
        CANCELLATION,
        {**rulings.filed(version), "decided_yen": told.grant.decided_yen},
        prepared_at=told.letters[CANCELLATION].at - _DAY,
        reason="発注前の廃止であり、やむを得ない。",
    )


def claim_filing(told: Told, maker: Maker) -> tuple[Filing, ClaimAccount]:
    """The claim, settled where it was paid, and the account that it names."""
    course, grant = told.course, told.grant
    assert course.claimed_at is not None
    filing = maker.filing(
        told,
        CLAIM,
        {"reference": f"S-{maker.rng.randint(1, 999):04d}"},
        course.claimed_at,
        status=states.ACCEPTED if course.paid_at else states.SUBMITTED,
        settled_at=course.paid_at,
    )
    account = ClaimAccount(
        filing=filing,
        grant=grant,
        ward_id=grant.ward_id,
        firm_id=grant.firm_id,
        **account_told(grant.firm_id),
    )
    index = ClaimAccount._meta.get_field("number_index")
    assert isinstance(index, BlindIndexField)
    index.pre_save(account, add=True)
    return filing, account


def claim_record(told: Told, account: ClaimAccount) -> dict[str, object]:
    """What a claim freezes."""
    assert told.final is not None
    return {
        "amount_yen": told.final.final_yen,
        "account": account.masked,
        "account_digest": account.number_index,
        "explanation": account.explanation,
    }


def payment(told: Told) -> Payment:
    """精算払 of the final amount, recorded on its day."""
    assert told.claim is not None
    assert told.final is not None
    assert told.course.paid_at is not None
    assert told.granted.application.assignee_id is not None
    return Payment(
        grant=told.grant,
        ward_id=told.grant.ward_id,
        firm_id=told.grant.firm_id,
        filing=told.claim.filing,
        kind=Payment.Kind.FINAL,
        yen=told.final.final_yen,
        paid_on=clock.to_date(told.course.paid_at),
        recorded_by_id=told.granted.application.assignee_id,
        recorded_at=told.course.paid_at,
    )


def ruling_letters(made: Iterable[Ruling], maker: Maker) -> int:
    """The letters of rulings that are not stored yet; returns how many."""
    return Filed(maker.new_id, [_ruling_letter(ruling) for ruling in made]).make()


def payment_letters(paid: Sequence[Told], maker: Maker) -> None:
    """支払通知書 of payments that are stored."""
    Filed(maker.new_id, [_payment_letter(told, maker) for told in paid]).make()
    Payment.objects.bulk_update([told.payment for told in paid if told.payment], ["letter"])


def ledger(told: Sequence[Told]) -> None:
    """予算執行簿 of everything, and the columns of the calls."""
    entries = [entry for item in told for entry in _entries(item)]
    BudgetEntry.objects.bulk_create(entries)
    sums: Counter[tuple[int, str]] = Counter()
    for entry in entries:
        sums[entry.call_id, f"{entry.column}_yen"] += entry.amount_yen
        sums[entry.call_id, "committed_yen"] += entry.amount_yen
    for call_id in sorted({call for call, _column in sums}):
        changed = {name: yen for (call, name), yen in sums.items() if call == call_id and yen}
        if changed:
            Call.objects.filter(pk=call_id).update(
                **{name: F(name) + yen for name, yen in changed.items()}
            )


def _entries(told: Told) -> Iterator[BudgetEntry]:
    """One row per column touched, as `services.budget` writes them."""
    course, decided = told.course, told.granted.decision.amount_yen
    moves: list[tuple[str, dt.datetime | None, dict[Column, int]]] = [
        ("release", course.cancelled_at, {Column.DECIDED: -decided})
    ]
    if told.final is not None:
        final = told.final.final_yen
        moves += [
            ("final", course.ruled_at, {Column.DECIDED: -final, Column.FINAL: final}),
            ("final", course.ruled_at, {Column.DECIDED: final - decided}),
            ("pay", course.paid_at, {Column.FINAL: -final, Column.PAID: final}),
        ]
    for kind, at, amounts in moves:
        for column, yen in amounts.items():
            if at and yen:
                yield BudgetEntry(
                    call_id=told.grant.call_id,
                    application=told.granted.application,
                    column=column,
                    amount_yen=yen,
                    kind=kind,
                    recorded_at=at,
                )


def _ruling_letter(ruling: Ruling) -> Paper:
    assert ruling.approved_at is not None
    return Paper(
        Subject(
            key=f"{LETTER}:{ruling.document_no}",
            kind=LETTER,
            case_no=ruling.terms["letter"]["receipt_no"],
            ward_id=ruling.ward_id,
            firm_id=ruling.firm_id,
        ),
        "ruling",
        letters.file_name(ruling),
        letters.ruling_letter(ruling),
        ruling.approved_at,
        lambda stored: setattr(ruling, "letter", stored),
    )


def _payment_letter(told: Told, maker: Maker) -> Paper:
    payment, grant = told.payment, told.grant
    assert payment is not None
    assert told.claim is not None
    number = told.letters.get(PAYMENT)
    return Paper(
        Subject(
            key=f"{PAYMENT}:{payment.pk}",
            kind=PAYMENT,
            case_no=grant.receipt_no,
            ward_id=payment.ward_id,
            firm_id=payment.firm_id,
        ),
        "ruling",
        f"支払通知書_{grant.receipt_no}.pdf",
        payment_letter_with(
            grant,
            maker.frame(told),
            told.claim.payload,
            yen=payment.yen,
            kind=payment.kind,
            paid_on=payment.paid_on,
            number=number.document_no if number else "",
            day=payment.paid_on,
        ),
        payment.recorded_at,
        lambda stored: setattr(payment, "letter", stored),
    )
