"""Who reads of the board and who acts on it."""

from typing import Any

from django.db.models import Q, QuerySet

from lab.nakama.exchange.models import (
    Fair,
    FairEntry,
    FairMeeting,
    JointOrder,
    JointShare,
    Listing,
    OutsideMatch,
    Pairing,
    Purchase,
    Run,
)
from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import RoleMissing
from programs.models import FirmWard

OFFICE = frozenset({Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN})


def is_firm(actor: Actor) -> bool:
    return actor.hat == Hat.FIRM and actor.firm_id is not None and actor.has_role(*FIRM_ROLES)


def is_staff(actor: Actor) -> bool:
    """The coordinator: ラボ職員."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.LAB_STAFF)


def reads_desk(actor: Actor) -> bool:
    """Whether the actor reads the whole board."""
    return is_staff(actor) or actor.hat in {Hat.AUDITOR, Hat.SYSTEM}


def require(allowed: bool) -> None:
    """Raises RoleMissing."""
    if not allowed:
        raise RoleMissing


def person(actor: Actor) -> int:
    """The user's id. Raises RoleMissing for the system."""
    if actor.user_id is None:
        raise RoleMissing
    return actor.user_id


def firm_of(actor: Actor) -> int:
    """The firm that acts. Raises RoleMissing for others."""
    if not is_firm(actor) or actor.firm_id is None:
        raise RoleMissing
    return actor.firm_id


def own_listings(actor: Actor) -> QuerySet[Listing]:
    """What the firm itself has listed; the whole board for lab staff and auditors."""
    rows = Listing.objects.all()
    if is_firm(actor):
        return rows.filter(owner__firm_id=firm_of(actor))
    return rows if reads_desk(actor) else rows.none()


def get_listing(actor: Actor, **lookup: Any) -> Listing:
    """One of them. Raises Listing.DoesNotExist."""
    return own_listings(actor).get(**lookup)


def visible_pairings(actor: Actor) -> QuerySet[Pairing]:
    """Those the firm is part of; all for lab staff and auditors."""
    rows = Pairing.objects.select_related("surplus", "need")
    if is_firm(actor):
        return rows.filter(Q(surplus_firm_id=actor.firm_id) | Q(need_firm_id=actor.firm_id))
    return rows if reads_desk(actor) else rows.none()


def get_pairing(actor: Actor, **lookup: Any) -> Pairing:
    """One of them. Raises Pairing.DoesNotExist."""
    return visible_pairings(actor).get(**lookup)


def visible_fairs(actor: Actor) -> QuerySet[Fair]:
    """All 商談会: firms of every ward may come."""
    rows = Fair.objects.all()
    return rows if is_firm(actor) or reads_desk(actor) else rows.none()


def get_fair(actor: Actor, **lookup: Any) -> Fair:
    """One of them. Raises Fair.DoesNotExist."""
    return visible_fairs(actor).get(**lookup)


def may_run(actor: Actor, row: Fair | Purchase) -> bool:
    """Staff of the lab whose 商談会 or 共同購買 it is."""
    return is_staff(actor) and actor.ward_id in {None, row.ward_id}


def own_entry(actor: Actor, fair: Fair) -> FairEntry | None:
    """The firm's entry, unless it has withdrawn."""
    rows = FairEntry.objects.filter(fair=fair, withdrawn_at=None)
    return rows.filter(firm_id=firm_of(actor)).first() if is_firm(actor) else None


def visible_meetings(actor: Actor, fair: Fair) -> QuerySet[FairMeeting]:
    """The firm's own appointments; all for lab staff and auditors."""
    rows = FairMeeting.objects.filter(fair=fair, cancelled_at=None)
    rows = rows.select_related("buyer", "seller")
    if is_firm(actor):
        return rows.filter(Q(buyer_firm_id=actor.firm_id) | Q(seller_firm_id=actor.firm_id))
    return rows if reads_desk(actor) else rows.none()


