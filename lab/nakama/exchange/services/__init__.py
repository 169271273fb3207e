"""The acts of the room; each is one transaction, with the actor as an argument."""

from lab.nakama.exchange.services.answers import (
    pairing_accept,
    pairing_confirm,
    pairing_decline,
    pairing_fail,
    pairing_report,
)
from lab.nakama.exchange.services.counting import purchase_offer, purchase_settle
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.fairs import (
    Plan,
    entry_add,
    entry_withdraw,
    fair_add,
    fair_call_off,
    fair_hold,
    wishes_save,
)
from lab.nakama.exchange.services.joint import (
    Able,
    Call,
    joint_answer,
    joint_open,
    offer_save,
    offer_withdraw,
)
from lab.nakama.exchange.services.joint_calls import joint_call
from lab.nakama.exchange.services.joint_making import (
    joint_call_off,
    joint_hand,
    joint_lapse,
    joint_progress,
    joint_receive,
    joint_send_back,
)
from lab.nakama.exchange.services.listings import (
    Material,
    listing_add,
    listing_withdraw,
    wards_of,
)
from lab.nakama.exchange.services.lots import joint_adjust, joint_propose, joint_split
from lab.nakama.exchange.services.outside import (
    Claim,
    match_confirm,
    match_declare,
    match_deny,
    match_verify,
    match_withdraw,
    matches_lapse,
)
from lab.nakama.exchange.services.pairing import lapse, pair_up
from lab.nakama.exchange.services.purchases import (
    Need,
    Round,
    demand_save,
    purchase_add,
    purchase_call_off,
    quote_save,
    share_answer,
)
from lab.nakama.exchange.services.runs import run_cancel, run_start, run_work
from lab.nakama.exchange.services.timetables import fair_plan, fair_replan

__all__ = [
    "Able",
    "Call",
    "Claim",
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
    "joint_adjust",
    "joint_answer",
    "joint_call",
    "joint_call_off",
    "joint_hand",
    "joint_lapse",
    "joint_open",
    "joint_progress",
    "joint_propose",
    "joint_receive",
    "joint_send_back",
    "joint_split",
    "lapse",
    "listing_add",
    "listing_withdraw",
    "match_confirm",
    "match_declare",
    "match_deny",
    "match_verify",
    "match_withdraw",
    "matches_lapse",
    "offer_save",
    "offer_withdraw",
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
    "run_cancel",
    "run_start",
    "run_work",
    "share_answer",
    "wards_of",
    "wishes_save",
]
