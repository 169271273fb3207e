"""What the worksheets tell on a firm's card, to whom the firm lets read them: begun, handed in, marked."""

import datetime as dt
from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dojo.worksheets import policies, states
from dojo.worksheets.models import Remark, Worksheet, WorksheetVersion
from portal.kernel.actor import Actor, Hat
from programs import history
from programs.history import DIAGNOSIS, OF_FIRM, Event, Place, Todo, Told
from programs.models import Firm


@history.tells(Worksheet)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """Three queries: sheets without their contents, versions, marks."""
    rows = policies.visible_worksheets(actor).filter(firm_id=firm.pk)
    found = rows.defer("content", "confidential").order_by("-started_at", "-pk")
    sheets = {sheet.pk: sheet for sheet in found[: history.MOST]}
    for sheet in sheets.values():
        yield _event(actor, sheet, sheet.started_at, _("「%(name)s」を書き始めました"))
        if sheet.status in states.EDITABLE:
            what = str(_("「%(name)s」の続きを書く")) % {"name": sheet.name}
            yield Todo(DIAGNOSIS, OF_FIRM, what, sheet.person_name, place=_place(actor, sheet))
    if not sheets:
        return
    mine = {"worksheet__in": list(sheets)}
    versions = WorksheetVersion.objects.filter(**mine).order_by("-handed_in_at")
    for pk, at in versions.values_list("worksheet_id", "handed_in_at")[: history.MOST]:
        yield _event(actor, sheets[pk], at, _("「%(name)s」を提出しました"))
    marks = Remark.objects.filter(**mine).exclude(grade="").order_by("-written_at")
    grades = dict(Remark.Grade.choices)
    for pk, at, grade in marks.values_list("worksheet_id", "written_at", "grade")[: history.MOST]:
        text, note = _("「%(name)s」の講評が返りました"), grades[grade]
        yield _event(actor, sheets[pk], at, text, note, tone="green")


def _event(
    actor: Actor,
    sheet: Worksheet,
    at: dt.datetime,
    text: Promise,
    note: str | Promise = "",
    tone: str = "",
) -> Event:
    return Event(
        at=at,
        lane=DIAGNOSIS,
        text=text,
        values={"name": sheet.name},
        note=(note, sheet.person_name),
        tone=tone,
        place=_place(actor, sheet),
        ward_id=sheet.ward_id,
    )


def _place(actor: Actor, sheet: Worksheet) -> Place:
    route = "worksheets:sheet" if actor.hat == Hat.FIRM else "worksheets:read"
    return Place(route, sheet.public_id)
