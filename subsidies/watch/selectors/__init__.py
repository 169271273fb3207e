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
from subsidies.watch.selectors.pairs import PairCases, PairLine, pair_cases, pair_lines

__all__ = [
    "Cluster",
    "PairCases",
    "PairLine",
    "VendorLine",
    "Wanted",
    "cluster",
    "counts",
    "finding_page",
    "finding_rows",
    "of_application",
    "pair_cases",
    "pair_lines",
    "vendor_lines",
    "year_of",
    "years",
]
