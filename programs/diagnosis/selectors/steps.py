"""The three next steps of a result: rules over what the rooms above offer today."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel.actor import Actor
from programs.diagnosis.instruments import SECURITY
from programs.diagnosis.offers import Offer, offers_for
from programs.diagnosis.rules.definition import Definition
from programs.diagnosis.rules.steps import SELF, next_steps, wanted
from programs.diagnosis.words import weaknesses
from programs.policies import visible_firms
from programs.selectors import open_sites


@dataclass(frozen=True, slots=True)
class Next:
    """An offer, and which weak side or barrier asks for it ("": the usual order)."""

    offer: Offer
    reason: str


def next_of(actor: Actor, sheet: Definition, result: dict[str, Any], today: dt.date) -> list[Next]:
    """Three steps at most, for the firm itself."""
    firm = visible_firms(actor).get(pk=actor.firm_id or 0)
    wards = sorted(set(open_sites(firm).values_list("ward_id", flat=True)))
    offers = [*_own(sheet), *offers_for(actor, wards, today)]
    order = wanted(weaknesses(sheet, result))
    found = next_steps(order, [offer.need for offer in offers])
    return [Next(offers[step.offer], step.reason) for step in found]


def _own(sheet: Definition) -> list[Offer]:
    """What the firm can do by itself: an outside self-check that is linked, or our drill."""
    if sheet.links:
        link = sheet.links[0]
        return [Offer(SELF, str(link.name), _("外部のサイトで、すぐに受けられます。"), link.url)]
    if sheet.code == SECURITY:
        return []
    return [
        Offer(
            SELF,
            _("情報セキュリティの点検を受ける"),
            _("5分で、今月できる備えが分かります。"),
            reverse("diagnosis:home"),
        )
    ]
