"""Lists to take away (CSV, XLSX): findings, vendors and pairs of a year, one vendor's cases.

Of another ward's case they say nothing but that there is one.
"""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.numbers import posted_number
from programs.selectors import ward_names
from subsidies import states as application_states
from subsidies.policies import reads_cases
from subsidies.watch import selectors, states
from subsidies.watch.filters import FindingFilter
from subsidies.watch.models import Finding
from subsidies.watch.rules import likeness
from subsidies.watch.rules.limits import thawed
from subsidies.watch.selectors import PairLine, VendorLine, finding_rows
from subsidies.watch.words import summary, threshold

COLUMNS = (
    Column(_("見つかった日"), "date"),
    Column(_("区")),
    Column(_("種類")),
    Column(_("受付番号")),
    Column(_("申請者")),
    Column(_("制度")),
    Column(_("内容")),
    Column(_("ほかの区")),
    Column(_("見つけたときの基準")),
    Column(_("状態")),
    Column(_("理由")),
)

YES = _("はい")


def _cells(row: Finding) -> Sequence[Cell]:
    return [
        clock.to_date(row.found_at),
        ward_names()[row.ward_id],
        str(row.get_kind_display()),
        row.application.receipt_no,
        row.application.firm_name,
        row.application.scheme_name,
        summary(row),
        str(YES) if row.is_elsewhere else "",
        threshold(row.kind, thawed(row.evidence)),
        str(states.FINDING.state(row.status).label),
        row.reason,
    ]


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    found = finding_rows(actor, FindingFilter(params).wanted)
    for row in found.iterator(chunk_size=2000):
        yield _cells(row)


register(
    Report(
        code="findings",
        title=_("気になる点"),
        columns=COLUMNS,
        rows=_rows,
        count=lambda actor, params: finding_rows(actor, FindingFilter(params).wanted).count(),
        may=reads_cases,
        filters=("q", "kind", "status", "where"),
    )
)

VENDORS = (
    Column(_("発注予定先")),
    Column(_("企業"), "number"),
    Column(_("年度に申請した企業"), "number"),
    Column(_("割合（％）"), "number"),
    Column(_("申請"), "number"),
    Column(_("集中")),
)


def _vendor_lines(actor: Actor, params: Params) -> list[VendorLine]:
    year = selectors.year_of(selectors.years(actor), posted_number(params.get("year", "")))
    return selectors.vendor_lines(actor, year) if year is not None else []


def _vendors(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for line in _vendor_lines(actor, params):
        percent = likeness.percent(line.share)
        mark = str(YES) if line.is_cluster else ""
        yield [line.name, line.firms, line.of, percent, line.applications, mark]


register(
    Report(
        code="vendors",
        title=_("発注先の一覧"),
        columns=VENDORS,
        rows=_vendors,
        count=lambda actor, params: len(_vendor_lines(actor, params)),
        may=reads_cases,
        filters=("year",),
    )
)

PAIRS = (
    Column(_("会社の組")),
    Column(_("企業"), "number"),
    Column(_("申請"), "number"),
    Column(_("いつも一緒")),
)


def _pair_lines(actor: Actor, params: Params) -> list[PairLine]:
    year = selectors.year_of(selectors.years(actor), posted_number(params.get("year", "")))
    return selectors.pair_lines(actor, year) if year is not None else []


def _pairs(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for line in _pair_lines(actor, params):
        yield [line.name, line.firms, line.applications, str(YES) if line.is_told else ""]


register(
    Report(
        code="quote-pairs",
        title=_("見積りの組"),
        columns=PAIRS,
        rows=_pairs,
        count=lambda actor, params: len(_pair_lines(actor, params)),
        may=reads_cases,
        filters=("year",),
    )
)

VENDOR_CASES = (
    Column(_("発注予定先")),
    Column(_("区")),
    Column(_("受付番号")),
    Column(_("申請者")),
    Column(_("発注予定額（税抜・円）"), "yen"),
    Column(_("一緒に挙げている発注先")),
    Column(_("申請日"), "date"),
    Column(_("状態")),
)


def _vendor_cases(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    found = selectors.cluster(actor, params.get("key", ""))
    for case in found.cases if found else ():
        row = case.application
        yield [
            found.name if found else "",
            ward_names()[row.ward_id],
            row.receipt_no,
            row.firm_name,
            case.yen,
            str(_("、")).join(case.companions),
            clock.to_date(row.submitted_at) if row.submitted_at else None,
            str(application_states.APPLICATION.state(row.status).label),
        ]


register(
    Report(
        code="vendor-cases",
        title=_("発注先を挙げている申請"),
        columns=VENDOR_CASES,
        rows=_vendor_cases,
        count=lambda actor, params: sum(1 for _row in _vendor_cases(actor, params)),
        may=reads_cases,
        filters=("key",),
    )
)
