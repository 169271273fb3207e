"""What the room's services refuse with."""

from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """A service refuses; the message says why and what to do."""
