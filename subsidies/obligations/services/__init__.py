"""The acts of the obligations; each is one transaction, with the actor as an argument."""

from subsidies.obligations.services.assets import (
    asset_disposal_note,
    asset_life_confirm,
    assets_enter,
)
from subsidies.obligations.services.feeds import feed_end, feed_read, feed_renew
from subsidies.obligations.services.settling import (
    everything_hand_over,
    obligation_settle,
    obligations_hand_over,
)
from subsidies.obligations.services.sync import obligations_sync

__all__ = [
    "asset_disposal_note",
    "asset_life_confirm",
    "assets_enter",
    "everything_hand_over",
    "feed_end",
    "feed_read",
    "feed_renew",
    "obligation_settle",
    "obligations_hand_over",
    "obligations_sync",
]
