"""Labs as a next step of a diagnosis: trying before buying."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lab.booking.models import Lab
from portal.kernel.actor import Actor
from programs.diagnosis import offers
from programs.diagnosis.offers import Offer
from programs.diagnosis.rules.steps import TRY


@offers.register
def labs(actor: Actor, wards: Collection[int], today: dt.date) -> Iterator[Offer]:
    """The nearest lab: of the firm's ward, else any."""
    rows = list(Lab.objects.order_by("ward_id", "pk"))
    lab = next((row for row in rows if row.ward_id in wards), rows[0] if rows else None)
    if lab is not None:
        yield Offer(
            TRY,
            _("%(name)sで、買う前に試す") % {"name": lab.name},
            _("機械と道具を予約して、自社の材料で試せます。"),
            reverse("booking:week", args=[lab.public_id]),
        )
