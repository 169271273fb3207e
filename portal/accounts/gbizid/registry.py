"""Where apps above learn that a signed-in person's GビズID is known.

`programs` registers here to connect the person with the firm of that corporate number.
"""

from collections.abc import Callable

from portal.accounts.gbizid.identity import GbizIdentity
from portal.accounts.models import User

type Hook = Callable[[User, GbizIdentity], None]

_hooks: list[Hook] = []


def on_identified(hook: Hook) -> Hook:
    """Have `hook(user, identity)` called at every sign-in with GビズID and when one is connected.

    It runs in the request's transaction, before the person wears any hat: `Actor.public(…)` is
    acting. An error in it ends the sign-in.
    """
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


def identified(user: User, identity: GbizIdentity) -> None:
    """Tell all who asked."""
    for hook in _hooks:
        hook(user, identity)
