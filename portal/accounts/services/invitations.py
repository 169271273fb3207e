"""Invitations: how people come to roles, each step with its audit row."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import mails, policies, roles
from portal.accounts.models import Assignment, Invitation, User
from portal.accounts.roles import Role
from portal.accounts.services.editor import let_into_editor
from portal.accounts.services.errors import Refused
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

INVITATION_HOURS = 72
# Anybody may register a firm and invite in its name; the portal shall not mail for spammers.
INVITATIONS_A_DAY = 50

OWN_INVITATION = _("ご自身を招待することはできません。ほかの管理者に依頼してください。")

InvitationHandler = Callable[[Invitation, User, Actor], None]
_handlers: dict[Role, InvitationHandler] = {}


def register_invitation_handler(
    handled: frozenset[Role], handler: InvitationHandler
) -> InvitationHandler:
    """Say what accepting an invitation to one of these roles does (programs: a membership)."""
    _handlers.update(dict.fromkeys(handled, handler))
    return handler


def invitation_create(
    *,
    actor: Actor,
    email: str,
    role: Role,
    now: dt.datetime,
    ward_id: int | None = None,
    firm_id: int | None = None,
    valid_to: dt.date | None = None,
    may: bool | None = None,
) -> tuple[Invitation, str]:
    """Invite an e-mail address to one role in one place; returns the invitation and its token.

    `may` is the answer of the caller's own policy; without one the actor has to be somebody who
    hands out the role. An earlier open invitation to the same is withdrawn. Nobody invites themself. The mail is sent
    before the transaction ends: when it cannot be sent, nothing is kept (raises OSError or
    SMTPException).
    """
    if may is None:
        may = policies.may_grant(actor, role, ward_id=ward_id, firm_id=firm_id)
    if not may:
        raise Refused(_("この役割に招待することはできません。"))
    email, token = email.strip().lower(), secrets.token_urlsafe(32)
    place = {"ward_id": ward_id, "firm_id": firm_id}
    with acting(actor.elevated()):
        _check_sender(actor, email, now)
        Invitation.objects.filter(
            email=email, role=role, accepted_at=None, revoked_at=None, **place
        ).update(revoked_at=now)
        invitation = Invitation.objects.create(
            email=email,
            role=role,
            valid_to=valid_to,
            token_hash=_digest(token),
            invited_by_id=actor.user_id,
            expires_at=now + dt.timedelta(hours=INVITATION_HOURS),
            **place,
        )
        mails.send_invitation(invitation, token)
        audit.record(
            actor=actor,
            action="accounts.invited",
            obj=invitation,
            detail={"role": role.value, "firm": firm_id},
        )
    return invitation, token


def invitation_revoke(*, actor: Actor, invitation_id: int, now: dt.datetime) -> Invitation:
    """Withdraw an open invitation. Raises Invitation.DoesNotExist, Refused."""
    with acting(actor.elevated()):
        invitation = policies.invitations(actor).select_for_update().get(pk=invitation_id)
        if invitation.accepted_at or invitation.revoked_at:
            raise Refused(_("この招待は、すでに使われたか取り消されています。"))
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
        audit.record(actor=actor, action="accounts.invitation_revoked", obj=invitation)
    return invitation


def invitation_find(*, token: str, now: dt.datetime) -> Invitation | None:
    """The open invitation of a link, or None: used, withdrawn, expired and unknown look alike."""
    with acting(Actor.system("accounts.invitation")):
        found = Invitation.objects.filter(token_hash=_digest(token)).first()
    return found if found and found.open_at(now) else None


def invitation_accept(*, actor: Actor, token: str, now: dt.datetime) -> Invitation:
    """The signed-in person takes the role they were invited to.

    Raises Refused, and PermissionDenied where nobody is signed in.
    """
    with acting(actor.elevated()):
        invitation = (
            Invitation.objects.select_for_update().filter(token_hash=_digest(token)).first()
        )
        if invitation is None or not invitation.open_at(now):
            raise Refused(_("この招待は使えません。期限が切れたか、すでに使われています。"))
        user = User.objects.get(pk=policies.person_id(actor))
        if not _owns_address(user, invitation.email):
            raise Refused(_("この招待は、別のメールアドレスの方あてです。"))
        if invitation.invited_by_id == user.pk:
            raise Refused(OWN_INVITATION)
        invitation.accepted_at, invitation.accepted_by = now, user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        _give(invitation, user, actor, now)
        audit.record(
            actor=actor,
            action="accounts.invitation_accepted",
            obj=invitation,
            detail={"role": invitation.role, "firm": invitation.firm_id},
        )
    return invitation


def invitation_sign_up(
    *, token: str, name: str, password: str, language: str, now: dt.datetime
) -> User:
    """A new person accepts: the link proves the address, so it is confirmed. Raises Refused."""
    invitation = invitation_find(token=token, now=now)
    if invitation is None:
        raise Refused(_("この招待は使えません。期限が切れたか、すでに使われています。"))
    with transaction.atomic():
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    invitation.email, password, name=name, language=language
                )
        except IntegrityError as error:
            raise Refused(_("このメールアドレスはすでに登録されています。")) from error
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        invitation_accept(actor=Actor.public(user_id=user.pk, name=user.name), token=token, now=now)
    return user


def _give(invitation: Invitation, user: User, actor: Actor, now: dt.datetime) -> None:
    role = Role(invitation.role)
    if role in roles.FIRM_ROLES:
        _handlers[role](invitation, user, actor)
        return
    today = clock.to_date(now)
    held = Assignment.objects.filter(
        user=user, role=role, ward_id=invitation.ward_id, revoked_at=None
    )
    # A role that has run out in the meantime makes room; one that is live stays as it is.
    held.filter(valid_to__lt=today).update(revoked_at=now, revoke_reason="期間満了")
    # Who invites to a role that sleeps says that it shall go on: the way back for the last
    # administrator, whom nobody else could confirm (manage.py invite_staff).
    held.asleep_on(today).update(confirmed_on=today, confirmed_by_id=invitation.invited_by_id)
    if not held.exists():
        Assignment.objects.create(
            user=user,
            role=role,
            ward_id=invitation.ward_id,
            valid_from=today,
            valid_to=invitation.valid_to,
            granted_by_id=invitation.invited_by_id,
            reason="招待",
        )
    let_into_editor(user)


def invitations_end(*, invited_by_id: int, now: dt.datetime, **place: Any) -> None:
    """Withdraw what somebody has sent for a place where they may no longer invite.

    Otherwise a link to an address of their own would bring them back the day after.
    """
    Invitation.objects.filter(
        invited_by_id=invited_by_id, accepted_at=None, revoked_at=None, **place
    ).update(revoked_at=now)


def _check_sender(actor: Actor, email: str, now: dt.datetime) -> None:
    """Raises Refused for an invitation to oneself, and for too many in a day."""
    if actor.user_id is None:
        return
    if EmailAddress.objects.filter(user_id=actor.user_id, email=email).exists():
        raise Refused(OWN_INVITATION)
    lately = Invitation.objects.filter(
        invited_by_id=actor.user_id, created_at__gt=now - dt.timedelta(days=1)
    )
    if lately.count() >= INVITATIONS_A_DAY:
        raise Refused(
            _("24時間に送れる招待は%(most)d件までです。時間をおいて、もう一度お試しください。")
            % {"most": INVITATIONS_A_DAY}
        )


def _owns_address(user: User, email: str) -> bool:
    return EmailAddress.objects.filter(user=user, email=email, verified=True).exists()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
