"""The list of kept cases to take away (CSV, XLSX)."""

from collections.abc import Iterator, Sequence
from itertools import batched

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor
from subsidies.policies import is_office
from subsidies.retention import selectors
from subsidies.retention.filters import KeptFilter
from subsidies.retention.models import KeptCase

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
