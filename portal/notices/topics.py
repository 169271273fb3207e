"""Kinds of mail that a person may do without. Apps that send them register them at start.

A notice without a topic belongs to a procedure (a decision, a deadline) and always goes out by mail.
"""

from django.utils.functional import Promise

_topics: dict[str, str | Promise] = {}


def register(code: str, label: str | Promise) -> None:
    """Add a topic. Raises ValueError when the code is taken."""
    if code in _topics:
        raise ValueError(f"two topics are called {code}")
    _topics[code] = label


def topics() -> dict[str, str | Promise]:
    """code → label, in the order of their registration."""
    return dict(_topics)
