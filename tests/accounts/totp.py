"""RFC 6238, written independently of allauth: what an authenticator app shows."""

import base64
import hashlib
import hmac
import struct

from portal.kernel import clock


def code(secret: str, *, steps: int = 0) -> str:
    """The six digits of now, or of `steps` × 30 s later."""
    counter = int(clock.now().timestamp()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"
