"""Tables of the room."""

from lab.nakama.exchange.models.facts import ExchangeFact
from lab.nakama.exchange.models.fairs import Fair, FairEntry, FairMeeting, FairWish
from lab.nakama.exchange.models.joint import (
    JointCall,
    JointOffer,
    JointOrder,
    JointPrivate,
    JointShare,
    JointSplit,
    JointTerms,
)
from lab.nakama.exchange.models.outside import OutsideMatch
from lab.nakama.exchange.models.purchases import (
    Purchase,
    PurchaseDemand,
    PurchaseItem,
    PurchaseQuote,
    PurchaseShare,
)
from lab.nakama.exchange.models.runs import Run
from lab.nakama.exchange.models.sharing import Listing, ListingOwner, Pairing

__all__ = [
    "ExchangeFact",
    "Fair",
    "FairEntry",
    "FairMeeting",
    "FairWish",
    "JointCall",
    "JointOffer",
    "JointOrder",
    "JointPrivate",
    "JointShare",
    "JointSplit",
    "JointTerms",
    "Listing",
    "ListingOwner",
    "OutsideMatch",
    "Pairing",
    "Purchase",
    "PurchaseDemand",
    "PurchaseItem",
    "PurchaseQuote",
    "PurchaseShare",
    "Run",
]
