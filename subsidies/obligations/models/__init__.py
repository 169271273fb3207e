"""Tables of what stays to be done for years after a decision."""

from subsidies.obligations.models.assets import Asset
from subsidies.obligations.models.obligations import Feed, Obligation

__all__ = ["Asset", "Feed", "Obligation"]
