"""The private address of an official's calendar."""

import hashlib
import secrets

from django.db import transaction

from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing
from subsidies.obligations.models import Feed
from subsidies.policies import CASE_ROLES
from subsidies.services import moves


def feed_renew(*, actor: Actor) -> str:
    """A new address; the one before ends. Returns its secret, which is kept nowhere."""
    if actor.ward_id is None or not actor.has_role(*CASE_ROLES):
        raise RoleMissing
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        _end(actor)
        feed = Feed.objects.create(
            user_id=moves.person(actor), ward_id=actor.ward_id, digest=digest_of(secret)
        )
        audit.record(actor=actor, action="obligations.feed_made", obj=feed)
    return secret


def feed_end(*, actor: Actor) -> None:
    """End the address, if there is one."""
    with transaction.atomic():
        if _end(actor):
            audit.record(actor=actor, action="obligations.feed_ended", ward_id=actor.ward_id)


def feed_read(*, feed_id: int) -> None:
    """Note that the calendar was read today. As the system."""
    today = clock.today()
    Feed.objects.filter(pk=feed_id).exclude(read_on=today).update(read_on=today)


def digest_of(secret: str) -> str:
    """What is kept of the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _end(actor: Actor) -> bool:
    if actor.user_id is None or actor.ward_id is None:
        return False
    mine = Feed.objects.filter(user_id=actor.user_id, ward_id=actor.ward_id, ended_at=None)
    return bool(mine.update(ended_at=clock.database_now()))
