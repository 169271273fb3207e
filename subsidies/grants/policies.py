"""Who may see a grant and what hangs on it: the same people who see its application."""

from typing import Any

from django.db.models import QuerySet

from portal.kernel.actor import Actor, Hat
from subsidies.grants import states
from subsidies.grants.models import Filing, Hearing, ProgressRequest, Recovery, Ruling, SiteVisit
from subsidies.models import Grant
from subsidies.policies import of_ward


def visible_grants(actor: Actor) -> QuerySet[Grant]:
    """Every grant the actor may see."""
    rows = Grant.objects.all()
    if actor.hat == Hat.FIRM and actor.firm_id is not None:
        return rows.filter(firm_id=actor.firm_id)
    return of_ward(rows, actor)


def visible_filings(actor: Actor) -> QuerySet[Filing]:
    """Filings of visible grants; drafts are the firm's alone."""
    rows = Filing.objects.filter(grant__in=visible_grants(actor))
    return rows if actor.hat in {Hat.FIRM, Hat.SYSTEM} else rows.exclude(submitted_at=None)


def visible_rulings(actor: Actor) -> QuerySet[Ruling]:
    """Rulings of visible grants; a firm sees one only once it is ruled."""
    rows = Ruling.objects.filter(grant__in=visible_grants(actor))
    return rows.filter(status=states.RULED) if actor.hat == Hat.FIRM else rows


def visible_requests(actor: Actor) -> QuerySet[ProgressRequest]:
    """Requests for progress reports of visible grants."""
    return ProgressRequest.objects.filter(grant__in=visible_grants(actor))


def visible_visits(actor: Actor) -> QuerySet[SiteVisit]:
    """Site visits of visible grants; findings and photos are the ward's, the page keeps them."""
    return SiteVisit.objects.filter(grant__in=visible_grants(actor))


def get_grant(actor: Actor, *, lock: bool = False, **lookup: Any) -> Grant:
    """One visible grant, locked where asked. Raises Grant.DoesNotExist."""
    rows = visible_grants(actor).select_related("application__version__scheme", "call")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def get_filing(actor: Actor, *, lock: bool = False, **lookup: Any) -> Filing:
    """One visible filing with its grant, locked where asked. Raises Filing.DoesNotExist."""
    rows = visible_filings(actor).select_related("grant__application__version__scheme")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def get_ruling(actor: Actor, *, lock: bool = False, **lookup: Any) -> Ruling:
    """One visible ruling with its grant, locked where asked. Raises Ruling.DoesNotExist."""
    rows = visible_rulings(actor).select_related("grant__application__version__scheme", "filing")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def visible_hearings(actor: Actor) -> QuerySet[Hearing]:
    """Hearings of visible grants."""
    return Hearing.objects.filter(grant__in=visible_grants(actor))


def visible_recoveries(actor: Actor) -> QuerySet[Recovery]:
    """Recoveries of visible grants."""
    return Recovery.objects.filter(grant__in=visible_grants(actor))


def get_hearing(actor: Actor, *, lock: bool = False, **lookup: Any) -> Hearing:
    """One hearing of a visible grant, locked where asked. Raises Hearing.DoesNotExist."""
    rows = visible_hearings(actor).select_related("grant")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)


def get_recovery(actor: Actor, *, lock: bool = False, **lookup: Any) -> Recovery:
    """One recovery of a visible grant, locked where asked. Raises Recovery.DoesNotExist."""
    rows = visible_recoveries(actor).select_related("ruling", "grant__call")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(**lookup)
