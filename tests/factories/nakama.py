"""Profiles of firms, made through the services."""

from typing import Any

from lab.nakama.models import CapabilityProfile
from lab.nakama.rules.evaluation import FirmCase
from lab.nakama.services.entering import profiles_of
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from programs.models import Firm
from tests.factories.programs import FirmFactory

TEXT = "NC旋盤とマシニングセンタでシャフトを1個から。めっきは外注です。"


def make_profile(firm: Firm | None = None, *, name: str = "", **told: Any) -> CapabilityProfile:
    """A profile that nobody has confirmed yet; `told` as in an evaluation set."""
    firm = firm or FirmFactory()
    values = {
        "ward": 13107,
        "description": TEXT,
        "materials": ("SUS304", "A5052"),
        "tolerance_um": 20,
        "max_size_mm": 500,
        "lot_min": 1,
        "lot_max": 1000,
        "certifications": ("ISO9001",),
    }
    case = FirmCase(id=firm.pk, name=firm.name, **{**values, **told})
    (profile,) = profiles_of([(case, firm)])
    if name:
        CapabilityProfile.objects.filter(pk=profile.pk).update(firm_name=name)
    return CapabilityProfile.objects.select_related("firm", "ward").get(pk=profile.pk)


def as_firm(firm: Firm, user_id: int | None = None) -> Actor:
    """The firm's owner; without a person where nothing is written in their name."""
    return Actor(user_id, "owner", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm.pk)


def as_lab(user_id: int | None = None, ward_id: int = 13107) -> Actor:
    """Lab staff."""
    return Actor(user_id, "lab", Hat.SUPPORT, frozenset({Role.LAB_STAFF}), ward_id=ward_id)
