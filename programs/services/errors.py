"""Refusals: each carries the sentence that the screen shows."""

from django.utils.functional import Promise


class Refused(Exception):
    """A service refuses; `message` tells the person why and what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class AlreadyRegistered(Refused):
    """Another firm has this corporate number."""


class StaleFirm(Refused):
    """Somebody saved the firm after the form was opened."""


class LastOwner(Refused):
    """The firm would be left without an owner."""


class PreviewOutdated(Refused):
    """What was shown before the import no longer holds."""
