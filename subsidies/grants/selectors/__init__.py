"""Reads of what happens after the decision, for screens and handlers."""

from subsidies.grants.selectors.detail import (
    FilingDetail,
    GrantDetail,
    filing_detail,
    grant_detail,
)
from subsidies.grants.selectors.listing import GrantFilters, grant_page, grant_rows

__all__ = [
    "FilingDetail",
    "GrantDetail",
    "GrantFilters",
    "filing_detail",
    "grant_detail",
    "grant_page",
    "grant_rows",
]
