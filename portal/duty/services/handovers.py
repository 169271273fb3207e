"""引継ぎ in one step, with the list of what was handed over as it stood."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.accounts.models import User
from portal.accounts.policies import person_id
from portal.duty import policies
from portal.duty.models import HandOver
from portal.duty.selectors.handovers import to_hand_over
from portal.duty.services.errors import Refused
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import filled
from portal.kernel.transitions import RoleMissing
from portal.notices.services import notify
from subsidies.obligations.services import everything_hand_over


def hand_over(
    *, actor: Actor, giver_id: int, taker_id: int, reason: str, notes: str, today: dt.date
) -> HandOver:
    """Give on all that is open with one official. Raises RoleMissing, Refused.

    The rows change in their own room's service, each with its audit row; here it is written down.
    """
    if not policies.may_hand_over(actor) or actor.ward_id is None:
        raise RoleMissing
    if giver_id == taker_id:
        raise Refused(_("引き継ぐ人と引継ぎ先が同じです。別の職員を選んでください。"))
    with transaction.atomic():
        # Two who hand over at once wait for each other: the second finds nothing left.
        list(User.objects.select_for_update().filter(pk__in=(giver_id, taker_id)).order_by("pk"))
        with override("ja"):
            lines = [
                {
                    "what": line.what,
                    "about": line.about,
                    "number": line.number,
                    "state": line.state,
                    "due": line.due.isoformat() if line.due else "",
                }
                for line in to_hand_over(actor, giver_id, today=today)
            ]
        if not lines:
            raise Refused(_("この方が担当している未了のものはありません。"))
        everything_hand_over(
            actor=actor, from_id=giver_id, owner_id=taker_id, reason=reason, today=today
        )
        row = HandOver.objects.create(
            ward_id=actor.ward_id,
            giver_id=giver_id,
            taker_id=taker_id,
            reason=reason.strip(),
            notes=notes.strip(),
            lines=lines,
            done_by_id=person_id(actor),
        )
        audit.record(
            actor=actor,
            action="duty.handed_over",
            obj=row,
            label=f"{row.giver.name} → {row.taker.name}",
            reason=reason.strip(),
            detail={"from": giver_id, "to": taker_id, "count": len(lines)},
        )
        _tell(actor, row)
        return row


def _tell(actor: Actor, row: HandOver) -> None:
    """Who answers for it from now on, and who does not any more."""
    with acting(actor.elevated()):
        notify(
            event_key=f"duty.handover:{row.pk}",
            recipients={row.giver_id, row.taker_id} - {actor.user_id},
            subject=gettext_lazy("担当が引き継がれました"),
            body=filled(
                gettext_lazy(
                    "%(giver)sさんの担当分%(count)d件を、%(taker)sさんが引き継ぎました。引継書で確かめてください。"
                ),
                giver=row.giver.name,
                taker=row.taker.name,
                count=len(row.lines),
            ),
            url=reverse("duty:handover_sheet", args=[row.pk]),
        )
