"""Why somebody may not evaluate a plan, as far as the portal knows.

Rooms above (the committee) add what they know with `register`. Reasons are sentences for the firm
and the advisor, and say no more than that there is a tie.
"""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import FirmMembership
from subsidies.models import Application
from subsidies.services.errors import Refused

Bar = Callable[[Application, int], str | Promise | None]


class Barred(Refused):
    """The person has a tie to the firm or to the case."""


_bars: list[Bar] = []


def register(bar: Bar) -> Bar:
    """Add a reason; registering the same twice changes nothing."""
    if bar not in _bars:
        _bars.append(bar)
    return bar


def check(*, actor: Actor, application: Application, user_id: int) -> None:
    """Raises Barred. Asks as the system: neither firm nor advisor sees what it rests on."""
    with acting(actor.elevated()):
        for bar in _bars:
            if reason := bar(application, user_id):
                raise Barred(reason)


@register
def belongs_to_the_firm(application: Application, user_id: int) -> Promise | None:
    """Whoever is or was with the firm does not judge its plan."""
    if FirmMembership.objects.filter(firm_id=application.firm_id, user_id=user_id).exists():
        return _("申請者の企業に登録されている、又はされていた人なので、評価を頼めません。")
    return None
