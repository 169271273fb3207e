"""引継ぎ: everything that one official answers for, or that nobody answers for any more."""

import datetime as dt

from django.db.models import QuerySet

from portal.accounts.models import User
from portal.kernel.actor import Actor
from subsidies import states as application_states
from subsidies.models import Application
from subsidies.obligations import policies, states
from subsidies.obligations.models import Obligation
from subsidies.policies import visible_applications


def owned_by(actor: Actor, user_id: int | None, *, today: dt.date) -> QuerySet[Obligation]:
    """The person's open obligations; None: those whose owner does not serve the ward any more."""
    rows = policies.visible_obligations(actor).filter(status=states.OPEN)
    if user_id is not None:
        return rows.filter(owner_id=user_id).order_by("due_on", "id")
    return policies.ownerless(rows, today).order_by("due_on", "id")


def in_charge_of(actor: Actor, user_id: int | None) -> QuerySet[Application]:
    """The open applications the person is in charge of; None: none, they stand in the queue."""
    rows = visible_applications(actor).filter(status__in=application_states.OPEN)
    if user_id is None:
        return rows.none()
    return rows.filter(assignee_id=user_id).order_by("due_on", "id")


def officials(ward_id: int, today: dt.date) -> list[User]:
    """Who may answer for the ward's cases today, by name."""
    present = policies.present_officials(ward_id, today).values("user_id")
    return list(User.objects.filter(pk__in=present).only("id", "name").order_by("name", "id"))


def owners(actor: Actor, today: dt.date) -> list[tuple[User, bool]]:
    """Everybody who may be handed over: (person, serves the ward today), those who left as well."""
    if actor.ward_id is None:
        return []
    here = {user.pk: user for user in officials(actor.ward_id, today)}
    open_rows = policies.visible_obligations(actor).filter(status=states.OPEN)
    known = set(open_rows.exclude(owner=None).order_by().values_list("owner_id", flat=True))
    cases = visible_applications(actor).filter(status__in=application_states.OPEN)
    known |= set(cases.exclude(assignee=None).order_by().values_list("assignee_id", flat=True))
    gone = User.objects.filter(pk__in=known - set(here)).only("id", "name").order_by("name", "id")
    return [*((user, True) for user in here.values()), *((user, False) for user in gone)]
