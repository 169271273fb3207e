"""Public keys of rows of which there will be millions."""

import secrets
import uuid

from portal.kernel import clock

_RANDOM_BITS = 74


def ordered() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): milliseconds, then 74 random bits.

    Keys of one hour lie side by side in the index. With random ones each new row wrote another page of
    it to the log: of a booking's 7.8 kB there, 5.5 were that page. It tells when the row was made.
    """
    millis = int(clock.now().timestamp() * 1000)
    noise = secrets.randbits(_RANDOM_BITS)
    high, low = noise >> 62, noise & ((1 << 62) - 1)
    return uuid.UUID(int=(millis << 80) | (7 << 76) | (high << 64) | (2 << 62) | low)