def visible_purchases(actor: Actor) -> QuerySet[Purchase]:
    """All 共同購買: firms of every ward may take part."""
    rows = Purchase.objects.all()
    return rows if is_firm(actor) or reads_desk(actor) else rows.none()


def get_purchase(actor: Actor, **lookup: Any) -> Purchase:
    """One of them. Raises Purchase.DoesNotExist."""
    return visible_purchases(actor).get(**lookup)


def is_office(actor: Actor) -> bool:
    """An official of a ward: counts and states, never a price."""
    return actor.hat == Hat.WARD and actor.has_role(*OFFICE)


def visible_joints(actor: Actor) -> QuerySet[JointOrder]:
    """All for firms, lab staff and auditors; its ward's for an office."""
    rows = JointOrder.objects.all()
    if is_office(actor) and actor.ward_id is not None:
        return rows.filter(ward_id=actor.ward_id)
    return rows if is_firm(actor) or reads_desk(actor) else rows.none()


def get_joint(actor: Actor, **lookup: Any) -> JointOrder:
    """One of them. Raises JointOrder.DoesNotExist."""
    return visible_joints(actor).get(**lookup)


def leads(actor: Actor, row: JointOrder) -> bool:
    """Whether the firm leads the joint order."""
    return is_firm(actor) and row.firm_id == actor.firm_id


def visible_shares(actor: Actor) -> QuerySet[JointShare]:
    """The firm's own parts, and those of joint orders it leads."""
    rows = JointShare.objects.select_related("joint", "order")
    if not is_firm(actor):
        return rows.none()
    return rows.filter(Q(firm_id=actor.firm_id) | Q(lead_firm_id=actor.firm_id))


def visible_runs(actor: Actor) -> QuerySet[Run]:
    """The lab's calculations for its staff and auditors; a firm's own joint orders'."""
    rows = Run.objects.all()
    if is_firm(actor):
        return rows.filter(firm_id=firm_of(actor))
    return rows.filter(firm=None) if reads_desk(actor) else rows.none()


def get_run(actor: Actor, **lookup: Any) -> Run:
    """One of them. Raises Run.DoesNotExist."""
    return visible_runs(actor).get(**lookup)


def may_cancel(actor: Actor, run: Run) -> bool:
    """The firm whose it is, or staff of the lab."""
    return is_firm(actor) or (is_staff(actor) and actor.ward_id in {None, run.ward_id})


KEEPERS = frozenset({Role.REVIEWER, Role.WARD_ADMIN})


def may_keep_matches(actor: Actor) -> bool:
    """Lab staff, and officials who keep the ward's records: declare for firms and look at papers."""
    return is_staff(actor) or (actor.hat == Hat.WARD and actor.has_role(*KEEPERS))


def may_declare(actor: Actor, firm_id: int) -> bool:
    """The firm for itself; an official for a firm that the ward sees; lab staff for any."""
    if is_firm(actor):
        return actor.firm_id == firm_id
    if is_staff(actor):
        return True
    if not may_keep_matches(actor) or actor.ward_id is None:
        return False
    return FirmWard.objects.filter(firm_id=firm_id, ward_id=actor.ward_id).exists()


def visible_matches(actor: Actor) -> QuerySet[OutsideMatch]:
    """A firm's own; an office's those of firms of its ward; all for lab staff and auditors."""
    rows = OutsideMatch.objects.all()
    if is_firm(actor):
        return rows.filter(Q(buyer_id=actor.firm_id) | Q(supplier_id=actor.firm_id))
    if is_office(actor) and actor.ward_id is not None:
        return rows.filter(Q(ward_id=actor.ward_id) | Q(other_ward_id=actor.ward_id))
    return rows if reads_desk(actor) else rows.none()


def get_match(actor: Actor, **lookup: Any) -> OutsideMatch:
    """One of them. Raises OutsideMatch.DoesNotExist."""
    return visible_matches(actor).get(**lookup)
