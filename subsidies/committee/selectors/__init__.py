"""Reads of the review."""

from subsidies.committee.selectors.results import Sheet, averages, scoring_of, sheets_of

__all__ = ["Sheet", "averages", "scoring_of", "sheets_of"]
