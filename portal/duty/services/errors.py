"""What the services refuse with."""

from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """The act does not happen; the message says why and how to mend it."""
