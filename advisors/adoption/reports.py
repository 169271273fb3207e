"""導入したツール of a ward to take away (CSV, XLSX)."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from advisors.adoption import codes, policies
from advisors.adoption.selectors import board
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel.actor import Actor
from programs.selectors import ward_name

COLUMNS = (
    Column(_("区")),
    Column(_("企業")),
    Column(_("ツールの名前")),
    Column(_("提供する会社")),
    Column(_("対象の業務")),
    Column(_("状態")),
    Column(_("利用開始日"), "date"),
    Column(_("使うはずの人数"), "number"),
    Column(_("最後に記録した週"), "date"),
    Column(_("直近4週の利用率（%）"), "number"),
    Column(_("信号")),
    Column(_("失敗パターン")),
    Column(_("利用をやめた日"), "date"),
    Column(_("利用をやめた理由")),
)


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in board.rows(actor, params.get("view", "")).iterator(chunk_size=2000):
        yield [
            ward_name(row.ward_id),
            row.firm_name,
            row.name,
            row.vendor,
            row.work,
            str(row.state.label),
            row.started_on,
            row.people,
            row.last_week,
            row.use_percent,
            str(codes.LIGHTS[row.light]),
            row.pattern_words,
            row.stopped_on,
            row.stop_reason,
        ]


register(
    Report(
        code="adoption-tools",
        title=_("導入したツール"),
        columns=COLUMNS,
        rows=_rows,
        count=lambda actor, params: board.rows(actor, params.get("view", "")).count(),
        may=policies.reads_lists,
        filters=("view",),
    )
)
