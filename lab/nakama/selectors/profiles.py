"""Profiles as pages show them; a constant number of queries, however many there are."""

from collections.abc import Sequence

from django.db.models import Prefetch

from lab.nakama import policies
from lab.nakama.models import Capability, CapabilityProfile
from lab.nakama.rules.ranking import Hit
from portal.kernel.actor import Actor


def page_of(actor: Actor, hits: Sequence[Hit]) -> list[tuple[Hit, CapabilityProfile]]:
    """The profiles of one page of results, in their order, with what a row shows."""
    rows = (
        policies.visible_profiles(actor)
        .filter(pk__in=[hit.profile for hit in hits])
        .select_related("ward")
        .defer("search_vector", "tokens", "equipment")
        .prefetch_related(
            Prefetch("capability_set", Capability.objects.select_related("process")),
            "profilecertificate_set",
        )
    )
    found = {row.pk: row for row in rows}
    return [(hit, found[hit.profile]) for hit in hits if hit.profile in found]
