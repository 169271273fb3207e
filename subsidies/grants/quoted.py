"""The quote by which each line was granted: the first link of its chain (見積→発注→…)."""

from collections.abc import Mapping
from typing import Any

from subsidies.grants.rules.spent import Quoted
from subsidies.models import Decision, Grant
from subsidies.rules import quotes

# (経費区分, description) of a line; a change keeps those of the lines it leaves.
Named = tuple[str, str]


def quoted_of(grant: Grant) -> dict[Named, Quoted]:
    """Line → the quote that the application chose for it. Empty for grants from before quotes were
    kept per line, and nothing for lines that a change has added, nor for lines of one name: the
    quote of one would be taken for the other's. Two queries."""
    decision = Decision.objects.only("conditions").get(application_id=grant.application_id)
    version = grant.application.versions.get(number=decision.conditions["submitted_version"])
    return quoted_in(version.payload)


def quoted_in(payload: Mapping[str, Any]) -> dict[Named, Quoted]:
    """The same of a submitted version that is at hand."""
    files = {entry["id"]: entry for entry in payload["documents"]}
    found = {}
    lines = [(line["category"], line["description"]) for line in payload["expenses"]]
    for line, kept in zip(lines, quotes.submitted(payload), strict=False):
        if (chosen := kept.chosen) is None or lines.count(line) > 1:
            continue
        file = files.get(chosen.document, {})
        found[line] = Quoted(
            vendor=chosen.vendor,
            requested_on=chosen.requested_on,
            quoted_on=chosen.quoted_on,
            amount_yen=chosen.amount_yen or 0,
            file=file.get("file", ""),
            file_name=file.get("name", ""),
        )
    return found
