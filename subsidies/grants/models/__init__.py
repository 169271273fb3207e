"""Tables of what happens after the decision: filings of the firm and rulings of the ward."""

from subsidies.grants.models.filings import Filing, FilingDocument, FilingVersion
from subsidies.grants.models.rulings import Ruling

__all__ = ["Filing", "FilingDocument", "FilingVersion", "Ruling"]
