"""What the room's services refuse."""

from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """It cannot be done like this; the message says why and how to mend it."""
