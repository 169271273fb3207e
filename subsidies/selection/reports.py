"""順位 of a scored call as a file, also before anything is proposed."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Params, Report, register
from portal.kernel.actor import Actor
from portal.ui.numbers import posted_number
from subsidies.models import Call
from subsidies.policies import reads_cases
from subsidies.selection import papers, policies, selectors


def _call(actor: Actor, params: Params) -> Call | None:
    number = posted_number(params.get("call", ""))
    calls = policies.visible_calls(actor).select_related("version__scheme", "review__version")
    return calls.filter(pk=number).first() if number else None


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    call = _call(actor, params)
    if call is None:
        return
    found = selectors.ranking(call, actor=actor)
    for line in selectors.result(found)["lines"]:
        yield papers.cells_of(line)


def _count(actor: Actor, params: Params) -> int:
    call = _call(actor, params)
    return len(selectors.ranking(call, actor=actor).lines) if call else 0


RANKING = register(
    Report(
        code="ranking",
        title=_("採択の順位"),
        columns=papers.COLUMNS,
        rows=_rows,
        count=_count,
        may=reads_cases,
        filters=("call",),
    )
)
