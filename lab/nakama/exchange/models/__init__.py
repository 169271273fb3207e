"""Tables of the room."""

from lab.nakama.exchange.models.sharing import ExchangeFact, Listing, ListingOwner, Pairing

__all__ = ["ExchangeFact", "Listing", "ListingOwner", "Pairing"]
