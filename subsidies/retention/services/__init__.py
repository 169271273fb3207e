"""Services of the retention."""

from subsidies.retention.services.carrying import lost, work
from subsidies.retention.services.disposals import (
    disposal_approve,
    disposal_propose,
    disposal_return,
)
from subsidies.retention.services.entering import kept_enter
from subsidies.retention.services.holds import hold_lift, hold_put

__all__ = [
    "disposal_approve",
    "disposal_propose",
    "disposal_return",
    "hold_lift",
    "hold_put",
    "kept_enter",
    "lost",
    "work",
]
