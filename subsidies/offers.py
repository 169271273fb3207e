"""Calls as next steps of a diagnosis."""

import datetime as dt
from collections.abc import Collection, Iterator
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.money import format_rate, format_yen
from programs.diagnosis import offers
from programs.diagnosis.offers import Offer
from programs.diagnosis.rules.steps import MONEY
from subsidies.selectors import open_calls

MOST = 2


@offers.register
def calls(actor: Actor, wards: Collection[int], today: dt.date) -> Iterator[Offer]:
    """Open calls of the firm's wards, the earlier stages first; the rules decide on an application."""
    rows = open_calls(clock.now()).filter(ward_id__in=wards)
    for call in rows.order_by("version__scheme__stage", "closes_at", "id")[:MOST]:
        scheme = call.version.scheme
        yield Offer(
            need=MONEY,
            title=_("%(name)sの募集を読む") % {"name": scheme.display_name},
            text=_("補助率%(rate)s、上限%(cap)s。申請の前に、対象かどうかを確かめられます。")
            % {
                "rate": format_rate(Fraction(call.version.rules["rate"])),
                "cap": format_yen(call.version.rules["cap_yen"]),
            },
            url=reverse("subsidies:call_detail", args=[call.pk]),
            until=clock.to_date(call.closes_at),
        )
