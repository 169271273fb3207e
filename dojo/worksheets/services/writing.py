"""Beginning a worksheet and filling it in. What was typed is kept as it was typed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dojo.services.errors import Refused
from dojo.worksheets import policies, seats
from dojo.worksheets.models import Worksheet
from dojo.worksheets.rules.building import built
from dojo.worksheets.rules.sheet import ROW_ID, Sheet, Step
from dojo.worksheets.sheets import SHEETS
from portal.accounts.policies import person_id
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.texts import plain
from portal.kernel.transitions import RoleMissing
from programs.models import Firm
from programs.policies import visible_firms
from programs.selectors import open_sites

# More than any limit of a field: a text that is too long is kept, and said to be.
MOST_KEPT = 3000
MOST_SHEETS = 60


class Stale(Refused):
    """Another tab or person saved since the page was filled. Nothing of this save was stored."""

    message = gettext_lazy(
        "ほかの画面で保存された内容があります。下の内容でよければ、もう一度保存してください。"
    )


class NotEditable(Refused):
    """It is with the lecturer."""

    message = gettext_lazy(
        "提出したワークシートは変えられません。「書き直す」を押してから直してください。"
    )


class Kept(Refused):
    """Others have read it or written on it: it stays on record."""

    message = gettext_lazy(
        "提出したワークシートと、コメントの付いたワークシートは消せません。書き直すことはできます。"
    )


def worksheet_start(
    *, actor: Actor, kind: str, title: str = "", enrolment_id: int | None = None
) -> Worksheet:
    """新しいワークシート, with the rows and values that its kind offers at first.

    Raises RoleMissing, Refused (no such kind, another's seat, no site in any ward, too many).
    """
    if actor.hat != Hat.FIRM or actor.firm_id is None:
        raise RoleMissing
    if kind not in SHEETS:
        raise Refused(_("ワークシートを選び直してください。"))
    with transaction.atomic():
        firm = visible_firms(actor).get(pk=actor.firm_id)
        seat = None
        if enrolment_id is not None:
            seat = seats.own_seats(actor).filter(pk=enrolment_id).first()
            if seat is None:
                raise Refused(_("受講が決まった講座から選んでください。"))
        ward_id = seat.ward_id if seat else _ward_of(firm)
        if policies.visible_worksheets(actor).count() >= MOST_SHEETS:
            raise Refused(_("ワークシートは%(most)d枚までです。") % {"most": MOST_SHEETS})
        sheet = SHEETS[kind]
        row = Worksheet.objects.create(
            ward_id=ward_id,
            firm=firm,
            person_id=person_id(actor),
            enrolment=seat,
            firm_name=firm.name,
            person_name=actor.name,
            kind=kind,
            title=_text(title)[:80].strip(),
            content={},
            confidential=sheet.kept_at_first(),
        )
        audit.record(actor=actor, action="worksheets.started", obj=row, detail={"kind": kind})
        return row


def step_save(
    *, actor: Actor, worksheet_id: int, step: str, typed: Any, revision: int | None
) -> Worksheet:
    """Keep a step as it was typed: {field: text} or a list of such rows; empty rows are dropped.

    Raises Worksheet.DoesNotExist, NotEditable, Refused (too many rows), Stale.
    """
    with transaction.atomic():
        row = policies.visible_worksheets(actor).select_for_update().get(pk=worksheet_id)
        if not policies.may_write(actor, row):
            raise NotEditable
        if revision is not None and revision != row.revision:
            raise Stale
        sheet = built(SHEETS[row.kind], row.content)
        found = sheet.step(step)
        if found is None:
            raise Refused(_("この画面は、もうありません。"))
        kept = _rows(found, typed) if found.has_rows else _answers(found, typed)
        if row.content.get(step) == kept:
            return row
        before = step in row.content
        row.content = {**row.content, step: kept}
        row.revision += 1
        row.changed_at = clock.now()
        row.save(update_fields=["content", "revision", "changed_at"])
        if not before:
            # The first time is told; further saves are the firm's own thinking.
            audit.record(
                actor=actor, action="worksheets.step_begun", obj=row, detail={"step": step}
            )
        return row


def privacy_save(*, actor: Actor, worksheet_id: int, keys: Iterable[str]) -> Worksheet:
    """Which figures are kept out of group work. Raises Worksheet.DoesNotExist, RoleMissing."""
    with transaction.atomic():
        row = policies.visible_worksheets(actor).select_for_update().get(pk=worksheet_id)
        if not policies.is_own(actor, row):
            raise RoleMissing
        wanted = set(keys)
        known = [key for key, _step, _field in SHEETS[row.kind].figures()]
        before, row.confidential = row.confidential, [key for key in known if key in wanted]
        row.save(update_fields=["confidential"])
        audit.record(
            actor=actor,
            action="worksheets.privacy_changed",
            obj=row,
            changes={"confidential": [before, row.confidential]},
        )
        return row


def worksheet_discard(*, actor: Actor, worksheet_id: int) -> None:
    """下書きを消す. Raises Worksheet.DoesNotExist, RoleMissing, Refused (others have a part in it)."""
    with transaction.atomic():
        row = policies.visible_worksheets(actor).select_for_update().get(pk=worksheet_id)
        if not policies.is_own(actor, row):
            raise RoleMissing
        if not policies.may_discard(actor, row):
            raise Kept
        audit.record(
            actor=actor,
            action="worksheets.discarded",
            obj=row,
            detail={"kind": row.kind, "title": row.title},
        )
        row.delete()


def first_content(sheet: Sheet, step: Step) -> Any:
    """What a step says before it was saved: the rows it offers, or its first values."""
    if step.has_rows:
        return [
            {ROW_ID: str(number), **{name: str(value) for name, value in row.items()}}
            for number, row in enumerate(step.start, start=1)
        ]
    return {field.code: field.start for field in step.fields if field.start}


def _ward_of(firm: Firm) -> int:
    """The ward of the first site. Raises Refused."""
    site = open_sites(firm).first()
    if site is None:
        raise Refused(_("先に、企業情報で事業所を登録してください。"))
    return site.ward_id


def _answers(step: Step, typed: Any) -> dict[str, Any]:
    given = typed if isinstance(typed, Mapping) else {}
    return {
        field.code: _many(given.get(field.code))
        if field.kind == "many"
        else _text(given.get(field.code))
        for field in step.fields
    }


def _rows(step: Step, typed: Any) -> list[dict[str, Any]]:
    """The rows that say something, each with an id that other steps know it by. Raises Refused."""
    given = [row for row in typed if isinstance(row, Mapping)] if isinstance(typed, list) else []
    kept = [
        (_text(row.get(ROW_ID))[:6], answers)
        for row in given
        if _says_something(step, answers := _answers(step, row))
    ]
    if len(kept) > step.most:
        raise Refused(
            _("「%(name)s」は%(most)d件までです。") % {"name": step.row_name, "most": step.most}
        )
    highest = max((int(key) for key, _row in kept if key.isdecimal()), default=0)
    rows, seen = [], set()
    for key, answers in kept:
        if not key.isdecimal() or key in seen:
            highest += 1
            key = str(highest)
        seen.add(key)
        rows.append({ROW_ID: key, **answers})
    return rows


def _says_something(step: Step, answers: Mapping[str, Any]) -> bool:
    """More than what an empty row says by itself."""
    return any(answers[field.code] not in ("", [], field.start) for field in step.fields)


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return plain(text.replace("\r\n", "\n"), MOST_KEPT)


def _many(value: Any) -> list[str]:
    return [_text(code)[:20] for code in value][:40] if isinstance(value, list) else []
