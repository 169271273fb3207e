"""Weekly figures: typed one by one, taken from a table all or none, or taken back."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from advisors.adoption import policies
from advisors.adoption.models import Tool, WeekFigures
from advisors.adoption.rules import table
from advisors.adoption.rules.columns import WEEK
from advisors.adoption.rules.entry import MOST, Entry, Fault, faults
from advisors.adoption.rules.table import Frame, LineFault, slashed
from advisors.adoption.rules.weeks import last_week, monday
from advisors.adoption.services.errors import FiguresRefused, Known, TableRefused
from advisors.adoption.services.summary import summary_refresh
from advisors.adoption.services.tools import writable
from advisors.services import Refused
from portal.kernel import audit, clock
from portal.kernel.actor import Actor

_FIGURES = ("logged_in", "entered", "expected", "errors")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many weeks of a table were new, put in place of others, or there already."""

    new: int
    replaced: int
    same: int


def frame_of(tool: Tool, today: dt.date, known: Iterable[WeekFigures] = ()) -> Frame:
    """Which weeks can be recorded."""
    return Frame(
        monday(tool.started_on),
        last_week(today, tool.stopped_on),
        tool.people,
        {row.week: row.people for row in known},
    )


def week_save(
    *, actor: Actor, tool_id: int, week: dt.date, entry: Entry, replace: bool = False
) -> WeekFigures:
    """One week. The same figures once more change nothing.

    Raises FiguresRefused, Known (other figures are there, and `replace` is not given), Refused,
    RoleMissing, Tool.DoesNotExist.
    """
    with transaction.atomic():
        tool = writable(actor, tool_id)
        before = WeekFigures.objects.filter(tool=tool, week=week).first()
        _check(tool, week, entry, before)
        if before is not None and _figures(before) == asdict(entry):
            return before
        if before is not None and not replace:
            raise Known
        row = _write(actor, tool, week, entry, before, WeekFigures.Source.TYPED)
        summary_refresh(tool)
        audit.record(
            actor=actor,
            action="adoption.week_saved",
            obj=tool,
            changes={name: [getattr(before, name, None), getattr(row, name)] for name in _FIGURES}
            if before is not None
            else {},
            detail={"week": week.isoformat(), **asdict(entry)},
        )
        return row


def week_remove(*, actor: Actor, tool_id: int, week: dt.date) -> None:
    """Take a week back that was recorded by mistake; its figures stay in the audit trail.

    Raises Refused, RoleMissing, Tool.DoesNotExist.
    """
    with transaction.atomic():
        tool = writable(actor, tool_id)
        row = WeekFigures.objects.filter(tool=tool, week=week).first()
        if row is None:
            raise Refused(_("この週の数字は、もうありません。"))
        figures = _figures(row)
        row.delete()
        summary_refresh(tool)
        audit.record(
            actor=actor,
            action="adoption.week_removed",
            obj=tool,
            detail={"week": week.isoformat(), **figures},
        )


def weeks_import(*, actor: Actor, tool_id: int, text: str, replace: bool = False) -> Imported:
    """Take a whole table, or nothing of it.

    Raises TableRefused, RoleMissing, Tool.DoesNotExist.
    """
    with transaction.atomic():
        tool = writable(actor, tool_id)
        known = {row.week: row for row in WeekFigures.objects.filter(tool=tool)}
        found = table.read(text, frame_of(tool, clock.today(), known.values()))
        others = {
            row.week: known[row.week]
            for row in found.rows
            if row.week in known and _figures(known[row.week]) != asdict(row.entry)
        }
        wrong = list(found.faults)
        if not replace:
            wrong += _known_faults(found.rows, others)
        if wrong:
            raise TableRefused(sorted(wrong, key=lambda fault: fault.line))
        for row in found.rows:
            if row.week not in known or row.week in others:
                before = others.get(row.week)
                _write(actor, tool, row.week, row.entry, before, WeekFigures.Source.TABLE)
        summary_refresh(tool)
        result = Imported(
            new=sum(row.week not in known for row in found.rows),
            replaced=len(others),
            same=sum(row.week in known and row.week not in others for row in found.rows),
        )
        audit.record(actor=actor, action="adoption.weeks_imported", obj=tool, detail=asdict(result))
        return result


def _known_faults(
    rows: Iterable[table.Row], others: Mapping[dt.date, WeekFigures]
) -> Iterable[LineFault]:
    told = _(
        "%(day)sの週には、違う数字が記録されています。置き換えるときは、下の「記録済みの数字を"
        "置き換える」にチェックを入れてください。"
    )
    for row in rows:
        if row.week in others:
            name = table.headings()[WEEK]
            yield LineFault(row.line, name, told % {"day": slashed(row.week)})


def _check(tool: Tool, week: dt.date, entry: Entry, before: WeekFigures | None) -> None:
    """Raises FiguresRefused."""
    frame = frame_of(tool, clock.today(), [before] if before else [])
    wrong: list[Fault] = []
    if week != monday(week) or not frame.first <= week <= frame.last:
        wrong.append(Fault("week", _("この週は記録できません。一覧から選び直してください。")))
    if any(not 0 <= (getattr(entry, name) or 0) <= MOST for name in _FIGURES):
        wrong.append(Fault("logged_in", _("数字は0から100万までにしてください。")))
    wrong += faults(entry, frame.people_in(week))
    if wrong:
        raise FiguresRefused(wrong)


def _write(
    actor: Actor,
    tool: Tool,
    week: dt.date,
    entry: Entry,
    before: WeekFigures | None,
    source: str,
) -> WeekFigures:
    people = tool.people
    if before is not None and entry.logged_in > people:
        people = before.people  # there were more then
    row = WeekFigures(
        pk=before.pk if before is not None else None,
        tool=tool,
        ward_id=tool.ward_id,
        firm_id=tool.firm_id,
        week=week,
        people=people,
        source=source,
        recorded_by_id=policies.person(actor),
        recorded_at=clock.database_now(),
        **asdict(entry),
    )
    row.save(force_insert=before is None, force_update=before is not None)
    return row


def _figures(row: WeekFigures) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FIGURES}
