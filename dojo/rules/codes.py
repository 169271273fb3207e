"""Six digits for the room: what is typed where no camera is at hand.

They are derived from the session and the running window of time, so nothing has to be stored. Keyed with
the portal's secret, they cannot be worked out at home.
"""

import hashlib
import hmac

WINDOW_SECONDS = 300
DIGITS = 6


def window(seconds: int) -> int:
    """The number of the window in which a moment (seconds since 1970) falls."""
    return seconds // WINDOW_SECONDS


def digits(key: bytes, *, session_id: int, number: int) -> str:
    """The digits of one session in one window."""
    told = f"{session_id}:{number}".encode()
    found = hmac.new(key, told, hashlib.sha256).digest()
    return str(int.from_bytes(found[:8]) % 10**DIGITS).zfill(DIGITS)


def fits(key: bytes, *, session_id: int, typed: str, seconds: int) -> bool:
    """Whether the digits are those of this window or of the one before."""
    now = window(seconds)
    return any(
        hmac.compare_digest(
            digits(key, session_id=session_id, number=number).encode(), typed.encode()
        )
        for number in (now, now - 1)
    )


def check(key: bytes, number: str) -> str:
    """Eight characters that belong to a certificate's number, so that numbers cannot be tried out."""
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:8]
