"""決算 on a firm's card: each accounting year that somebody told, and corrections of it."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from kpi.series.models import Accounts
from kpi.series.policies import visible_accounts
from portal.kernel.actor import Actor, Hat
from portal.ui.markup import era_date
from programs import history
from programs.history import FIRM, Event, Place, Told
from programs.models import Firm


@history.tells(Accounts)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """One query."""
    rows = visible_accounts(actor).filter(firm_id=firm.pk).order_by("-recorded_at", "-pk")
    own = actor.hat == Hat.FIRM
    place = Place("series:mine") if own else Place("series:firm", firm.public_id)
    for row in rows[: history.MOST]:
        first = row.number == 1
        yield Event(
            at=row.recorded_at,
            lane=FIRM,
            text=_("%(day)sの決算が登録されました")
            if first
            else _("%(day)sの決算が訂正されました"),
            values={"day": era_date(row.period_end)},
            note=(row.get_source_display(), row.reason),
            place=place if own or actor.hat in {Hat.WARD, Hat.AUDITOR} else None,
            ward_id=row.ward_id,
        )
