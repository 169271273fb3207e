"""The acts of the room; each is one transaction, with the actor as an argument."""

from kpi.releases.services.deciding import release_approve, release_drop, release_withdraw
from kpi.releases.services.errors import Refused
from kpi.releases.services.making import Wanted, release_make, release_store
from kpi.releases.services.targets import (
    Base,
    Goal,
    baseline_set,
    target_set,
    targets_adopt,
)
from kpi.releases.services.verifying import Verification, verification

__all__ = [
    "Base",
    "Goal",
    "Refused",
    "Verification",
    "Wanted",
    "baseline_set",
    "release_approve",
    "release_drop",
    "release_make",
    "release_store",
    "release_withdraw",
    "target_set",
    "targets_adopt",
    "verification",
]
