"""Who sees and does what in a case: rows and answers from the same facts as the row policies."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from lab.nakama.cases import states
from lab.nakama.cases.models import (
    Case,
    CaseParty,
    Drawing,
    DrawingGrant,
    Invitation,
    NdaAcceptance,
    Order,
    Rating,
)
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import RoleMissing

Part = CaseParty.Part
LEADS = frozenset({Part.BUYER, Part.HUB, Part.DELEGATE})
HUBS = frozenset({Part.HUB, Part.DELEGATE})


def is_firm(actor: Actor) -> bool:
    """Whether the actor acts for a firm."""
    return actor.hat == Hat.FIRM and actor.firm_id is not None


def is_lab(actor: Actor) -> bool:
    """Whether the actor is a coordinator (ラボ職員)."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.LAB_STAFF)


def reads_counts(actor: Actor) -> bool:
    """Whether the actor reads counts over all wards."""
    return actor.hat in {Hat.WARD, Hat.POLICY, Hat.AUDITOR} or is_lab(actor)


def require(allowed: bool) -> None:
    """Raises RoleMissing."""
    if not allowed:
        raise RoleMissing


def own_firm(actor: Actor) -> int:
    """The firm for which the actor acts. Raises RoleMissing."""
    if actor.hat != Hat.FIRM or actor.firm_id is None:
        raise RoleMissing
    return actor.firm_id


def _in_parts(actor: Actor, parts: Collection[str] | None = None) -> Exists:
    rows = CaseParty.objects.filter(case_id=OuterRef("pk"), firm_id=own_firm(actor))
    return Exists(rows.filter(part__in=parts) if parts else rows)


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Those in which the firm takes part or was asked; the ward's; all for ラボ職員 and auditors."""
    rows = Case.objects.all()
    if is_firm(actor):
        asked = Invitation.objects.filter(case_id=OuterRef("pk"), firm_id=own_firm(actor))
        return rows.filter(_in_parts(actor) | Exists(asked))
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return rows.filter(ward_id=actor.ward_id).exclude(status=states.DRAFT)
    if is_lab(actor) or actor.hat == Hat.AUDITOR:
        return rows.exclude(status=states.DRAFT)
    return rows if actor.hat == Hat.SYSTEM else rows.none()


def led_cases(actor: Actor) -> QuerySet[Case]:
    """Those which the firm asked for or leads."""
    rows = Case.objects.all()
    return rows.filter(_in_parts(actor, LEADS)) if is_firm(actor) else rows.none()


def parts(actor: Actor, case_id: int) -> frozenset[str]:
    """The parts of the actor's firm in the case."""
    if not is_firm(actor):
        return frozenset()
    rows = CaseParty.objects.filter(case_id=case_id, firm_id=own_firm(actor))
    return frozenset(rows.values_list("part", flat=True))


def visible_invitations(actor: Actor) -> QuerySet[Invitation]:
    """The firm's own and those of cases it leads; all for ラボ職員."""
    rows = Invitation.objects.select_related("case", "step")
    if is_firm(actor):
        leads = CaseParty.objects.filter(
            case_id=OuterRef("case_id"), firm_id=own_firm(actor), part__in=LEADS
        )
        return rows.filter(Q(firm_id=own_firm(actor)) | Exists(leads))
    return rows if is_lab(actor) or actor.hat == Hat.SYSTEM else rows.none()


def own_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Those the firm itself got."""
    return visible_invitations(actor).filter(firm_id=own_firm(actor) or 0)


def visible_orders(actor: Actor) -> QuerySet[Order]:
    """Those of which the firm is one of the two sides."""
    rows = Order.objects.select_related("case", "step")
    if not is_firm(actor):
        return rows if actor.hat == Hat.SYSTEM else rows.none()
    return rows.filter(Q(orderer_id=own_firm(actor)) | Q(contractor_id=own_firm(actor)))


def live_grants(case_id: int, firm_id: int, now: dt.datetime) -> QuerySet[DrawingGrant]:
    """What still lets the firm see drawings: of a step that it does or has not said no to."""
    rows = DrawingGrant.objects.filter(
        case_id=case_id, firm_id=firm_id, revoked_at=None, expires_at__gt=now
    )
    asked = Invitation.objects.filter(case_id=case_id, firm_id=firm_id)
    asked = asked.exclude(status__in=states.DECLINED)
    return rows.filter(Q(step__in=asked.values("step")) | Q(step=None) & Exists(asked))


def has_promised(actor: Actor, case_id: int) -> bool:
    """Whether the person has accepted the NDA for the case."""
    if not is_firm(actor):
        return False
    rows = NdaAcceptance.objects.filter(case_id=case_id, firm_id=own_firm(actor))
    return rows.filter(person_id=actor.user_id).exists()


def visible_drawings(actor: Actor, case_id: int) -> QuerySet[Drawing]:
    """What the database lets the firm see; the promise is asked for when it is opened."""
    rows = Drawing.objects.filter(case_id=case_id)
    return rows.select_related("step") if is_firm(actor) else rows.none()


def visible_ratings(actor: Actor) -> QuerySet[Rating]:
    """Those the firm gave; those it got, once both sides have rated or the time is over."""
    rows = Rating.objects.select_related("case")
    if is_firm(actor):
        return rows.filter(
            Q(from_firm_id=own_firm(actor))
            | Q(to_firm_id=own_firm(actor), revealed_at__isnull=False)
        )
    if is_lab(actor):
        return rows.exclude(status=states.NONE)
    return rows if actor.hat == Hat.SYSTEM else rows.none()


def get_case(actor: Actor, **lookup: Any) -> Case:
    """One visible case. Raises Case.DoesNotExist."""
    return visible_cases(actor).get(**lookup)


def get_led_case(actor: Actor, **lookup: Any) -> Case:
    """One case that the firm leads. Raises Case.DoesNotExist."""
    return led_cases(actor).get(**lookup)


def get_invitation(actor: Actor, **lookup: Any) -> Invitation:
    """One visible invitation. Raises Invitation.DoesNotExist."""
    return visible_invitations(actor).get(**lookup)


def get_order(actor: Actor, **lookup: Any) -> Order:
    """One visible order. Raises Order.DoesNotExist."""
    return visible_orders(actor).get(**lookup)


def get_rating(actor: Actor, **lookup: Any) -> Rating:
    """One visible rating. Raises Rating.DoesNotExist."""
    return visible_ratings(actor).get(**lookup)
