"""補助金台帳 as a file: its columns in order. Adding one goes to the end: others read by place."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report
from portal.kernel.actor import Actor
from programs.selectors import ward_names
from subsidies import grant_states, states
from subsidies.ledger import selectors
from subsidies.ledger.selectors import LedgerFilters
from subsidies.policies import reads_cases

Entry = dict[str, Any]
_APPLICATION = {state.code: state.label for state in states.APPLICATION.states}
_GRANT = {state.code: state.label for state in grant_states.GRANT.states}


def _field(name: str) -> Callable[[Entry], Cell]:
    def read(entry: Entry) -> Cell:
        return entry[name]

    return read


def _application(entry: Entry) -> str:
    return str(_APPLICATION[entry["status"]])


def _grant(entry: Entry) -> str:
    return str(_GRANT[entry["grant_status"]]) if entry["grant_status"] else ""


def _decision(entry: Entry) -> str:
    return selectors.decision_label(entry["outcome"])


def _ward(entry: Entry) -> str:
    return ward_names()[entry["ward_id"]]


# (label, kind, value); yen of the four columns add up to the call's.
COLUMNS: tuple[tuple[Column, Callable[[Entry], Cell]], ...] = (
    (Column(_("区")), _ward),
    (Column(_("年度"), "number"), _field("year")),
    (Column(_("制度の略号")), _field("scheme_code")),
    (Column(_("制度")), _field("scheme_name")),
    (Column(_("要綱の版"), "number"), _field("version_number")),
    (Column(_("公募の回"), "number"), _field("round")),
    (Column(_("受付番号")), _field("receipt_no")),
    (Column(_("申請日時"), "moment"), _field("submitted_at")),
    (Column(_("申請者")), _field("firm_name")),
    (Column(_("法人番号")), _field("corporate_number")),
    (Column(_("事業名")), _field("title")),
    (Column(_("申請の状態")), _application),
    (Column(_("交付申請額（円）"), "yen"), _field("requested_yen")),
    (Column(_("決定の区分")), _decision),
    (Column(_("決定日"), "date"), _field("first_decided_on")),
    (Column(_("決定の文書番号")), _field("document_no")),
    (Column(_("当初の交付決定額（円）"), "yen"), _field("first_decided_yen")),
    (Column(_("補助事業の状態")), _grant),
    (Column(_("いまの交付決定額（円）"), "yen"), _field("decided_yen")),
    (Column(_("事業の期限"), "date"), _field("project_ends_on")),
    (Column(_("実績報告の期限"), "date"), _field("report_due_on")),
    (Column(_("事業完了日"), "date"), _field("completed_on")),
    (Column(_("額の確定日"), "date"), _field("final_on")),
    (Column(_("額の確定の文書番号")), _field("final_no")),
    (Column(_("確定額（円）"), "yen"), _field("final_yen")),
    (Column(_("最後の支払日"), "date"), _field("paid_on")),
    (Column(_("支払済額（円）"), "yen"), _field("paid_yen")),
    (Column(_("予算の申請中（円）"), "yen"), _field("open_column")),
    (Column(_("予算の決定（円）"), "yen"), _field("decided_column")),
    (Column(_("予算の確定（円）"), "yen"), _field("final_column")),
    (Column(_("予算の支払（円）"), "yen"), _field("paid_column")),
    (Column(_("補助対象経費（円）"), "yen"), _field("eligible_yen")),
    (Column(_("補助率")), _field("rate")),
    (Column(_("上限額（円）"), "yen"), _field("cap_yen")),
    (Column(_("補助対象経費の実績額（円）"), "yen"), _field("final_eligible_yen")),
    (Column(_("取消日"), "date"), _field("revoked_on")),
    (Column(_("取消の文書番号")), _field("revoked_no")),
    (Column(_("取り消した額（円）"), "yen"), _field("revoked_yen")),
    (Column(_("返還命令額（円）"), "yen"), _field("ordered_yen")),
    (Column(_("返還済額（円）"), "yen"), _field("returned_yen")),
)


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    values = [value for _column, value in COLUMNS]
    for entry in selectors.ledger_entries(actor, LedgerFilters.read(params)):
        yield [value(entry) for value in values]


def _count(actor: Actor, params: Params) -> int:
    return selectors.ledger(actor, LedgerFilters.read(params)).order_by().count()


LEDGER = Report(
    code="subsidy-ledger",
    title=_("補助金台帳"),
    columns=[column for column, _value in COLUMNS],
    rows=_rows,
    count=_count,
    may=reads_cases,
    filters=("ward", "year", "scheme", "state", "q"),
)
