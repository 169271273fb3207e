"""Lists of the review to take away (CSV, XLSX): the reviews, and who is how far with which case.

Scores stand in neither: they are the workbook's, which opens once nobody owes a sheet any more.
"""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel.actor import Actor
from portal.ui.numbers import posted_number
from programs.selectors import ward_names
from subsidies.committee import policies, states
from subsidies.committee.filters import ReviewFilter
from subsidies.committee.models import ReviewRound
from subsidies.committee.selectors import board as boards
from subsidies.committee.selectors import rounds
from subsidies.policies import reads_cases

REVIEWS = (
    Column(_("区")),
    Column(_("年度"), "number"),
    Column(_("回"), "number"),
    Column(_("制度")),
    Column(_("状態")),
    Column(_("採点の期限"), "date"),
    Column(_("申請者名を伏せる")),
    Column(_("採点票"), "number"),
    Column(_("提出した採点票"), "number"),
    Column(_("開始日時"), "moment"),
    Column(_("終了日時"), "moment"),
)


def _found(actor: Actor, params: Params) -> QuerySet[ReviewRound]:
    return ReviewFilter(params, years=rounds.years(actor)).chosen(rounds.rounds(actor))


def _reviews(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in rounds.with_progress(_found(actor, params)):
        yield [
            ward_names()[row.ward_id],
            row.call.fiscal_year,
            row.call.round,
            row.version.scheme.display_name,
            str(states.ROUND.state(row.status).label),
            row.due_on,
            row.is_blind,
            row.owed,
            row.done,
            row.opened_at,
            row.closed_at,
        ]


register(
    Report(
        code="reviews",
        title=_("審査の一覧"),
        columns=REVIEWS,
        rows=_reviews,
        count=lambda actor, params: _found(actor, params).count(),
        may=reads_cases,
        filters=("status", "year"),
    )
)

CASES = (
    Column(_("案件"), "number"),
    Column(_("事業名")),
    Column(_("申請者")),
    Column(_("審査委員")),
    Column(_("委員長")),
    Column(_("状態")),
    Column(_("除斥の理由")),
)


def _cases(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    number = posted_number(params.get("round", ""))
    found = policies.visible_rounds(actor).filter(pk=number).first() if number else None
    if found is None:
        return
    board = boards.board(actor, found)
    for line in board.lines:
        for member, cell in zip(board.members, line.cells, strict=True):
            if cell.state is None and not cell.conflict:
                continue
            yield [
                line.case.number,
                line.case.title,
                line.case.firm_name,
                member.user.name,
                member.is_chair,
                str(cell.state.label) if cell.state else "",
                cell.conflict,
            ]


register(
    Report(
        code="review-cases",
        title=_("審査の提出の状況"),
        columns=CASES,
        rows=_cases,
        count=lambda actor, params: sum(1 for _row in _cases(actor, params)),
        may=reads_cases,
        filters=("round",),
    )
)
