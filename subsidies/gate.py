"""What stands before the proposal of a decision (起案): a room above may have a say in it.

The core asks and does not know who answers: a room registers its answer when the portal starts, as
services register the guards of transitions. Without an answer everything is open.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.kernel.money import format_yen
from portal.kernel.transitions import GuardFailed
from subsidies.models import Application, Decision


@dataclass(frozen=True, slots=True)
class Standing:
    """What is said of one application.

    `closed`: why no grant may be proposed or approved, "" where it may. `most_yen`: the most it may
    be (円), None without such a limit. `refusal`: the reason of a refusal, where it is decided
    already. `url`: the page on which all this is read.
    """

    closed: str = ""
    most_yen: int | None = None
    refusal: str = ""
    url: str = ""


Source = Callable[[Sequence[Application]], Mapping[int, Standing]]
OPEN = Standing()
_sources: list[Source] = []


def register(source: Source) -> Source:
    """A room's answer: application → standing, for those it has a say in. In a few queries."""
    _sources.append(source)
    return source


def standings(applications: Sequence[Application]) -> dict[int, Standing]:
    """Application → what is said of it. The rows carry their call and version."""
    found = {application.pk: OPEN for application in applications}
    for source in _sources:
        found.update(source(applications))
    return found


def standing(application: Application) -> Standing:
    """What is said of one application."""
    return standings([application])[application.pk]


def require_open(application: Application, outcome: str, amount_yen: int = 0) -> None:
    """Refuse a grant that may not be proposed or approved (amount in 円). Raises GuardFailed."""
    if outcome != Decision.Outcome.GRANT:
        return
    found = standing(application)
    if found.closed:
        raise GuardFailed(found.closed)
    if found.most_yen is not None and amount_yen > found.most_yen:
        text = _("採択した額（%(most)s）を超える交付は決定できません。")
        raise GuardFailed(text % {"most": format_yen(found.most_yen)})
