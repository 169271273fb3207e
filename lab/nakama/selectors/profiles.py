"""Profiles as pages show them; a constant number of queries, however many there are."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Prefetch, Q

from lab.nakama import policies
from lab.nakama.models import Capability, CapabilityProfile, WeekCapacity
from lab.nakama.rules.ranking import Hit
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import Firm, FirmWard
from programs.readers import reach_of
from programs.rules import fold

Week = tuple[dt.date, str]


def page_of(actor: Actor, hits: Sequence[Hit]) -> list[tuple[Hit, CapabilityProfile]]:
    """The profiles of one page of results, in their order, with what a row shows."""
    rows = (
        policies.visible_profiles(actor)
        .filter(pk__in=[hit.profile for hit in hits])
        .select_related("ward")
        .only(
            "public_id",
            "firm_name",
            "ward__name",
            "ward__name_en",
            "status",
            "material_names",
            "asked",
            "answered",
        )
        .prefetch_related(
            Prefetch(
                "capability_set",
                Capability.objects.select_related("process").only(
                    "profile_id", "process__name_ja", "process__name_en", "process__order"
                ),
            )
        )
    )
    found = {row.pk: row for row in rows}
    return [(hit, found[hit.profile]) for hit in hits if hit.profile in found]


def own_profile(actor: Actor) -> CapabilityProfile | None:
    """The firm's own, whatever its state."""
    if not policies.is_firm(actor) or actor.firm_id is None:
        return None
    return policies.visible_profiles(actor).filter(firm_id=actor.firm_id).first()


def capabilities(profile: CapabilityProfile) -> list[Capability]:
    """With their processes and steps of tolerance, in the taxonomy's order."""
    rows = Capability.objects.filter(profile=profile).select_related("process__parent")
    return list(rows.prefetch_related("steps").order_by("process__order"))


def weeks_ahead(profile: CapabilityProfile, today: dt.date, *, weeks: int = 8) -> list[Week]:
    """(Monday, mark or "") from this week on."""
    monday = today - dt.timedelta(days=today.weekday())
    days = [monday + dt.timedelta(weeks=number) for number in range(weeks)]
    told = dict(
        WeekCapacity.objects.filter(profile=profile, week__in=days).values_list("week", "mark")
    )
    return [(day, told.get(day, "")) for day in days]


def prefill_candidates(actor: Actor, text: str, *, most: int = 20) -> list[Firm]:
    """Firms without a profile yet that the actor may enter, by a part of their name; without a name
    those that the actor accompanies (readers.reach_of).

    Lab staff and advisors see no firms' rows: they are shown the names that match, within their ward
    and among the firms they accompany.
    """
    policies.require(policies.may_prefill(actor))
    reached = Q(pk__in=list(reach_of(actor)))
    if text.strip():
        of_ward = FirmWard.objects.filter(ward_id=actor.ward_id or 0).values("firm_id")
        asked = Q(search_text__contains=fold(text)) & (reached | Q(pk__in=of_ward))
    else:
        asked = reached
    known = CapabilityProfile.objects.values("firm_id")
    with acting(actor.elevated()):
        rows = Firm.objects.filter(asked, is_active=True).exclude(pk__in=known)
        return list(rows.order_by("name_kana", "pk")[:most])
