"""Who acts for a firm: joining by invitation, changing roles, leaving."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Invitation, User
from portal.accounts.roles import Role
from portal.accounts.services import invitation_create, invitations_end
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import Firm, FirmMembership
from programs.policies import Action, may, visible_firms
from programs.services.errors import LastOwner, Refused

NO_OWNER_LEFT = _(
    "企業の代表者が一人もいなくなるため、この操作はできません。"
    "先に、ほかの方を企業の代表者にしてください。"
)


def member_invite(
    *, actor: Actor, firm_id: int, email: str, role: str, now: dt.datetime
) -> Invitation:
    """An owner invites somebody into the firm by e-mail. Raises PermissionDenied."""
    firm = visible_firms(actor).get(pk=firm_id)
    if not may(actor, Action.MANAGE_PEOPLE, firm):
        raise PermissionDenied
    invitation, _token = invitation_create(
        actor=actor, email=email, role=Role(role), firm_id=firm.pk, now=now
    )
    return invitation


def first_owner_invite(*, actor: Actor, firm_id: int, email: str, now: dt.datetime) -> Invitation:
    """A ward invites the first owner of a firm that came from its register.

    Only while nobody looks after the firm: afterwards its people are its own business. An earlier
    invitation to another address (a wrong one, mostly) is withdrawn: there is one first owner.
    """
    firm = visible_firms(actor).get(pk=firm_id)
    if not may(actor, Action.INVITE_FIRST_OWNER, firm):
        raise PermissionDenied
    with acting(actor.elevated()):
        Invitation.objects.filter(firm_id=firm.pk, accepted_at=None, revoked_at=None).update(
            revoked_at=now
        )
    invitation, _token = invitation_create(
        actor=actor, email=email, role=Role.FIRM_OWNER, firm_id=firm.pk, now=now, may=True
    )
    return invitation


def accept(invitation: Invitation, user: User, actor: Actor) -> None:
    """What accepting an invitation into a firm does (registered with portal.accounts)."""
    # The constraint `invitation_place` and the service that calls this one see to both.
    assert invitation.firm_id is not None
    assert invitation.accepted_at is not None
    member_add(
        actor=actor,
        user_id=user.pk,
        firm_id=invitation.firm_id,
        role=invitation.role,
        today=clock.to_date(invitation.accepted_at),
    )


def member_add(*, actor: Actor, user_id: int, firm_id: int, role: str, today: dt.date) -> None:
    """Make somebody a member: the end of an accepted invitation.

    The caller acts with the system's visibility; the person has no hat of that firm yet. Somebody
    who is a member already gets the higher of the two roles.
    """
    with transaction.atomic():
        firm = Firm.objects.select_for_update().get(pk=firm_id)
        membership, created = FirmMembership.objects.get_or_create(
            user_id=user_id,
            firm=firm,
            valid_to=None,
            defaults={"role": role, "valid_from": today},
        )
        if not created and role == Role.FIRM_OWNER:
            membership.role = role
            membership.save(update_fields=["role"])
        audit.record(
            actor=actor,
            action="firm.member_joined",
            obj=firm,
            detail={"user": user_id, "role": role},
        )


def member_change_role(*, actor: Actor, firm_id: int, membership_id: int, role: str) -> None:
    """Make a member an owner or the other way round. Raises LastOwner."""
    with transaction.atomic():
        firm, membership = _locked(actor, firm_id, membership_id)
        if not may(actor, Action.MANAGE_PEOPLE, firm):
            raise PermissionDenied
        before = membership.role
        if before == role:
            return
        if role != Role.FIRM_OWNER:
            _keep_an_owner(firm, membership)
            _end_invitations(membership)
        membership.role = role
        membership.save(update_fields=["role"])
        audit.record(
            actor=actor,
            action="firm.member_role_changed",
            obj=firm,
            changes={"role": [before, role]},
            detail={"user": membership.user_id},
        )


def member_remove(
    *, actor: Actor, firm_id: int, membership_id: int, reason: str, today: dt.date
) -> FirmMembership:
    """End a membership: an owner removes somebody with a reason, or the person leaves.

    Raises LastOwner, and Refused where the reason is missing.
    """
    with transaction.atomic():
        firm, membership = _locked(actor, firm_id, membership_id)
        leaving = membership.user_id == actor.user_id
        if not leaving and not may(actor, Action.MANAGE_PEOPLE, firm):
            raise PermissionDenied
        if not leaving and not reason.strip():
            raise Refused(_("外す理由を入力してください。"))
        _keep_an_owner(firm, membership)
        membership.valid_to = max(today, membership.valid_from)
        membership.save(update_fields=["valid_to"])
        _end_invitations(membership)
        audit.record(
            actor=actor,
            action="firm.member_left" if leaving else "firm.member_removed",
            obj=firm,
            reason=reason.strip(),
            detail={"user": membership.user_id, "role": membership.role},
        )
    return membership


def _locked(actor: Actor, firm_id: int, membership_id: int) -> tuple[Firm, FirmMembership]:
    """Firm and live membership; the lock on the firm lets one change of people happen at a time."""
    firm = visible_firms(actor).select_for_update(of=("self",)).get(pk=firm_id)
    return firm, firm.memberships.get(pk=membership_id, valid_to=None)


def _end_invitations(membership: FirmMembership) -> None:
    """What the person has sent in the firm's name ends with the right to send it."""
    invitations_end(invited_by_id=membership.user_id, now=clock.now(), firm_id=membership.firm_id)


def _keep_an_owner(firm: Firm, membership: FirmMembership) -> None:
    """Raises LastOwner when this membership is the firm's only live owner."""
    if membership.role != Role.FIRM_OWNER:
        return
    others = firm.memberships.filter(role=Role.FIRM_OWNER, valid_to=None).exclude(pk=membership.pk)
    if not others.exists():
        raise LastOwner(NO_OWNER_LEFT)
