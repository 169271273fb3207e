"""年度の予算 and 受付の順 as files: the rows of the office's pages, without their page."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.numbers import posted_number
from programs.selectors import ward_names
from subsidies.models import Call
from subsidies.office import policies, selectors
from subsidies.policies import reads_cases


def _year(params: Params) -> int:
    return posted_number(params.get("year", "")) or clock.fiscal_year(clock.today())


def _budgets(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    wards = ward_names()
    for row in selectors.budget_rows(actor, _year(params)):
        call = row.call
        assert call is not None
        yield [
            call.fiscal_year,
            wards[call.ward_id],
            call.version.scheme.name,
            call.round,
            call.budget_line,
            row.budget_yen,
            row.applied_yen,
            row.decided_yen,
            row.final_yen,
            row.paid_yen,
            row.free_yen,
            row.applied,
        ]


BUDGETS = Report(
    code="budgets",
    title=_("年度の予算"),
    columns=(
        Column(_("年度"), "number"),
        Column(_("区")),
        Column(_("制度")),
        Column(_("公募の回"), "number"),
        Column(_("予算科目")),
        Column(_("予算額（円）"), "yen"),
        Column(_("申請中（円）"), "yen"),
        Column(_("決定（円）"), "yen"),
        Column(_("確定（円）"), "yen"),
        Column(_("支払（円）"), "yen"),
        Column(_("まだ申請のない額（円）"), "yen"),
        Column(_("申請中の件数"), "number"),
    ),
    rows=_budgets,
    count=lambda actor, params: len(selectors.budget_rows(actor, _year(params))),
    may=reads_cases,
    filters=("year",),
)


def _call(actor: Actor, params: Params) -> Call | None:
    number = posted_number(params.get("call", ""))
    return policies.visible_calls(actor).filter(pk=number).first() if number else None


def _arrivals(actor: Actor, params: Params) -> list[selectors.QueueRow]:
    call = _call(actor, params)
    if call is None or call.mode != Call.Mode.FIRST_COME:
        return []
    return selectors.queue_of(actor, call)


def _arrival_cells(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in _arrivals(actor, params):
        application = row.application
        yield [
            row.place,
            application.receipt_no,
            application.firm_name,
            application.get_applicant_class_display(),
            application.submitted_at,
            row.yen,
            str(_("予算内") if row.inside else _("予算待ち")),
        ]


ARRIVALS = Report(
    code="arrivals",
    title=_("受付の順"),
    columns=(
        Column(_("順"), "number"),
        Column(_("受付番号")),
        Column(_("申請者")),
        Column(_("申請者の区分")),
        Column(_("申請日時"), "moment"),
        Column(_("額（円）"), "yen"),
        Column(_("予算")),
    ),
    rows=_arrival_cells,
    count=lambda actor, params: len(_arrivals(actor, params)),
    may=reads_cases,
    filters=("call",),
)
