"""The demonstration of the rooms above all modules: each tells its own story.

A loader writes through the room's services and returns one line for the operator.
"""

from collections.abc import Callable, Sequence

from portal.auditing import demo as auditing_demo
from portal.cms import demo as cms_demo
from portal.duty import demo as duty_demo
from portal.navi import demo as navi_demo
from portal.personal import demo as personal_demo
from portal.search import demo as search_demo

# The search comes last: it reads what the others have published.
LOADERS: Sequence[Callable[..., str]] = (
    cms_demo.load,
    navi_demo.load,
    auditing_demo.load,
    duty_demo.load,
    personal_demo.load,
    search_demo.load,
)


def load(*, firms: Sequence, now, scale: float) -> list[str]:
    """What each room loaded, in words."""
    return [loader(firms=firms, now=now, scale=scale) for loader in LOADERS]
