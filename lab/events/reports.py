"""Lists of the events to take away (CSV, XLSX): the events, and the people of one."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lab.booking.policies import is_staff
from lab.events import policies
from lab.events.selectors import board
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel.actor import Actor, Hat
from programs.selectors import ward_names

_YES = _("はい")


def _reads(actor: Actor) -> bool:
    return is_staff(actor) or actor.hat == Hat.AUDITOR


def _event_rows(actor: Actor, _params: Params) -> Iterator[Sequence[Cell]]:
    for row in board.events(actor):
        yield [
            row.lab.name,
            row.starts_at,
            str(row.get_kind_display()),
            row.title,
            row.programme.name if row.programme else "",
            str(row.state.label),
            row.capacity,
            row.taken,
            row.waiting,
            row.came,
            row.reason,
        ]


def _people(actor: Actor, params: Params) -> Any:
    """Those of the event of the address; what is no event has nobody."""
    rows = policies.visible_registrations(actor).select_related("event")
    try:
        return rows.filter(event__public_id=params.get("event", ""))
    except ValidationError:
        return rows.none()


def _people_rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    names = ward_names()
    for row in _people(actor, params).order_by("made_at", "pk"):
        yield [
            row.event.title,
            row.made_at,
            row.person_name,
            row.firm_name,
            names.get(row.firm_ward_id, ""),
            str(row.state.label),
            row.attended_on,
            str(_YES) if row.is_walk_in else "",
            str(_YES) if row.is_helper else "",
            row.wish,
            row.reason,
        ]


register(
    Report(
        code="lab-events",
        title=_("ラボの催しの一覧"),
        columns=(
            Column(_("ラボ")), Column(_("開始"), "moment"), Column(_("種類")), Column(_("題")),
            Column(_("連続企画")), Column(_("状態")), Column(_("定員"), "number"),
            Column(_("決まった席"), "number"), Column(_("キャンセル待ちの数"), "number"),
            Column(_("来場者"), "number"), Column(_("中止の理由")),
        ),
        rows=_event_rows,
        count=lambda actor, _params: policies.kept_events(actor).count(),
        may=_reads,
        filters=(),
    )
)  # fmt: skip
register(
    Report(
        code="lab-event-people",
        title=_("催しの名簿"),
        columns=(
            Column(_("催し")), Column(_("申込日時"), "moment"), Column(_("氏名")),
            Column(_("企業・所属")), Column(_("企業の区")), Column(_("状態")),
            Column(_("来場日"), "date"), Column(_("当日の受付")),
            Column(_("スタッフ・登壇者・出展者")), Column(_("聞きたいこと・試したいこと")),
            Column(_("理由")),
        ),
        rows=_people_rows,
        count=lambda actor, params: _people(actor, params).count(),
        may=_reads,
        filters=("event",),
    )
)  # fmt: skip
