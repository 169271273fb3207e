"""After the selection: quotes are checked, the waiting list moves up, or ends."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing
from subsidies import states as application_states
from subsidies.models import Call
from subsidies.selection import policies, selectors, states
from subsidies.selection.models import Choice, Mark
from subsidies.services import moves

MOST_REASON = 300


def quotes_check(
    *, actor: Actor, call_id: int, choice_ids: Collection[int]
) -> tuple[int, list[tuple[str, str]]]:
    """見積の確認: note that the selected firms' quotes were looked at; their decisions may follow.

    Gives how many, and (receipt number, why not) of the others. Raises RoleMissing.
    """
    if not policies.may_prepare(actor):
        raise RoleMissing
    with transaction.atomic():
        rows = (
            policies.visible_choices(actor)
            .filter(selection__call_id=call_id, pk__in=choice_ids)
            .select_related("application")
            .select_for_update(of=("self",))
            .order_by("id")
        )
        left_out, done = [], []
        for row in rows:
            if why := unchecked_why_not(row):
                left_out.append((str(row.application), why))
            else:
                done.append(row)
        Choice.objects.filter(pk__in=[row.pk for row in done]).update(
            quotes_checked_by_id=moves.person(actor), quotes_checked_at=clock.database_now()
        )
        for row in done:
            audit.record(actor=actor, action="selection.quotes_checked", obj=row)
        return len(done), left_out


def unchecked_why_not(row: Choice) -> str:
    """Why the quotes of this one cannot be marked as checked, "" when they can."""
    if row.status != states.SELECTED:
        return _("採択されていません。")
    if row.quotes_checked_at is not None:
        return _("すでに確認済みです。")
    if row.application.status != application_states.REVIEWING:
        return _("申請が審査中ではありません。")
    return ""


def waiting_advance(*, actor: Actor, call_id: int) -> list[Choice]:
    """補欠の繰上げ: as the money allows, in the approved order; nobody overtakes who is too large.
    Who was taken out by a mark meanwhile is passed over until it is lifted.

    Nobody moves up once the last day of the call's projects has passed.

    For jobs. The approved result fixed the order, so no new approval is needed; the decision on
    each still takes two officials. Gives those moved up.
    """
    promoted = []
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call_id)
        if call.is_over(clock.today()):
            return []
        held = Mark.objects.filter(is_held=True, lifted_at=None).values("application")
        rows = (
            policies.visible_choices(actor)
            .filter(
                selection__call=call,
                status=states.WAITING,
                application__status=application_states.REVIEWING,
            )
            .exclude(application__in=held)
            .select_related("application")
            .select_for_update(of=("self",))
            .order_by("rank", "id")
        )
        left = selectors.available_yen(call)
        for row in rows:
            if row.wanted_yen > left:
                break
            left -= row.wanted_yen
            transitions.apply(
                table=states.CHOICE,
                instance=row,
                action="promote",
                actor=actor,
                detail={"amount_yen": row.wanted_yen},
                payload={"choice_id": row.pk, "application_id": row.application_id},
                fields={"amount_yen": row.wanted_yen, "promoted_at": clock.database_now()},
            )
            promoted.append(row)
    return promoted


def waiting_end(
    *, actor: Actor, call_id: int, choice_ids: Collection[int], reason: str
) -> tuple[int, list[tuple[str, str]]]:
    """補欠を終える: the year or the money is over. The firms read the reason.

    Gives how many, and (receipt number, why not) of the others. Raises ReasonMissing, RoleMissing.
    """
    with transaction.atomic():
        rows = (
            policies.visible_choices(actor)
            .filter(selection__call_id=call_id, pk__in=choice_ids)
            .select_related("application")
            .select_for_update(of=("self",))
            .order_by("rank", "id")
        )
        left_out, done = [], 0
        for row in rows:
            if why := unending_why_not(row):
                left_out.append((str(row.application), why))
                continue
            transitions.apply(
                table=states.CHOICE,
                instance=row,
                action="end_waiting",
                actor=actor,
                reason=reason,
                payload={"choice_id": row.pk, "application_id": row.application_id},
                fields={"reason": reason.strip()[:MOST_REASON]},
            )
            done += 1
        return done, left_out


def unending_why_not(row: Choice) -> str:
    """Why this one's waiting cannot be ended, "" when it can."""
    if row.status == states.SELECTED:
        return _("すでに繰り上がり、採択されています。")
    return "" if row.status == states.WAITING else _("すでに補欠ではありません。")
