"""The audit row of a search that showed people.

The chain cannot be erased (docs/adr/0005-audit-chain.md), so it does not hold the name that was
typed, only its digest under the portal's own key: the same question is the same digest, which tells
an auditor who has a name in hand whether it was asked.
"""

from django.utils.crypto import salted_hmac

from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.search.rules.folding import fold


def term_digest(text: str) -> str:
    """Of the folded words, so that the spelling does not matter."""
    return salted_hmac("search.people", fold(text), algorithm="sha256").hexdigest()[:32]


def record(*, actor: Actor, text: str, people: int) -> None:
    """One row a search."""
    audit.record(
        actor=actor,
        action="search.people_shown",
        ward_id=actor.ward_id,
        detail={"term_digest": term_digest(text), "people": people},
    )
