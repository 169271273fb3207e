"""Refusals: each carries the sentence that the screen shows."""

from django.utils.functional import Promise


class Refused(Exception):
    """The change is not allowed; the message is for the person who asked."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class OwnRole(Refused):
    """Nobody gives, confirms or ends a role of their own."""
