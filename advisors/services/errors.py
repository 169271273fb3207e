"""Why a service refuses; each message is a sentence for the person who asked."""

from collections.abc import Iterable

from advisors import words
from advisors.rules.visits import Fault
from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """The act does not happen; the message says why."""


class VisitRefused(Refused):
    """The visit cannot be true as it was typed; `faults` say which fields and why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(words.joined(self.faults))


class OverrideNeeded(Refused):
    """The choice differs from the rule's: an official may make it, with a reason."""
