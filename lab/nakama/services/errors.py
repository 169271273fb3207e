"""Refusals with a sentence for the person who asked."""

from typing import Any


class Refused(Exception):
    """What was asked does not happen; `message` says what is wrong and how to mend it."""

    def __init__(self, message: Any) -> None:
        self.message = message
        super().__init__(str(message))
