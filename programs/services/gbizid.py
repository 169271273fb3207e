"""A person whom GビズID has examined joins the firm of that corporate number.

Prime accounts belong to the representative and join as owner, member accounts as member. Entry
accounts and sole proprietors carry no examined number and join by invitation like anybody else.
"""

from portal.accounts.gbizid.identity import AccountType, GbizIdentity
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import Firm, FirmMembership
from programs.services.people import member_add

_ROLES = {AccountType.PRIME: Role.FIRM_OWNER, AccountType.MEMBER: Role.FIRM_MEMBER}


def join_firm(user: User, identity: GbizIdentity) -> None:
    """Registered with portal.accounts.gbizid; does nothing for an unknown firm or a member."""
    if not identity.corporate_number:
        return
    actor = Actor.public(user_id=user.pk, name=user.name)
    with acting(actor.elevated()):
        firm = Firm.objects.filter(corporate_number=identity.corporate_number).first()
        if firm is None:
            return
        live = FirmMembership.objects.filter(firm=firm, valid_to=None)
        role = _ROLES[identity.account_type]
        # A firm's first person is its representative; an employee may not be alone in it.
        alone = role == Role.FIRM_MEMBER and not live.filter(role=Role.FIRM_OWNER).exists()
        if alone or live.filter(user=user).exists() or _was_taken_out(user, firm, role):
            return
        member_add(
            actor=actor,
            user_id=user.pk,
            firm_id=firm.pk,
            role=role,
            today=clock.today(),
        )


def _was_taken_out(user: User, firm: Firm, role: str) -> bool:
    """An employee who has left comes back by invitation, not by signing in once more.

    The representative does come back: the account ends when another person takes the office.
    """
    former = FirmMembership.objects.filter(firm=firm, user=user).exclude(valid_to=None)
    return role == Role.FIRM_MEMBER and former.exists()
