"""The acts of the room; each is one transaction, with the actor as an argument."""

from lab.nakama.exchange.services.answers import (
    pairing_accept,
    pairing_confirm,
    pairing_decline,
    pairing_fail,
    pairing_report,
)
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.listings import Material, listing_add, listing_withdraw
from lab.nakama.exchange.services.pairing import lapse, pair_up

__all__ = [
    "Material",
    "Refused",
    "lapse",
    "listing_add",
    "listing_withdraw",
    "pair_up",
    "pairing_accept",
    "pairing_confirm",
    "pairing_decline",
    "pairing_fail",
    "pairing_report",
]
