"""Reads of the watch."""

from subsidies.watch.selectors.clusters import (
    Cluster,
    VendorLine,
    cluster,
    vendor_lines,
    year_of,
    years,
)
from subsidies.watch.selectors.listing import (
    Wanted,
    counts,
    finding_page,
    finding_rows,
    of_application,
)

__all__ = [
    "Cluster",
    "VendorLine",
    "Wanted",
    "cluster",
    "counts",
    "finding_page",
    "finding_rows",
    "of_application",
    "vendor_lines",
    "year_of",
    "years",
]
