"""弁明の機会の付与通知書 and 違約加算金・延滞金確定通知書. Japanese, in 和暦; each made once."""

import datetime as dt

from django.utils.translation import override

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.files.models import StoredFile
from portal.kernel.money import format_yen
from subsidies.grants.kinds.recovery import percent
from subsidies.grants.kinds.revocation import GROUNDS
from subsidies.grants.models import Hearing, Recovery
from subsidies.grants.rules.recovery import Charge
from subsidies.grants.services.recovery import account_of
from subsidies.letters import Rows
from subsidies.models import Decision
from subsidies.rules.scheme.papers import CHARGES, HEARING
from subsidies.services.case_letters import CaseLetter, case_letter_make


def hearing_letter_make(*, actor: Actor, hearing_id: int) -> StoredFile:
    """What is held against the firm, and until when and how it may answer."""
    hearing = Hearing.objects.select_related("grant__call").get(pk=hearing_id)
    grant = hearing.grant
    decision = Decision.objects.get(application_id=grant.application_id)
    with override("ja"):
        grounds = "、".join(str(GROUNDS[code]) for code in hearing.grounds)
    return case_letter_make(
        actor=actor,
        application_id=grant.application_id,
        letter=CaseLetter(
            kind=HEARING,
            subject_id=hearing.pk,
            issued_at=hearing.asked_at,
            opening=(
                f"{clock.wareki(grant.decided_on)}付け{decision.document_no}で決定した補助金の交付に"
                "ついて、決定の取消を検討しています。取消に先立ち、次のとおり弁明の機会を設けます。"
            ),
            rows=[
                ("予定する処分", "交付決定の全部又は一部の取消"),
                ("取消の事由", grounds),
                ("原因となる事実", hearing.facts),
                ("弁明書の提出期限", clock.wareki(hearing.due_on)),
                ("提出の方法", "このポータルの「弁明の機会」のページから提出してください。"),
                ("提出先", grant.call.contact),
            ],
            matter=("提出期限までに弁明書の提出がないときは、弁明がないものとして手続を進めます。"),
        ),
    )


def charges_letter_make(
    *, actor: Actor, recovery_id: int, fixed_on: dt.date, at: dt.datetime
) -> StoredFile:
    """What is due besides the principal, once all of that has come back on `fixed_on`."""
    recovery = Recovery.objects.select_related("ruling", "grant").get(pk=recovery_id)
    order, account = recovery.ruling, account_of(recovery, fixed_on)
    assert order.ruled_on is not None
    rule = order.terms["rule"]
    charges: list[tuple[str, Charge, int]] = [("延滞金", account.late, rule["late_rate"])]
    if recovery.surcharged:
        charges.insert(0, ("違約加算金", account.surcharge, rule["surcharge_rate"]))
    return case_letter_make(
        actor=actor,
        application_id=recovery.grant.application_id,
        letter=CaseLetter(
            kind=CHARGES,
            subject_id=recovery.pk,
            issued_at=at,
            opening=(
                f"{clock.wareki(order.ruled_on)}付け{order.document_no}で命じた返還について、"
                "返還する額の全部の納付を確認し、加算する額を次のとおり確定したので通知します。"
            ),
            rows=[
                ("返還した額", format_yen(recovery.principal_yen)),
                ("全部を納付した日", clock.wareki(fixed_on)),
                *(row for name, charge, rate in charges for row in _rows(name, charge, rate)),
                ("納付済みの額の合計", format_yen(account.paid_yen)),
                ("これから納付する額", format_yen(account.left_yen)),
            ],
            appeals=True,
        ),
    )


def _rows(name: str, charge: Charge, rate: int) -> Rows:
    """The charge and the days it was counted over."""
    days = "\n".join(
        f"{clock.wareki(span.first)}から{clock.wareki(span.last)}まで（{span.days}日）　"
        f"{format_yen(span.base_yen)}に対し年{percent(rate)}パーセント"
        for span in charge.spans
    )
    return [(name, format_yen(charge.yen)), *([(f"{name}の計算", days)] if days else [])]
