"""The lists of kept cases and of disposals to take away (CSV, XLSX)."""

from collections.abc import Iterator, Sequence
from itertools import batched

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.selectors import ward_names
from subsidies.policies import is_office, reads_cases
from subsidies.retention import selectors, states
from subsidies.retention.filters import DisposalFilter, KeptFilter
from subsidies.retention.models import Disposal, KeptCase

CHUNK = 500
COLUMNS = (
    Column(_("受付番号")),
    Column(_("申請者")),
    Column(_("制度")),
    Column(_("終わり方")),
    Column(_("終わった日"), "date"),
    Column(_("保存年限の区分")),
    Column(_("保存期間の満了日"), "date"),
    Column(_("廃棄を止めている理由")),
    Column(_("廃棄日時"), "moment"),
)


def _found(actor: Actor, params: Params) -> QuerySet[KeptCase]:
    wanted = KeptFilter(params, years=selectors.years(actor)).wanted
    return selectors.kept_rows(actor, today=clock.today(), **wanted)


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    today = clock.today()
    for chunk in batched(_found(actor, params).iterator(chunk_size=CHUNK), CHUNK):
        for row, reasons in selectors.with_reasons(chunk, today):
            case = row.application
            yield [
                case.receipt_no,
                case.firm_name,
                case.scheme_name,
                str(row.get_ending_display()),
                row.ended_on,
                row.retention_class,
                row.ends_on,
                gettext("、").join(reasons),
                row.disposed_at,
            ]


def _count(actor: Actor, params: Params) -> int:
    return _found(actor, params).count()


register(
    Report(
        code="retention",
        title=_("保存年限の一覧"),
        columns=COLUMNS,
        rows=_rows,
        count=_count,
        may=is_office,
        filters=("q", "year", "view"),
    )
)

DISPOSALS = (
    Column(_("区")),
    Column(_("満了の基準日"), "date"),
    Column(_("状態")),
    Column(_("起案の理由")),
    Column(_("起案した人")),
    Column(_("起案日時"), "moment"),
    Column(_("決裁した人")),
    Column(_("決裁日時"), "moment"),
    Column(_("廃棄を終えた日時"), "moment"),
    Column(_("廃棄した案件"), "number"),
)


def _disposals(actor: Actor, params: Params) -> QuerySet[Disposal]:
    return selectors.disposal_rows(actor, DisposalFilter(params).chosen_status)


def _disposal_cells(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in _disposals(actor, params).iterator(chunk_size=CHUNK):
        yield [
            ward_names()[row.ward_id],
            row.ended_by,
            str(states.DISPOSAL.state(row.status).label),
            row.reason,
            row.prepared_by.name,
            row.prepared_at,
            row.approved_by.name if row.approved_by else "",
            row.approved_at,
            row.finished_at,
            row.gone,
        ]


register(
    Report(
        code="disposals",
        title=_("廃棄の一覧"),
        columns=DISPOSALS,
        rows=_disposal_cells,
        count=lambda actor, params: _disposals(actor, params).count(),
        may=reads_cases,
        filters=("status",),
    )
)
