"""Lists to take away (CSV, XLSX): firms, their facts (修了・認定), the rows of an import."""

import uuid
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs import card, policies, selectors
from programs.fact_forms import FactFilter
from programs.fact_states import fact_state
from programs.filters import FirmFilter
from programs.history import Event, history_of
from programs.industry import SIZE_LABELS
from programs.models import Firm, ImportRow, Qualification
from programs.views.rows import change_lines, row_lines

CHUNK = 500


def _reads(actor: Actor) -> bool:
    """Who may open the lists: officials of a ward, auditors."""
    return actor.hat in {Hat.WARD, Hat.AUDITOR}


# As the list shows them: no person's name or address to write to.
FIRMS = (
    Column(_("法人番号")),
    Column(_("企業名")),
    Column(_("フリガナ")),
    Column(_("業種")),
    Column(_("従業員数"), "number"),
    Column(_("規模")),
    Column(_("本社所在地")),
    Column(_("区内事業所"), "number"),
)


def _firms(actor: Actor, params: Params) -> QuerySet[Firm]:
    across = actor.hat == Hat.AUDITOR
    found = FirmFilter(dict(params), policies.visible_firms(actor), across_wards=across)
    return found.qs.order_by("name_kana", "name", "id")


def _firm_cells(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    rows = selectors.with_site_counts(_firms(actor, params), actor.ward_id)
    for firm in rows.iterator(chunk_size=CHUNK):
        yield [
            firm.corporate_number or "",
            firm.name,
            firm.name_kana,
            f"{firm.jsic} {firm.get_jsic_display()}",
            firm.employees,
            str(SIZE_LABELS[firm.size_model]),
            firm.address,
            firm.site_count,
        ]


register(
    Report(
        code="firms",
        title=_("企業の一覧"),
        columns=FIRMS,
        rows=_firm_cells,
        count=lambda actor, params: _firms(actor, params).order_by().count(),
        may=_reads,
        filters=("q", "jsic", "size", "ward"),
    )
)

FACTS = (
    Column(_("企業名")),
    Column(_("法人番号")),
    Column(_("種類")),
    Column(_("期・回")),
    Column(_("番号")),
    Column(_("修了した人")),
    Column(_("付与日"), "date"),
    Column(_("有効期限"), "date"),
    Column(_("記録した区")),
    Column(_("状態")),
)


def _facts(actor: Actor, params: Params) -> QuerySet[Qualification]:
    rows = policies.visible_qualifications(actor).select_related("firm", "ward")
    return FactFilter(dict(params), rows.order_by("-granted_on", "-id")).qs


def _fact_cells(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    today = clock.today()
    for fact in _facts(actor, params).iterator(chunk_size=CHUNK):
        yield [
            fact.firm.name,
            fact.firm.corporate_number or "",
            str(fact.get_kind_display()),
            fact.cohort,
            fact.number,
            fact.person_name,
            fact.granted_on,
            fact.expires_on,
            fact.ward.display_name,
            str(fact_state(fact, today).label),
        ]


register(
    Report(
        code="facts",
        title=_("修了・認定の一覧"),
        columns=FACTS,
        rows=_fact_cells,
        count=lambda actor, params: _facts(actor, params).order_by().count(),
        may=_reads,
        filters=("q", "kind", "state"),
    )
)

EVENTS = (
    Column(_("日付"), "date"),
    Column(_("種類")),
    Column(_("出来事")),
    Column(_("補足")),
    Column(_("区")),
)


def _events(actor: Actor, params: Params) -> list[Event]:
    """The time line of the card, with its filters. Taking it away is recorded by the exports."""
    try:
        public_id = uuid.UUID(params.get("firm", ""))
    except ValueError:
        return []
    firm = policies.visible_firms(actor).filter(public_id=public_id).first()
    if firm is None:
        return []
    told = history_of(actor, firm, clock.today())
    given = card.asked(params, told)
    return [event for event in told.events if given.fits(event)]


def _event_cells(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    names = selectors.ward_names()
    for event in _events(actor, params):
        ward = names[event.ward_id] if event.ward_id else ""
        yield [event.day, str(event.lane.label), event.words(), event.notes(), ward]


register(
    Report(
        code="firm-history",
        title=_("企業カルテの経過"),
        columns=EVENTS,
        rows=_event_cells,
        count=lambda actor, params: len(_events(actor, params)),
        may=_reads,
        filters=("firm", "kind", "year"),
    )
)

IMPORTED = (
    Column(_("行"), "number"),
    Column(_("企業名")),
    Column(_("法人番号")),
    Column(_("結果の区分")),
    Column(_("直すところ")),
    Column(_("内容")),
)


def _imported(actor: Actor, params: Params) -> QuerySet[ImportRow]:
    try:
        job_id = uuid.UUID(params.get("job", ""))
    except ValueError:
        return ImportRow.objects.none()
    rows = ImportRow.objects.filter(job__in=policies.visible_imports(actor), job__public_id=job_id)
    outcome = params.get("outcome", "")
    if outcome in ImportRow.Outcome.values:
        rows = rows.filter(outcome=outcome)
    return rows.order_by("number")


def _imported_cells(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in _imported(actor, params).iterator(chunk_size=CHUNK):
        lines = [] if row.errors else change_lines(row.changes) or row_lines(row.values)
        yield [
            row.number,
            row.label,
            row.values.get("corporate_number") or "",
            str(row.get_outcome_display()),
            "\n".join(row.errors),
            "\n".join(lines),
        ]


register(
    Report(
        code="firm-import",
        title=_("企業名簿の取込の行"),
        columns=IMPORTED,
        rows=_imported_cells,
        count=lambda actor, params: _imported(actor, params).count(),
        may=policies.may_import,
        filters=("job", "outcome"),
    )
)
