"""相談記録 on a firm's card, for the ward that noted them."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs import history
from programs.history import DIAGNOSIS, Event, Place
from programs.models import Firm
from subsidies.consultations.models import Consultation
from subsidies.consultations.policies import visible_consultations


@history.tells(Consultation)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Event]:
    """Those that stand; one query."""
    rows = visible_consultations(actor).filter(firm_id=firm.pk, withdrawn_at=None)
    place = Place("consultations:list") if actor.hat == Hat.WARD else None
    for row in rows.select_related("scheme")[: history.MOST]:
        yield Event(
            at=clock.midnight(row.held_on),
            lane=DIAGNOSIS,
            text=_("区に相談しました（%(scheme)s）"),
            values={"scheme": row.scheme.display_name},
            note=(row.note,),
            place=place,
            ward_id=row.ward_id,
        )
