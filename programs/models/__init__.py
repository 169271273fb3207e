"""Tables of the shared domain."""

from programs.models.firms import Firm, FirmWard, Site
from programs.models.imports import ImportJob, ImportRow
from programs.models.mergers import FirmMerger
from programs.models.people import FirmMembership
from programs.models.qualifications import Qualification
from programs.models.ties import FirmTie
from programs.models.wards import Ward

__all__ = [
    "Firm",
    "FirmMembership",
    "FirmMerger",
    "FirmTie",
    "FirmWard",
    "ImportJob",
    "ImportRow",
    "Qualification",
    "Site",
    "Ward",
]
