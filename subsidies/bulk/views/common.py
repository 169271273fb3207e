"""What the pages of the runs share."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel.actor import Hat
from portal.ui.parts import Crumb


def crumbs(request: HttpRequest, last: str = "") -> list[Crumb]:
    """The way to a page of a run; without `last`, to the list of runs."""
    above = []
    if request.actor.hat == Hat.WARD:
        above.append(Crumb(_("申請の受信箱"), reverse("subsidies:queue")))
    if not last:
        return [*above, Crumb(_("一括処理"))]
    return [*above, Crumb(_("一括処理"), reverse("bulk:list")), Crumb(last)]
