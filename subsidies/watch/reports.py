"""The list of findings to take away (CSV, XLSX). Of another ward's case it says nothing but that."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.selectors import ward_names
from subsidies.policies import reads_cases
from subsidies.watch import states
from subsidies.watch.filters import FindingFilter
from subsidies.watch.models import Finding
from subsidies.watch.selectors import finding_rows
from subsidies.watch.words import summary

COLUMNS = (
    Column(_("見つかった日"), "date"),
    Column(_("区")),
    Column(_("種類")),
    Column(_("受付番号")),
    Column(_("申請者")),
    Column(_("制度")),
    Column(_("内容")),
    Column(_("ほかの区")),
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
