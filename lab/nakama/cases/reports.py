"""The list to take away: counts by ward."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from lab.nakama.cases import policies
from lab.nakama.cases.selectors.counts import counts
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor

COLUMNS = (
    Column(_("区")),
    Column(_("仲間を探している"), "number"),
    Column(_("製作中・検収待ち"), "number"),
    Column(_("納品済み"), "number"),
    Column(_("取下げ・不成立"), "number"),
)


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    """No names, no prices."""
    for row in counts(actor, today=clock.today()).wards:
        yield [row.name, row.asking, row.making, row.closed, row.failed]


register(
    Report(
        code="nakama-counts",
        title=_("仲間まわしの件数"),
        columns=COLUMNS,
        rows=_rows,
        count=lambda actor, _params: len(counts(actor, today=clock.today()).wards),
        may=policies.reads_counts,
    )
)
