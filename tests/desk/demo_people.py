"""Actors of the demonstration's people."""

from portal.accounts.demo import BY_KEY
from portal.accounts.models import User
from portal.kernel.actor import Actor, Hat


def official(key: str) -> Actor:
    """Somebody of a ward's office."""
    person = BY_KEY[key]
    user = User.objects.get(email=person.email)
    return Actor(user.pk, user.name, Hat.WARD, frozenset({person.role}), ward_id=person.ward_id)
