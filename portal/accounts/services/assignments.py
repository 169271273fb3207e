"""Staff roles: given, confirmed each year (年次の権限確認), taken away."""

import datetime as dt
from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts import policies
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.accounts.services.editor import let_into_editor
from portal.accounts.services.errors import OwnRole, Refused
from portal.accounts.services.invitations import invitations_end
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


def assignment_grant(
    *,
    actor: Actor,
    user_id: int,
    role: Role,
    ward_id: int | None,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    reason: str = "",
) -> Assignment:
    """Give a known person a staff role. Nobody gives one to themself. Raises Refused."""
    if user_id == actor.user_id:
        raise Refused(_("ご自身に役割を付けることはできません。ほかの管理者に依頼してください。"))
    if not policies.may_grant(actor, role, ward_id=ward_id):
        raise Refused(_("この役割を付けることはできません。"))
    with acting(actor.elevated()):
        user = User.objects.select_for_update().get(pk=user_id)
        if Assignment.objects.filter(
            user=user, role=role, ward_id=ward_id, revoked_at=None
        ).exists():
            raise Refused(_("この方はすでにこの役割をお持ちです。"))
        assignment = Assignment.objects.create(
            user=user,
            role=role,
            ward_id=ward_id,
            valid_from=valid_from,
            valid_to=valid_to,
            granted_by_id=actor.user_id,
            reason=reason,
        )
        let_into_editor(user)
        audit.record(
            actor=actor,
            action="accounts.role_granted",
            obj=assignment,
            reason=reason,
            detail={"role": role.value, "user": user_id},
        )
    return assignment


def assignments_confirm(
    *, actor: Actor, assignment_ids: Collection[int], now: dt.datetime
) -> list[Assignment]:
    """These roles go on for another year, from the day of `now` in Tokyo; wakes those asleep.

    All or none. Raises Assignment.DoesNotExist, OwnRole, and Refused for one that has ended.
    """
    today = clock.to_date(now)
    with acting(actor.elevated()):
        assignments = _locked(
            actor,
            assignment_ids,
            _("ご自身の役割は確認できません。ほかの管理者に依頼してください。"),
        )
        if not all(assignment.held_on(today) for assignment in assignments):
            raise Refused(
                _("すでに終了した役割が含まれています。一覧を確かめて、もう一度選んでください。")
            )
        for assignment in assignments:
            before = assignment.confirmed_on
            assignment.confirmed_on, assignment.confirmed_by_id = today, actor.user_id
            assignment.save(update_fields=["confirmed_on", "confirmed_by"])
            audit.record(
                actor=actor,
                action="accounts.role_confirmed",
                obj=assignment,
                changes={"confirmed_on": [before, today]},
                detail={"role": assignment.role, "user": assignment.user_id},
            )
    return assignments


def assignment_revoke(
    *, actor: Actor, assignment_id: int, reason: str, now: dt.datetime
) -> Assignment:
    """Take one role away at once, saying why; see `assignments_revoke`."""
    return assignments_revoke(actor=actor, assignment_ids=[assignment_id], reason=reason, now=now)[
        0
    ]


def assignments_revoke(
    *, actor: Actor, assignment_ids: Collection[int], reason: str, now: dt.datetime
) -> list[Assignment]:
    """Take roles away at once, saying why; all or none.

    Raises Assignment.DoesNotExist, OwnRole, and Refused without a reason or for one taken away
    already.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("取り消す理由を入力してください。"))
    with acting(actor.elevated()):
        assignments = _locked(
            actor,
            assignment_ids,
            _("ご自身の役割は取り消せません。ほかの管理者に依頼してください。"),
        )
        if any(assignment.revoked_at for assignment in assignments):
            raise Refused(_("この役割は、すでに取り消されています。"))
        for assignment in assignments:
            _take_away(actor, assignment, reason, now)
    return assignments


def _locked(actor: Actor, assignment_ids: Collection[int], own: Promise) -> list[Assignment]:
    """The rows through the policy, locked, in the order in which audit chains are locked too.

    Raises Assignment.DoesNotExist when one is not the actor's to change, OwnRole with `own`.
    """
    rows = policies.assignments(actor).select_related("user").select_for_update(of=("self",))
    found = sorted(
        rows.filter(pk__in=assignment_ids).order_by("pk"),
        key=lambda assignment: (assignment.ward_id or audit.NO_WARD, assignment.pk),
    )
    if len(found) != len(set(assignment_ids)):
        raise Assignment.DoesNotExist
    if actor.user_id is not None and actor.user_id in {row.user_id for row in found}:
        raise OwnRole(own)
    return found


def _take_away(actor: Actor, assignment: Assignment, reason: str, now: dt.datetime) -> None:
    assignment.revoked_at, assignment.revoked_by_id = now, actor.user_id
    assignment.revoke_reason = reason
    assignment.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    let_into_editor(assignment.user)
    invitations_end(
        invited_by_id=assignment.user_id,
        now=now,
        firm_id=None,
        **({"ward_id": assignment.ward_id} if assignment.ward_id else {}),
    )
    audit.record(
        actor=actor,
        action="accounts.role_revoked",
        obj=assignment,
        reason=reason,
        detail={"role": assignment.role, "user": assignment.user_id},
    )
