"""Taxonomy and lexicon; profiles of what firms can make."""

from lab.nakama.models.profiles import (
    Capability,
    CapabilityProfile,
    HourlyBand,
    ProfileCertificate,
    ProfileMachine,
    ToleranceStep,
    WeekCapacity,
)
from lab.nakama.models.taxonomy import Alias, Material, Process, UnknownWord

__all__ = [
    "Alias",
    "Capability",
    "CapabilityProfile",
    "HourlyBand",
    "Material",
    "Process",
    "ProfileCertificate",
    "ProfileMachine",
    "ToleranceStep",
    "UnknownWord",
    "WeekCapacity",
]
