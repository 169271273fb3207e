"""支払通知書, made once from what was paid."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import override

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from portal.kernel.money import format_yen
from portal.letters.services import Subject, letter_issue
from subsidies.contents import rules_of
from subsidies.grants.letters import OPEN_DAY, OPEN_NUMBER
from subsidies.grants.models import Filing, Payment
from subsidies.grants.services.rulings import letter_frame
from subsidies.models import Grant
from subsidies.rules.scheme.papers import PAYMENT
from subsidies.services import numbers


def payment_letter_make(*, actor: Actor, payment_id: int) -> StoredFile:
    """The letter of a payment; the one that exists where there is one."""
    with transaction.atomic(), override("ja"):
        rows = Payment.objects.select_for_update(of=("self",)).select_related(
            "letter", "grant__application__version__scheme", "grant__call", "filing"
        )
        payment = rows.get(pk=payment_id)
        if payment.letter:
            return payment.letter
        grant = payment.grant
        payment.letter = letter_issue(
            actor=actor,
            subject=Subject(
                key=f"{PAYMENT}:{payment.pk}",
                kind=PAYMENT,
                case_no=grant.receipt_no,
                ward_id=payment.ward_id,
                firm_id=payment.firm_id,
            ),
            template="ruling",
            data=_data(payment),
            made_at=payment.recorded_at,
            issued_on=clock.to_date(payment.recorded_at),
            file_name=f"支払通知書_{grant.receipt_no}.pdf",
        )
        payment.save(update_fields=["letter"])
        return payment.letter


def _data(payment: Payment) -> dict[str, Any]:
    """What the letter says, with its 文書番号 where the scheme numbers it."""
    day = clock.to_date(payment.recorded_at)
    form = rules_of(payment.grant.application.version).form(PAYMENT)
    number = numbers.letter_number(payment.ward_id, day) if form.numbered else ""
    return payment_letter(
        payment.filing,
        yen=payment.yen,
        kind=payment.kind,
        paid_on=payment.paid_on,
        number=number,
        day=day,
    )


def payment_letter(
    filing: Filing,
    *,
    yen: int,
    kind: str,
    paid_on: dt.date | None = None,
    number: str = OPEN_NUMBER,
    day: dt.date | None = None,
) -> dict[str, Any]:
    """The letter's data, the account by its last digits alone; without `day` and `paid_on` the
    draft (案) of a claim that waits.
    """
    return payment_letter_with(
        filing.grant,
        letter_frame(filing.grant),
        filing.versions.latest("number").payload,
        yen=yen,
        kind=kind,
        paid_on=paid_on,
        number=number,
        day=day,
    )


def payment_letter_with(
    grant: Grant,
    frame: Mapping[str, Any],
    record: Mapping[str, Any],
    *,
    yen: int,
    kind: str,
    paid_on: dt.date | None,
    number: str,
    day: dt.date | None,
) -> dict[str, Any]:
    """The same with the letter's frame and the claim's payload (`record`) at hand."""
    form = rules_of(grant.application.version).form(PAYMENT)
    advance = kind == Payment.Kind.ADVANCE
    return {
        **{
            name: frame[name]
            for name in (
                "addressee_name",
                "addressee_person",
                "issuer_office",
                "issuer",
                "seal",
                "contact",
            )
        },
        "title": f"{frame['scheme']} {form.title}{'' if day else '（案）'}",
        "form_no": form.number,
        "document_no": number,
        "date": clock.wareki(day) if day else OPEN_DAY,
        "keywords": [form.title, number or grant.receipt_no],
        "footer": f"{number}　{grant.receipt_no}".strip(),
        "opening": (
            f"{clock.wareki(grant.decided_on)}付け{frame['decision_no']}で交付を決定した補助金を、"
            f"次のとおり{'概算払により' if advance else ''}支払ったので通知します。"
        ),
        "matter": "",
        "rows": [
            ("受付番号", grant.receipt_no),
            ("事業の名前", grant.title),
            ("区分", "概算払" if advance else "精算払"),
            ("支払額", format_yen(yen)),
            ("支払日", clock.wareki(paid_on) if paid_on else "（支払の日）"),
            ("振込先", record["record"]["account"]),
            ("精算", "実績報告による額の確定の後に精算します。")
            if advance
            else ("貴社の請求番号", record["answers"].get("reference") or "—"),
        ],
        "appeal": "",
    }
