"""Who sees which booking, and who runs which lab."""

from django.db.models import Q, QuerySet

from lab.booking.models import Certificate, Incident, Lab, Reservation, TrialReport, Turn, Visit
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat

ALL_SEEING = frozenset({Hat.AUDITOR, Hat.SYSTEM})


def is_staff(actor: Actor) -> bool:
    """Whether the actor works in the labs of a ward."""
    return actor.hat == Hat.SUPPORT and actor.has_role(Role.LAB_STAFF) and actor.ward_id is not None


def staff_labs(actor: Actor) -> QuerySet[Lab]:
    """The labs whose ledgers the actor reads."""
    rows = Lab.objects.all()
    if is_staff(actor):
        return rows.filter(ward_id=actor.ward_id or 0)
    return rows if actor.hat in ALL_SEEING else rows.none()


def may_run(actor: Actor, lab: Lab) -> bool:
    """Whether the actor is staff of this lab."""
    return is_staff(actor) and lab.ward_id == actor.ward_id


def visible_reservations(actor: Actor) -> QuerySet[Reservation]:
    """The firm's own; those of the staff's labs; of an official's own ward, as host or as home."""
    rows = Reservation.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if is_staff(actor):
        return rows.filter(ward_id=actor.ward_id or 0)
    if actor.hat == Hat.WARD and actor.ward_id is not None:
        return rows.filter(Q(ward_id=actor.ward_id) | Q(firm_ward_id=actor.ward_id))
    return rows if actor.hat in ALL_SEEING else rows.none()


def visible_turns(actor: Actor) -> QuerySet[Turn]:
    """Places on waiting lists: the firm's own, or those of the staff's labs."""
    rows = Turn.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if is_staff(actor):
        return rows.filter(ward_id=actor.ward_id or 0)
    return rows if actor.hat in ALL_SEEING else rows.none()


def visible_certificates(actor: Actor) -> QuerySet[Certificate]:
    """The firm's own, or those that the staff's labs granted."""
    rows = Certificate.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if is_staff(actor):
        return rows.filter(ward_id=actor.ward_id or 0)
    return rows if actor.hat in ALL_SEEING else rows.none()


def visible_trials(actor: Actor) -> QuerySet[TrialReport]:
    """The firm's own, or those written about the host ward's labs."""
    rows = TrialReport.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    if is_staff(actor) or (actor.hat == Hat.WARD and actor.ward_id is not None):
        return rows.filter(ward_id=actor.ward_id or 0)
    return rows if actor.hat in ALL_SEEING else rows.none()


def visible_visits(actor: Actor) -> QuerySet[Visit]:
    """Of the staff's labs, or of an auditor's everything."""
    rows = Visit.objects.all()
    if is_staff(actor):
        return rows.filter(ward_id=actor.ward_id or 0)
    return rows if actor.hat in ALL_SEEING else rows.none()


def visible_incidents(actor: Actor) -> QuerySet[Incident]:
    """Of the staff's labs, or of an auditor's everything."""
    rows = Incident.objects.all()
    if is_staff(actor):
        return rows.filter(ward_id=actor.ward_id or 0)
    return rows if actor.hat in ALL_SEEING else rows.none()
