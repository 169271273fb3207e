"""支払通知書, made once from what was paid."""

from typing import Any

from django.db import transaction
from django.utils.translation import override

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from portal.kernel.money import format_yen
from portal.letters.services import Subject, letter_issue
from subsidies.contents import rules_of
from subsidies.grants.models import Payment
from subsidies.grants.services.rulings import letter_frame

LETTER = "payment"


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
                key=f"{LETTER}:{payment.pk}",
                kind=LETTER,
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
    """What the letter says; the account by its last digits alone."""
    grant = payment.grant
    frame = letter_frame(grant)
    form = rules_of(grant.application.version).form(LETTER)
    record = payment.filing.versions.latest("number").payload
    return {
        **{
            name: frame[name]
            for name in ("addressee_name", "addressee_person", "issuer_office", "issuer", "contact")
        },
        "title": f"{frame['scheme']} {form.title}",
        "form_no": form.number,
        "document_no": "",
        "date": clock.wareki(clock.to_date(payment.recorded_at)),
        "keywords": [form.title, grant.receipt_no],
        "footer": grant.receipt_no,
        "opening": f"{frame['decision_no']}で交付を決定した補助金を、次のとおり支払いました。",
        "matter": "",
        "rows": [
            ("受付番号", grant.receipt_no),
            ("事業の名前", grant.title),
            ("支払額", format_yen(payment.yen)),
            ("支払日", clock.wareki(payment.paid_on)),
            ("振込先", record["record"]["account"]),
            ("貴社の請求番号", record["answers"].get("reference") or "—"),
        ],
        "appeal": "",
    }
