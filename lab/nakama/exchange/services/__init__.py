"""The acts of the room; each is one transaction, with the actor as an argument."""

from lab.nakama.exchange.services.answers import (
    pairing_accept,
    pairing_confirm,
    pairing_decline,
    pairing_fail,
    pairing_report,
)
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.fairs import (
    Plan,
    entry_add,
    entry_withdraw,
    fair_add,
    fair_call_off,
    fair_hold,
    fair_plan,
    fair_replan,
    wishes_save,
)
from lab.nakama.exchange.services.listings import (
    Material,
    listing_add,
    listing_withdraw,
    wards_of,
)
from lab.nakama.exchange.services.pairing import lapse, pair_up
from lab.nakama.exchange.services.purchases import (
    Need,
    Round,
    demand_save,
    purchase_add,
    purchase_call_off,
    purchase_offer,
    purchase_settle,
    quote_save,
    share_answer,
)

__all__ = [
    "Material",
    "Need",
    "Plan",
    "Refused",
    "Round",
    "demand_save",
    "entry_add",
    "entry_withdraw",
    "fair_add",
    "fair_call_off",
    "fair_hold",
    "fair_plan",
    "fair_replan",
    "lapse",
    "listing_add",
    "listing_withdraw",
    "pair_up",
    "pairing_accept",
    "pairing_confirm",
    "pairing_decline",
    "pairing_fail",
    "pairing_report",
    "purchase_add",
    "purchase_call_off",
    "purchase_offer",
    "purchase_settle",
    "quote_save",
    "share_answer",
    "wards_of",
    "wishes_save",
]
