"""The advisor's side: the month's report, and its submission with the claim.

The advisor may read claims and change none: what they write is written by the system, after the
policy has said yes.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from advisors import policies
from advisors.claims import months, rules, states
from advisors.claims.models import Claim, ClaimLine
from advisors.claims.policies import serves
from advisors.claims.selectors.lines import Sheet, sheet_now
from advisors.models import Engagement, Visit
from advisors.services import moves
from advisors.services.errors import Refused
from advisors.states import ACCEPTED
from portal.kernel import audit, clock, numbering, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting

# Of the counter and of the number: R8-13107-FEE-0012.
SERIES = "fee"


@dataclass(frozen=True, slots=True)
class Report:
    """The month's report as typed."""

    done: str
    findings: str
    next_month: str

    def columns(self) -> dict[str, str]:
        return {
            "done": moves.told(self.done),
            "findings": moves.told(self.findings),
            "next_month": moves.told(self.next_month),
        }


def report_save(
    *, actor: Actor, ward_id: int, month: dt.date, report: Report, revision: int
) -> Claim:
    """Keep the report as far as it is written. Raises Refused (another tab), RoleMissing."""
    policies.require(serves(actor, ward_id))
    # No drafts for wards that never sent the advisor anywhere.
    policies.require(policies.visible_engagements(actor).filter(ward_id=ward_id).exists())
    with transaction.atomic(), acting(actor.elevated()):
        row = _own(actor, ward_id, month, revision)
        _write(row, report)
        audit.record(actor=actor, action="claims.report_saved", obj=row)
        return row


def claim_submit(
    *, actor: Actor, ward_id: int, month: dt.date, report: Report, revision: int
) -> Claim:
    """報告と請求を出す: the lines are frozen, each visit stands on this claim alone from now on.

    Raises Refused (nothing to claim, month not over, words missing, another tab), StaleState,
    RoleMissing.
    """
    policies.require(serves(actor, ward_id))
    today = clock.today()
    with transaction.atomic(), acting(actor.elevated()):
        row = _own(actor, ward_id, month, revision)
        if month >= months.month_of(today):
            raise Refused(_("月が終わってから出せます。それまでは下書きとして保存できます。"))
        if not all(text.strip() for text in (report.done, report.findings, report.next_month)):
            raise Refused(_("今月したこと、分かったこと、来月することを入力してください。"))
        _hold_visits(actor, ward_id)
        sheet = sheet_now(actor, ward_id=ward_id, month=month, name=row.advisor_name, today=today)
        if not sheet.lines:
            raise Refused(_("請求できる訪問がありません。区が受理した訪問だけを請求できます。"))
        _write(row, report)
        _freeze(row, sheet)
        transitions.apply(
            table=states.CLAIM,
            instance=row,
            action="submit",
            actor=actor,
            detail={"lines": len(sheet.lines), "total": sheet.totals.total_yen},
            payload={"claim_id": row.pk},
            fields=_frozen(row, sheet, today),
        )
        return row


def _own(actor: Actor, ward_id: int, month: dt.date, revision: int) -> Claim:
    """The claim of the month, locked, begun if need be; all posts of one advisor in turn.

    Raises Refused when another tab was quicker, StaleState once it is on its way.
    """
    user_id = policies.person(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('claims.advisor'), %s)", [user_id % 2**31]
        )
    row, is_new = Claim.objects.select_for_update(of=("self",)).get_or_create(
        ward_id=ward_id,
        advisor_id=user_id,
        month=month,
        defaults={"advisor_name": actor.name[:100]},
    )
    if row.status not in states.EDITABLE:
        raise transitions.StaleState(
            _("この月の報告と請求は、もう区に出ています。画面を開き直してください。")
        )
    if not is_new and row.revision != revision:
        raise Refused(
            _(
                "ほかの画面でこの月の報告が保存されています。内容を確かめて、もう一度押してください。"
            )
        )
    return row


def _write(row: Claim, report: Report) -> None:
    for name, value in report.columns().items():
        setattr(row, name, value)
    row.revision += 1
    row.save(update_fields=["done", "findings", "next_month", "revision"])


def _hold_visits(actor: Actor, ward_id: int) -> None:
    """No visit is taken back, and no partner's claim counts the same firm, while this one is made."""
    visits = Visit.objects.filter(advisor_id=actor.user_id, ward_id=ward_id, status=ACCEPTED)
    held = list(visits.order_by("pk").select_for_update().values_list("engagement_id", flat=True))
    list(Engagement.objects.filter(pk__in=held).order_by("pk").select_for_update())


def _freeze(row: Claim, sheet: Sheet) -> None:
    for line in sheet.lines:
        line.claim, line.round = row, row.rounds + 1
    try:
        with transaction.atomic():
            ClaimLine.objects.bulk_create(sheet.lines)
    except IntegrityError as taken:
        raise Refused(
            _("この月の訪問は、ほかの請求に入りました。画面を開き直して確かめてください。")
        ) from taken


def _frozen(row: Claim, sheet: Sheet, today: dt.date) -> dict[str, Any]:
    totals: rules.Settlement = sheet.totals
    return {
        "rounds": row.rounds + 1,
        "terms_id": sheet.terms.pk if sheet.terms else None,
        "payee_kind": sheet.payee.kind,
        "payee_name": sheet.payee.name,
        "registration_no": sheet.payee.registration_no,
        "fee_yen": totals.fee_yen,
        "travel_yen": totals.travel_yen,
        "tax_yen": totals.tax_yen,
        "withheld_yen": totals.withheld_yen,
        "submitted_at": clock.database_now(),
        "answer": "",
        "number": row.number or _number(row.ward_id, today),
    }


def _number(ward_id: int, today: dt.date) -> str:
    year = clock.fiscal_year(today)
    number = numbering.next_number(series=SERIES, ward_id=ward_id, scheme=SERIES, fiscal_year=year)
    return numbering.receipt_no(ward_id=ward_id, scheme=SERIES, fiscal_year=year, number=number)
