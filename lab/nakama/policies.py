"""Who searches, who reads, who writes a profile, who keeps the lexicon."""

from typing import Any

from django.db.models import Q, QuerySet

from lab.nakama import states
from lab.nakama.models import Alias, CapabilityProfile, HourlyBand, UnknownWord
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from programs.models import FirmWard
from programs.readers import reach_of

OFFICE_ROLES = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})


def is_firm(actor: Actor) -> bool:
    """Whether the actor acts for a firm."""
    return actor.hat == Hat.FIRM and actor.firm_id is not None


def is_office(actor: Actor) -> bool:
    """Whether the actor works in a ward's office."""
    return actor.hat == Hat.WARD and actor.ward_id is not None and actor.has_role(*OFFICE_ROLES)


def is_coordinator(actor: Actor) -> bool:
    """Whether the actor is lab staff: keeps the lexicon, brings firms together."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.LAB_STAFF)


def is_advisor(actor: Actor) -> bool:
    """Whether the actor advises firms."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.ADVISOR)


def may_search(actor: Actor) -> bool:
    """Firms, officials, lab staff, advisors and auditors look for firms; visitors do not."""
    told = (is_firm, is_office, is_coordinator, is_advisor)
    return any(ask(actor) for ask in told) or actor.hat in {Hat.AUDITOR, Hat.SYSTEM}


def may_prefill(actor: Actor) -> bool:
    """Whether the actor may enter a profile for a firm to confirm."""
    return (
        (is_office(actor) and actor.has_role(Role.REVIEWER))
        or is_coordinator(actor)
        or is_advisor(actor)
    )


def may_write(actor: Actor, profile: CapabilityProfile) -> bool:
    """The firm always; until it has confirmed, whoever may prefill: officials firms of their ward, advisors
    those and the firms they accompany. A firm is of every ward in which it has a site.
    """
    if is_firm(actor):
        return profile.firm_id == actor.firm_id
    if profile.status != states.PREFILLED or not may_prefill(actor):
        return False
    if is_coordinator(actor):
        return True
    if _is_of_ward(actor, profile):
        return True
    return is_advisor(actor) and profile.firm_id in reach_of(actor)


def _is_of_ward(actor: Actor, profile: CapabilityProfile) -> bool:
    if actor.ward_id is None or profile.ward_id == actor.ward_id:
        return actor.ward_id is not None
    with acting(actor.elevated()):
        return FirmWard.objects.filter(firm_id=profile.firm_id, ward_id=actor.ward_id).exists()


def keeps_words(actor: Actor) -> bool:
    """Whether the actor keeps the lexicon."""
    return is_coordinator(actor)


def require(allowed: bool) -> None:
    """Raises RoleMissing."""
    if not allowed:
        raise RoleMissing


def visible_profiles(actor: Actor) -> QuerySet[CapabilityProfile]:
    """What is listed, and the firm's own."""
    rows = CapabilityProfile.objects.all()
    if not may_search(actor):
        return rows.none()
    if actor.hat in {Hat.AUDITOR, Hat.SYSTEM}:
        return rows
    listed = Q(status__in=states.LISTED)
    return rows.filter(listed | Q(firm_id=actor.firm_id) if is_firm(actor) else listed)


def get_profile(actor: Actor, **lookup: Any) -> CapabilityProfile:
    """One visible profile. Raises CapabilityProfile.DoesNotExist."""
    return visible_profiles(actor).select_related("ward").get(**lookup)


def visible_bands(actor: Actor) -> QuerySet[HourlyBand]:
    """The firm's own, and all for the planner (the system)."""
    rows = HourlyBand.objects.all()
    if is_firm(actor) and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    return rows if actor.hat == Hat.SYSTEM else rows.none()


def visible_aliases(actor: Actor) -> QuerySet[Alias]:
    """The words, for who keeps the lexicon."""
    rows = Alias.objects.all()
    return rows if keeps_words(actor) or actor.hat == Hat.SYSTEM else rows.none()


def visible_words(actor: Actor) -> QuerySet[UnknownWord]:
    """The queue, for who keeps the lexicon."""
    rows = UnknownWord.objects.all()
    return rows if keeps_words(actor) or actor.hat == Hat.SYSTEM else rows.none()
