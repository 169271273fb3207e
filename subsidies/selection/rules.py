"""How a committee's vote ends. Pure. Source: domain.md A6 (港区要領)."""

from enum import StrEnum


class Vote(StrEnum):
    """The end of a vote; TIED only while the chair has not decided."""

    CARRIED = "carried"
    LOST = "lost"
    TIED = "tied"


def vote(present: int, votes_for: int, votes_against: int, chair: str = "") -> Vote:
    """出席した委員の過半数で決し、可否同数のときは委員長の決するところによる.

    `chair` is the casting vote, "for" or "against", and counts in a tie only.
    """
    if 2 * votes_for > present:
        return Vote.CARRIED
    if votes_for != votes_against:
        return Vote.LOST
    return {"for": Vote.CARRIED, "against": Vote.LOST}.get(chair, Vote.TIED)
