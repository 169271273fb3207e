"""Seeds of second factors are stored encrypted: AES-256-GCM under settings.DATA_KEYS.

The newest key seals; any listed key opens. A sealed text that was altered, cut, or sealed under a
key that is gone raises instead of giving something back.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_MARK = "aesgcm"
_NONCE_BYTES = 12


class Unreadable(ValueError):
    """The text was not sealed here, was altered, or its key is gone."""


def seal(text: str, *, purpose: str) -> str:
    """Encrypt `text`; it opens only for the same `purpose`."""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), purpose.encode())
    return f"{_MARK}:{key_id}:{base64.b64encode(sealed).decode()}"


def unseal(sealed: str, *, purpose: str) -> str:
    """Decrypt what `seal` made. Raises Unreadable."""
    mark, _, rest = sealed.partition(":")
    key_id, _, payload = rest.partition(":")
    key = _keys().get(key_id)
    if mark != _MARK or key is None:
        raise Unreadable("not sealed under a known key")
    try:
        raw = base64.b64decode(payload, validate=True)
        plain = AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable("altered") from error
    return plain.decode()


def _keys() -> dict[str, bytes]:
    """Key id → key, newest first, as in settings.DATA_KEYS."""
    pairs = (entry.partition(":") for entry in settings.DATA_KEYS)
    return {key_id: base64.b64decode(encoded) for key_id, _, encoded in pairs}
