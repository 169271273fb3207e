"""支払の記録 of all claims that wait: what is paid to whom, and why one is left out."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing
from subsidies.bulk import policies
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.bulk.services.drafts import Draft
from subsidies.bulk.services.preparing import MOST, freeze
from subsidies.grants import policies as grant_policies
from subsidies.grants.models import ClaimAccount, FilingVersion
from subsidies.grants.selectors import money
from subsidies.grants.services import payment_record
from subsidies.grants.services.recovery import books_close_on
from subsidies.services.errors import Refused


def payments_prepare(*, actor: Actor, paid_on: dt.date) -> BulkRun:
    """Prepare the record that every waiting claim was paid on that day; nothing is recorded yet.

    Raises RoleMissing, or Refused where nothing or too much waits, or the day is to come.
    """
    kind = BulkRun.Kind.PAY
    if not policies.may_prepare(actor, kind):
        raise RoleMissing
    if paid_on > clock.today():
        raise Refused(_("支払日は、今日までの日にしてください。"))
    found = list(money.payable(actor)[: MOST + 1])
    if not found:
        raise Refused(_("支払を待っている請求はありません。"))
    if len(found) > MOST:
        raise Refused(
            _("一度に処理できるのは%(most)s件までです。支払の画面で選んで記録してください。")
            % {"most": f"{MOST:,}"}
        )
    claims = _claims(found)
    drafts = [_draft(account, claims[account.filing_id], paid_on) for account in found]
    given = {"paid_on": paid_on.isoformat()}
    with transaction.atomic():
        return freeze(actor, kind, conditions={}, instructions=given, drafts=drafts)


def pay(actor: Actor, run: BulkRun, item: BulkItem) -> None:
    """Record one payment, if the claim is still the one that was shown."""
    grant = grant_policies.get_grant(actor, lock=True, application_id=item.application_id)
    account = money.payable(actor).filter(grant=grant).first()
    if account is None or _seen(_claims([account])[account.filing_id]) != item.seen:
        raise Refused(_("準備のあとで請求が変わったか、支払が済んでいます。"))
    day = dt.date.fromisoformat(run.instructions["paid_on"])
    payment_record(actor=actor, grant_id=grant.pk, paid_on=day)


def _claims(accounts: list[ClaimAccount]) -> Mapping[int, FilingVersion]:
    """The last submitted version of each claim, by filing. One query."""
    rows = (
        FilingVersion.objects.filter(filing__in=[account.filing_id for account in accounts])
        .order_by("filing_id", "-number")
        .distinct("filing_id")
    )
    return {row.filing_id: row for row in rows}


def _seen(claim: FilingVersion) -> str:
    return f"{claim.filing_id}:{claim.number}"


def _draft(account: ClaimAccount, claim: FilingVersion, paid_on: dt.date) -> Draft:
    yen, asked = money.claimed_yen(account), claim.payload["record"]["amount_yen"]
    reason = ""
    submitted_at = account.filing.submitted_at
    if yen != asked:
        reason = _(
            "請求の額が、いまの確定額と違います。請求を差し戻して、出し直してもらってください。"
        )
    elif submitted_at is not None and clock.to_date(submitted_at) > paid_on:
        reason = _("支払日より後に届いた請求です。")
    elif paid_on > books_close_on(account.grant):
        reason = _(
            "この補助金の年度の出納は閉鎖しています。"
            "過年度支出の理由を付けて、支払の画面で記録してください。"
        )
    return Draft(
        account.grant.application, reason=reason, seen=_seen(claim), plan={"amount_yen": yen}
    )
