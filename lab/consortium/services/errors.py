"""What the services say when they refuse."""

from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """The act does not fit what is there; the message says how to mend it."""
