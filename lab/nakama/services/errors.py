"""Why a service refuses; each message is a sentence for the person who asked."""

from portal.kernel.transitions import TransitionRefused


class Refused(TransitionRefused):
    """The act does not happen; the message says what is wrong and how to mend it."""
