"""Files of the selection: 順位 of a scored call, before anything is proposed too; the list of calls."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel.actor import Actor
from portal.kernel.transitions import State
from portal.ui.numbers import posted_number
from programs.selectors import ward_names
from subsidies.models import Call
from subsidies.policies import reads_cases
from subsidies.selection import papers, policies, selectors
from subsidies.selection.filters import SelectionFilter
from subsidies.selection.models import Selection
from subsidies.selection.selectors import calls as listing


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


def _refusal(actor: Actor, params: Params) -> str:
    """As on the page: while somebody still owes a sheet there is no order to take away."""
    call = _call(actor, params)
    if call is None or call.review.revealed_at is not None:
        return ""
    return gettext("採点が終わるまで、順位は書き出せません。全員の提出を待ってください。")


RANKING = register(
    Report(
        code="ranking",
        title=_("採択の順位"),
        columns=papers.COLUMNS,
        rows=_rows,
        count=_count,
        may=reads_cases,
        filters=("call",),
        refusal=_refusal,
    )
)

SELECTIONS = (
    Column(_("区")),
    Column(_("年度"), "number"),
    Column(_("回"), "number"),
    Column(_("制度")),
    Column(_("状態")),
    Column(_("起案日時"), "moment"),
    Column(_("起案した人")),
    Column(_("決裁日時"), "moment"),
    Column(_("決裁した人")),
    Column(_("予算の残額（円）"), "yen"),
)


def _found(actor: Actor, params: Params) -> list[tuple[Call, State, Selection | None]]:
    year = SelectionFilter(params, years=listing.years(actor)).chosen_year
    return listing.call_rows(actor, year)


def _selections(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for call, state, run in _found(actor, params):
        yield [
            ward_names()[call.ward_id],
            call.fiscal_year,
            call.round,
            call.version.scheme.display_name,
            str(state.label),
            run.prepared_at if run else None,
            run.prepared_by.name if run else "",
            run.approved_at if run else None,
            run.approved_by.name if run and run.approved_by else "",
            call.left_yen,
        ]


register(
    Report(
        code="selections",
        title=_("採択の一覧"),
        columns=SELECTIONS,
        rows=_selections,
        count=lambda actor, params: len(_found(actor, params)),
        may=reads_cases,
        filters=("year",),
    )
)
