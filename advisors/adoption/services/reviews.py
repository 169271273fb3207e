"""振り返り: what the shop floor said, what was decided, when it is looked at again."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from advisors.adoption import codes, policies
from advisors.adoption.models import Review, Tool
from advisors.adoption.services.summary import summary_refresh
from advisors.adoption.services.tools import writable
from advisors.services import Refused
from advisors.services.moves import told
from portal.kernel import audit, clock
from portal.kernel.actor import Actor

LAST = codes.REVIEW_MONTHS[-1]


@dataclass(frozen=True, slots=True)
class Told:
    """A review as typed."""

    held_on: dt.date
    voices: str
    decisions: str
    issues: str = ""
    next_on: dt.date | None = None
    owner_joined: bool = False


def review_save(*, actor: Actor, tool_id: int, months: int, given: Told) -> Review:
    """Record it, or correct what was recorded; the audit trail keeps what stood there.

    Raises Refused, RoleMissing, Tool.DoesNotExist.
    """
    with transaction.atomic():
        tool = writable(actor, tool_id)
        _check(tool, months, given)
        before = Review.objects.filter(tool=tool, months=months).first()
        values = _columns(given)
        changes = {
            name: [_plain(getattr(before, name)), _plain(value)]
            for name, value in values.items()
            if before is not None and getattr(before, name) != value
        }
        row = Review(
            pk=before.pk if before else None,
            tool=tool,
            ward_id=tool.ward_id,
            firm_id=tool.firm_id,
            months=months,
            # What stood there when it was first recorded.
            use_percent=before.use_percent if before else tool.use_percent,
            recorded_by_id=policies.person(actor),
            recorded_at=clock.database_now(),
            **values,
        )
        row.save(force_insert=before is None, force_update=before is not None)
        summary_refresh(tool)
        audit.record(
            actor=actor,
            action="adoption.review_saved",
            obj=tool,
            changes=changes,
            detail={"months": months, "held_on": given.held_on.isoformat()},
        )
        return row


def _check(tool: Tool, months: int, given: Told) -> None:
    """Raises Refused."""
    if months not in codes.REVIEW_MONTHS:
        raise Refused(_("振り返りは3か月・6か月・12か月に記録します。選び直してください。"))
    if not tool.started_on < given.held_on <= clock.today():
        raise Refused(_("振り返りをした日は、利用開始日の次の日から今日までの日にしてください。"))
    if not told(given.voices) or not told(given.decisions):
        raise Refused(_("現場の声と、決めたことを入力してください。"))
    if given.next_on is None and months != LAST:
        raise Refused(_("次に確かめる日を入力してください。"))
    if given.next_on is not None and given.next_on <= given.held_on:
        raise Refused(_("次に確かめる日は、振り返りをした日より後にしてください。"))


def _columns(given: Told) -> dict[str, object]:
    return {
        "held_on": given.held_on,
        "owner_joined": given.owner_joined,
        "voices": told(given.voices),
        "issues": told(given.issues),
        "decisions": told(given.decisions),
        "next_on": given.next_on,
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
