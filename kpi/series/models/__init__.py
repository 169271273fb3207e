"""Tables of the room: firms' yearly accounts, external series, what was handed in to be taken over."""

from kpi.series.models.accounts import Accounts, Consent

__all__ = ["Accounts", "Consent"]
