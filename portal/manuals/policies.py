"""Who may read what: the help and the manual of firms and visitors are everybody's, those of the
staff are for whoever works here under any role.
"""

from portal.accounts.access import allowed
from portal.accounts.roles import STAFF_HATS
from portal.kernel.actor import Actor
from portal.manuals.reading import Entry, Manual


def may_read(actor: Actor, text: Entry | Manual) -> bool:
    """Whether the actor may read this help or manual."""
    return not text.staff or allowed(actor, STAFF_HATS)
