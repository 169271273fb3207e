"""The firm's latest result as the beginning of an application."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.navi import policies
from portal.navi.models import NaviResult
from portal.ui.markup import era_date
from programs import prefills
from programs.prefills import Offer

# What was true of debts and orders is asked anew after so many days.
DAYS = 90


@prefills.register
def offers(actor: Actor) -> Iterator[Offer]:
    """One: the last that the firm kept, as long as it is fresh."""
    since = clock.now() - dt.timedelta(days=DAYS)
    row = policies.visible_results(actor).filter(made_at__gte=since).first()
    if row is not None:
        yield offer(row)


def offer(row: NaviResult) -> Offer:
    """What of a result goes into an application."""
    day = era_date(clock.to_date(row.made_at))
    return Offer(
        key=f"navi:{row.public_id}",
        title=_("支援ナビの答え（%(day)s）") % {"day": day},
        answers=row.texts,
        told=row.told,
    )
