"""Calls as next steps of a diagnosis."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.money import format_rate, format_yen
from programs.diagnosis import offers
from programs.diagnosis.offers import Offer
from programs.diagnosis.rules.steps import MONEY
from programs.policies import visible_firms
from subsidies.contents import rules_of
from subsidies.facts import firm_facts, firm_past
from subsidies.models import Call
from subsidies.rules import eligibility
from subsidies.rules.history import History
from subsidies.selectors import open_calls

MOST = 2


@offers.register
def calls(actor: Actor, wards: Collection[int], today: dt.date) -> Iterator[Offer]:
    """Open calls of the firm's wards, the earlier stages first; none that the firm's record or its
    earlier grants already speak against.
    """
    rows = open_calls(clock.now()).filter(ward_id__in=wards)
    ordered = list(rows.order_by("version__scheme__stage", "closes_at", "id"))
    for call in _open_to(actor, ordered, today)[:MOST]:
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


def _open_to(actor: Actor, rows: Sequence[Call], today: dt.date) -> list[Call]:
    """Those that what the portal knows of the firm does not exclude; its answers decide later."""
    firm = visible_firms(actor).filter(pk=actor.firm_id or 0).first()
    if firm is None:
        return list(rows)
    past = firm_past(firm.pk)
    facts = {
        ward: firm_facts(firm, ward_id=ward, today=today) for ward in {row.ward_id for row in rows}
    }
    found = []
    for call in rows:
        history = History(
            ward=call.ward_id,
            scheme=call.version.scheme.code,
            fiscal_year=call.fiscal_year,
            today=today,
            past=past,
        )
        known = {**facts[call.ward_id], "history": history}
        if not eligibility.judge(rules_of(call.version), {}, known).refusals:
            found.append(call)
    return found
