"""Lists to take away (CSV, XLSX): the runs, what became of each item of one run, the ward's letters."""

import uuid
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel.actor import Actor
from portal.letters.models import Letter
from programs.selectors import ward_names
from subsidies.bulk import letters, policies
from subsidies.bulk.filters import LetterFilter, RunFilter
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.bulk.rows import items_of, row_of
from subsidies.policies import is_office, reads_cases

CHUNK = 500
RUNS = (
    Column(_("区")),
    Column(_("処理")),
    Column(_("状態")),
    Column(_("準備した人")),
    Column(_("準備日時"), "moment"),
    Column(_("開始日時"), "moment"),
    Column(_("終了日時"), "moment"),
    Column(_("中止日時"), "moment"),
    Column(_("中止した理由")),
)


def _found(actor: Actor, params: Params) -> QuerySet[BulkRun]:
    return RunFilter(params).chosen(policies.visible_runs(actor)).order_by("-created_at")


def _runs(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for run in _found(actor, params).iterator(chunk_size=CHUNK):
        yield [
            ward_names()[run.ward_id],
            str(run.get_kind_display()),
            str(run.phase.label),
            run.created_by.name,
            run.created_at,
            run.started_at,
            run.finished_at,
            run.cancelled_at,
            run.problem,
        ]


register(
    Report(
        code="bulk-runs",
        title=_("一括処理の一覧"),
        columns=RUNS,
        rows=_runs,
        count=lambda actor, params: _found(actor, params).count(),
        may=reads_cases,
        filters=("kind", "phase"),
    )
)

RESULTS = (
    Column(_("順"), "number"),
    Column(_("結果")),
    Column(_("受付番号")),
    Column(_("名称")),
    Column(_("制度・通知書")),
    Column(_("内容")),
    Column(_("理由")),
    Column(_("処理日時"), "moment"),
)


def _run(actor: Actor, params: Params) -> BulkRun | None:
    """The run of the address, where the actor sees it."""
    try:
        public_id = uuid.UUID(params.get("run", ""))
    except ValueError:
        return None
    return policies.visible_runs(actor).filter(public_id=public_id).first()


def _items(actor: Actor, params: Params) -> tuple[str, QuerySet[BulkItem]]:
    run, outcome = _run(actor, params), params.get("outcome", "")
    if run is None:
        return "", BulkItem.objects.none()
    known = outcome if outcome in BulkItem.Outcome.values else ""
    return run.kind, items_of(run, known)


def _results(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    kind, items = _items(actor, params)
    for item in items.iterator(chunk_size=CHUNK):
        row = row_of(kind, item)
        yield [
            item.position,
            str(item.get_outcome_display()),
            row.number,
            row.name,
            row.subject,
            row.what,
            row.reason,
            item.settled_at,
        ]


register(
    Report(
        code="bulk-results",
        title=_("一括処理の結果"),
        columns=RESULTS,
        rows=_results,
        count=lambda actor, params: _items(actor, params)[1].count(),
        may=reads_cases,
        filters=("run", "outcome"),
    )
)

LETTERS = (
    Column(_("通知書")),
    Column(_("受付番号")),
    Column(_("文書番号")),
    Column(_("あて先")),
    Column(_("発行日"), "date"),
)


def _letters(actor: Actor, params: Params) -> QuerySet[Letter]:
    wanted = LetterFilter(params, kinds=letters.kinds(actor)).chosen
    return letters.letters(actor, wanted).reverse()


def _letter_cells(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in _letters(actor, params).iterator(chunk_size=CHUNK):
        yield [
            row.data.get("title", ""),
            row.case_no,
            row.document_no,
            row.data.get("addressee_name") or "",
            row.issued_on,
        ]


register(
    Report(
        code="letters",
        title=_("通知書の一覧"),
        columns=LETTERS,
        rows=_letter_cells,
        count=lambda actor, params: _letters(actor, params).count(),
        may=is_office,
        filters=("kind", "since", "until"),
    )
)
