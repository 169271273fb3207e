"""Lists after the decision as CSV and XLSX: 補助事業の一覧, 支払一覧 (what waits), 支払済."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from subsidies import grant_states
from subsidies.grants.filters import PaidFilter
from subsidies.grants.models import Payment
from subsidies.grants.selectors import grant_rows, money
from subsidies.grants.selectors.listing import GrantFilters
from subsidies.models import Grant
from subsidies.policies import reads_cases


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


def _grants(actor: Actor, params: Params) -> Any:
    filters = GrantFilters(
        query=params.get("q", ""),
        status=params.get("status", ""),
        due=params.get("due", ""),
        filing=params.get("filing", ""),
        scheme=params.get("scheme", ""),
    )
    return grant_rows(actor, filters, today=clock.today())


# (column, the grant's field); two are not fields but words: see `_cell`.
_GRANT_COLUMNS: tuple[tuple[Column, str], ...] = (
    (Column(_("受付番号")), "receipt_no"),
    (Column(_("補助事業者")), "firm_name"),
    (Column(_("制度")), "scheme_name"),
    (Column(_("事業名")), "title"),
    (Column(_("状態")), "status"),
    (Column(_("交付決定日"), "date"), "decided_on"),
    (Column(_("交付決定額（円）"), "yen"), "decided_yen"),
    (Column(_("確定額（円）"), "yen"), "final_yen"),
    (Column(_("支払済額（円）"), "yen"), "paid_yen"),
    (Column(_("事業の期限"), "date"), "project_ends_on"),
    (Column(_("実績報告の期限"), "date"), "report_due_on"),
)


def _cell(grant: Grant, name: str) -> Cell:
    if name == "scheme_name":
        return grant.application.scheme_name
    if name == "status":
        return str(grant_states.GRANT.state(grant.status).label)
    value: Cell = getattr(grant, name)
    return value


def _grant_cells(actor: Actor, params: Params) -> Iterator[list[Cell]]:
    for grant in _grants(actor, params).iterator(chunk_size=500):
        yield [_cell(grant, name) for _column, name in _GRANT_COLUMNS]


GRANTS = register(
    Report(
        code="grants",
        title=_("補助事業の一覧"),
        columns=[column for column, _name in _GRANT_COLUMNS],
        rows=_grant_cells,
        count=lambda actor, params: _grants(actor, params).order_by().count(),
        may=reads_cases,
        filters=("q", "status", "due", "filing", "scheme"),
    )
)

_PAYMENT_KINDS: Mapping[str, object] = dict(Payment.Kind.choices)


def _paid(actor: Actor, params: Params) -> QuerySet[Payment]:
    return money.payments(actor, **PaidFilter(params).wanted)


def _paid_cells(actor: Actor, params: Params) -> Iterator[list[Cell]]:
    for payment in _paid(actor, params).iterator(chunk_size=500):
        grant = payment.grant
        yield [
            grant.receipt_no,
            grant.firm_name,
            grant.application.scheme_name,
            str(_PAYMENT_KINDS[payment.kind]),
            payment.yen,
            payment.paid_on,
            payment.recorded_by.name,
            payment.recorded_at,
        ]


PAID = register(
    Report(
        code="payments",
        title=_("支払済の一覧"),
        columns=(
            Column(_("受付番号")),
            Column(_("補助事業者")),
            Column(_("制度")),
            Column(_("区分")),
            Column(_("支払額（円）"), "yen"),
            Column(_("支払日"), "date"),
            Column(_("記録した人")),
            Column(_("記録日時"), "moment"),
        ),
        rows=_paid_cells,
        count=lambda actor, params: _paid(actor, params).count(),
        may=reads_cases,
        filters=("q", "since", "until"),
    )
)
