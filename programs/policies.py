"""Who may see and change which firm: the rows and the answers come from the same facts."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from programs.models import Firm, FirmMembership, FirmMerger, FirmTie, ImportJob, Qualification


class Action(StrEnum):
    """What somebody may do with a firm."""

    VIEW = "view"
    EDIT = "edit"
    MANAGE_PEOPLE = "manage_people"
    INVITE_FIRST_OWNER = "invite_first_owner"


IMPORT_ROLES = frozenset({Role.REVIEWER, Role.WARD_ADMIN})
TIE_ROLES = IMPORT_ROLES
MERGER_ROLES = IMPORT_ROLES


def visible_firms(actor: Actor) -> QuerySet[Firm]:
    """The firms the actor may see: the own one, the ward's, or (auditors, the system) all."""
    firms = Firm.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return firms.filter(pk=actor.firm_id)
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return firms.filter(wards__ward_id=actor.ward_id)
    if actor.hat in {Hat.AUDITOR, Hat.SYSTEM}:
        return firms
    return firms.none()


def may(actor: Actor, action: Action, firm: Firm) -> bool:
    """Whether the actor may do that with a firm that is visible to them."""
    own = actor.hat == Hat.FIRM and actor.firm_id == firm.pk
    match action:
        case Action.VIEW:
            return visible_firms(actor).filter(pk=firm.pk).exists()
        case Action.EDIT:
            return own
        case Action.MANAGE_PEOPLE:
            return own and actor.has_role(Role.FIRM_OWNER)
        case Action.INVITE_FIRST_OWNER:
            return may_import(actor) and not has_owner(firm)


def has_owner(firm: Firm) -> bool:
    """Whether somebody looks after the firm's own data."""
    return firm.memberships.filter(role=FirmMembership.Role.OWNER, valid_to__isnull=True).exists()


def may_import(actor: Actor) -> bool:
    """Whether the actor may bring a register of firms into the own ward."""
    return actor.hat == Hat.WARD and actor.has_role(*IMPORT_ROLES)


def importing_ward(actor: Actor) -> int:
    """The ward whose register the actor may bring in. Raises PermissionDenied."""
    if actor.ward_id is None or not may_import(actor):
        raise PermissionDenied
    return actor.ward_id


def visible_imports(actor: Actor) -> QuerySet[ImportJob]:
    """Imports of the own ward; auditors see all."""
    jobs = ImportJob.objects.all()
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return jobs.filter(ward_id=actor.ward_id)
    return jobs if actor.hat in {Hat.AUDITOR, Hat.SYSTEM} else jobs.none()


def visible_qualifications(actor: Actor) -> QuerySet[Qualification]:
    """Facts of the firms the actor may see."""
    return Qualification.objects.filter(firm__in=visible_firms(actor))


def may_record_facts(actor: Actor) -> bool:
    """Whether the actor records and revokes facts of firms in the own ward."""
    return actor.hat == Hat.WARD and actor.has_role(Role.REVIEWER, Role.WARD_ADMIN)


def may_revoke_fact(actor: Actor, fact: Qualification) -> bool:
    """Whether the actor may take the fact back: only the ward that recorded it, and only once."""
    own = may_record_facts(actor) and fact.ward_id == actor.ward_id
    return own and fact.revoked_on is None


def visible_ties(actor: Actor) -> QuerySet[FirmTie]:
    """資本関係 of the firms the actor may see, whichever side has declared it."""
    firms = visible_firms(actor)
    return FirmTie.objects.filter(Q(firm__in=firms) | Q(other__in=firms))


def may_declare_ties(actor: Actor, firm: Firm) -> bool:
    """The firm for itself, officials for a firm of the ward (that it is visible has been asked)."""
    return may(actor, Action.EDIT, firm) or (actor.hat == Hat.WARD and actor.has_role(*TIE_ROLES))


def visible_mergers(actor: Actor) -> QuerySet[FirmMerger]:
    """合併・統合 of the firms the actor may see, on whichever side."""
    firms = visible_firms(actor)
    return FirmMerger.objects.filter(Q(gone__in=firms) | Q(into__in=firms))


def may_record_mergers(actor: Actor) -> bool:
    """Whether the actor records 合併・統合 of two firms of the own ward."""
    return actor.hat == Hat.WARD and actor.has_role(*MERGER_ROLES)


def may_take_back(actor: Actor, merger: FirmMerger) -> bool:
    """Whether the actor may take it back: only the ward that recorded it, and only once."""
    own = may_record_mergers(actor) and merger.ward_id == actor.ward_id
    return own and merger.taken_back_on is None
