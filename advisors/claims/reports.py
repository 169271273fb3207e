"""Claims to take away (CSV, XLSX): the list, and the lines of one claim or of a month."""

import uuid
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from advisors import codes
from advisors.claims import months
from advisors.claims.models import ClaimLine
from advisors.claims.policies import may_read_lists, may_read_statements, visible_lines
from advisors.claims.selectors import yearly
from advisors.claims.selectors.board import listed
from advisors.claims.statement import DETAIL, KIND
from advisors.claims.words import VERDICTS, note_texts
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.selectors import ward_names

CHUNK = 500
CLAIMS = (
    Column(_("請求番号")),
    Column(_("区")),
    Column(_("月"), "date"),
    Column(_("相談員")),
    Column(_("支払先の名前")),
    Column(_("登録番号（インボイス）")),
    Column(_("状態")),
    Column(_("訪問"), "number"),
    Column(_("謝金"), "yen"),
    Column(_("交通費"), "yen"),
    Column(_("請求額（税込）"), "yen"),
    Column(_("うち消費税"), "yen"),
    Column(_("源泉徴収税額"), "yen"),
    Column(_("差引支払額"), "yen"),
    Column(_("提出日"), "date"),
    Column(_("決裁日"), "date"),
    Column(_("支払日"), "date"),
)
LINES = (
    Column(_("請求番号")),
    Column(_("相談員")),
    Column(_("訪問日"), "date"),
    Column(_("企業")),
    Column(_("役割")),
    Column(_("訪問の時間（分）"), "number"),
    Column(_("支払う時間（分）"), "number"),
    Column(_("1時間の謝金"), "yen"),
    Column(_("謝金表の版"), "number"),
    Column(_("謝金"), "yen"),
    Column(_("交通費"), "yen"),
    Column(_("計"), "yen"),
    Column(_("注意")),
)
STATEMENTS = (
    Column(_("年"), "number"),
    Column(_("区")),
    Column(_("支払先の名前")),
    Column(_("契約の相手")),
    Column(_("登録番号（インボイス）")),
    Column(_("区分")),
    Column(_("細目")),
    Column(_("支払の回数"), "number"),
    Column(_("支払金額"), "yen"),
    Column(_("源泉徴収税額"), "yen"),
    Column(_("うち消費税"), "yen"),
    Column(_("決裁済みで未払"), "yen"),
    Column(_("支払調書の提出")),
)


def _claims(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in listed(actor, params).iterator(chunk_size=CHUNK):
        yield [
            row.number,
            ward_names()[row.ward_id],
            row.month,
            row.advisor_name,
            row.payee_name,
            row.registration_no,
            str(row.state.label),
            row.visits,
            row.fee_yen,
            row.travel_yen,
            row.total_yen,
            row.tax_yen,
            row.withheld_yen,
            row.pay_yen,
            row.submitted_at and clock.to_date(row.submitted_at),
            row.approved_at and clock.to_date(row.approved_at),
            row.paid_on,
        ]


def _asked(actor: Actor, params: Params) -> QuerySet[ClaimLine]:
    """Lines of the claim that is named, or of a month's claims; of none where neither is readable."""
    rows = visible_lines(actor)
    try:
        rows = rows.filter(claim__public_id=uuid.UUID(params.get("claim", "")))
    except ValueError:
        rows = rows.filter(claim__month=months.parse(params.get("month", "")))
    return rows.select_related("claim", "correction").order_by("claim_id", "position")


def _lines(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in _asked(actor, params).iterator(chunk_size=CHUNK):
        notes = note_texts(row.notes)
        if row.correction:
            notes.insert(
                0, str(_("前の請求の訂正：%(reason)s")) % {"reason": row.correction.reason}
            )
        yield [
            row.claim.number,
            row.claim.advisor_name,
            row.visited_on,
            row.firm_name,
            str(codes.SIDES.get(row.side, row.side)),
            row.minutes,
            row.paid_minutes,
            row.hour_yen,
            row.fee_table,
            row.fee_yen,
            row.travel_yen,
            row.total_yen,
            str(_("、")).join(notes),
        ]


register(
    Report(
        code="fee-claims",
        title=_("謝金の請求の一覧"),
        columns=CLAIMS,
        rows=_claims,
        count=lambda actor, params: listed(actor, params).count(),
        may=may_read_lists,
        filters=("tab", "month"),
    )
)
register(
    Report(
        code="fee-claim-lines",
        title=_("謝金の請求の明細"),
        columns=LINES,
        rows=_lines,
        count=lambda actor, params: _asked(actor, params).count(),
        may=may_read_lists,
        filters=("claim", "month"),
    )
)


def _statements(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    year = yearly.year_asked(params.get("year", ""))
    for row in yearly.statements(actor, year):
        found = row.statement
        yield [
            year,
            ward_names()[row.claim.ward_id],
            found.name,
            str(row.claim.get_payee_kind_display()),
            row.registration_no,
            KIND,
            DETAIL,
            found.payments,
            found.amount_yen,
            found.withheld_yen,
            found.tax_yen,
            found.unpaid_yen,
            str(VERDICTS[found.verdict]),
        ]


register(
    Report(
        code="payment-statements",
        title=_("支払調書の一覧"),
        columns=STATEMENTS,
        rows=_statements,
        count=lambda actor, params: len(
            yearly.statements(actor, yearly.year_asked(params.get("year", "")))
        ),
        may=may_read_statements,
        filters=("year",),
    )
)
