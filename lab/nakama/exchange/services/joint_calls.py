"""Who is told of a new 共同受注: firms whose profile fits, no firm more often than the cases allow."""

import datetime as dt

from lab.nakama.cases import services as cases
from lab.nakama.cases.rules.waves import MOST_OPEN
from lab.nakama.exchange import states
from lab.nakama.exchange.models import JointCall, JointOrder
from lab.nakama.exchange.services.joint import MOST_OFFERS
from lab.nakama.models import CapabilityProfile
from lab.nakama.selectors.search import Conditions, Wish, search
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.models import FirmMembership

# Twice as many as can offer.
MOST_TOLD = 2 * MOST_OFFERS


def joint_call(*, actor: Actor, joint_id: int, now: dt.datetime) -> list[int]:
    """Write down who is told, once; the firms. As the system.

    A firm that has five requests of this week (仲間まわし and 共同受注 together) is left in peace.
    """
    row = JointOrder.objects.select_for_update().get(pk=joint_id)
    if row.told is not None:
        return list(row.calls.values_list("firm_id", flat=True))
    if row.status != states.OFFERING or row.closes_on < clock.to_date(now):
        return []  # too late to offer: the event has waited
    fit = [firm for firm in _fitting(actor, row, clock.to_date(now)) if firm != row.firm_id]
    members = FirmMembership.objects.filter(firm_id__in=fit, valid_to=None, user__is_active=True)
    there = set(members.values_list("firm_id", flat=True))
    cases.one_at_a_time()
    asked = cases.requests_of(fit, now)
    told = [firm for firm in fit if firm in there and asked[firm] < MOST_OPEN][:MOST_TOLD]
    JointCall.objects.bulk_create(JointCall(joint=row, firm_id=firm) for firm in told)
    row.told = len(told)
    row.save(update_fields=["told"])
    return told


def wish_of(row: JointOrder) -> Wish:
    """What a firm must be able to do: an even part of the quantity, within the conditions."""
    return Wish(
        text="" if row.process_code else f"{row.item}\n{row.detail}",
        process=row.process_code,
        conditions=Conditions(
            material=row.material,
            size_mm=row.size_mm,
            tolerance_um=row.tolerance_um,
            lot=-(-row.quantity // row.most_firms),
        ),
    )


def _fitting(actor: Actor, row: JointOrder, today: dt.date) -> list[int]:
    """Firms that do it, the best first. Where no process can be read nobody is told."""
    answer = search(actor, wish_of(row), today=today)
    if answer.by_text:
        return []
    fitting = answer.result.fitting
    hits = [hit.profile for hit in fitting[: len(fitting) - answer.result.near]]
    firms = dict(CapabilityProfile.objects.filter(pk__in=hits).values_list("pk", "firm_id"))
    return [firms[profile] for profile in hits]
