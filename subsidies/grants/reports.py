"""支払一覧 for the ward's accounting system (支出負担行為 data), as CSV and XLSX."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel.actor import Actor, Hat
from subsidies.grants.models import Payment
from subsidies.grants.selectors import money


def _may(actor: Actor) -> bool:
    return actor.hat == Hat.WARD and actor.has_role(Role.REVIEWER, Role.APPROVER)


def _rows(actor: Actor, params: Params) -> Iterator[list[Cell]]:
    for account, kind, yen in money.payable_rows(actor):
        grant = account.grant
        yield [
            grant.receipt_no,
            grant.firm_name,
            grant.application.scheme_name,
            grant.decided_on,
            grant.decided_yen,
            grant.final_yen,
            yen,
            account.filing.submitted_at,
            account.bank_code,
            account.bank_name,
            account.branch_code,
            account.branch_name,
            account.kind,
            account.number,
            account.holder,
            str(Payment.Kind(kind).label),
        ]


PAYABLE = register(
    Report(
        code="payable",
        title=_("支払一覧"),
        columns=(
            Column(_("受付番号")),
            Column(_("補助事業者")),
            Column(_("制度")),
            Column(_("交付決定日"), "date"),
            Column(_("交付決定額（円）"), "yen"),
            Column(_("確定額（円）"), "yen"),
            Column(_("支払額（円）"), "yen"),
            Column(_("請求日時"), "moment"),
            Column(_("金融機関コード")),
            Column(_("金融機関名")),
            Column(_("支店コード")),
            Column(_("支店名")),
            Column(_("預金種目")),
            Column(_("口座番号")),
            Column(_("口座名義（カナ）")),
            Column(_("区分")),
        ),
        rows=_rows,
        count=lambda actor, params: money.waiting_count(actor),
        may=_may,
    )
)
