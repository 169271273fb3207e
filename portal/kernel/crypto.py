"""Authenticated encryption of single values (AES-256-GCM) under settings.DATA_KEYS.

The newest key encrypts, any listed key decrypts. A value that was altered, moved to another
column, or encrypted under a key that is gone raises instead of giving something back.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE = 12
_KEY = 32


class Unreadable(ValueError):
    """The value was not encrypted here, was altered or moved, or its key is gone."""


def encrypt(text: str, *, purpose: str) -> bytes:
    """Key id's length, key id, nonce, ciphertext with tag. Opens only for the same `purpose`."""
    key_id, key = _newest()
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), purpose.encode())
    return bytes([len(key_id)]) + key_id + nonce + sealed


def decrypt(value: bytes, *, purpose: str) -> str:
    """What `encrypt` was given. Raises Unreadable."""
    key = _keys().get(key_id_of(value))
    if key is None:
        raise Unreadable("not encrypted under a known key")
    start = 1 + value[0]
    nonce, sealed = value[start : start + _NONCE], value[start + _NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, purpose.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable("altered") from error


def key_id_of(value: bytes) -> bytes:
    """The id of the key a value was encrypted under."""
    return bytes(value[1 : 1 + value[0]]) if value else b""


def newest_prefix() -> bytes:
    """How every value begins that is encrypted under the newest key."""
    key_id, _ = _newest()
    return bytes([len(key_id)]) + key_id


def blind_index(text: str, *, purpose: str) -> str:
    """A keyed digest (HMAC-SHA256, hex) by which equal values are found without reading them."""
    return blind_indexes(text, purpose=purpose)[0]


def blind_indexes(text: str, *, purpose: str) -> list[str]:
    """The digest under each key, newest first: for searching while keys are being rotated."""
    return [
        hmac.new(_index_key(key, purpose), text.encode(), hashlib.sha256).hexdigest()
        for key in _keys().values()
    ]


def _index_key(key: bytes, purpose: str) -> bytes:
    return HKDFExpand(SHA256(), _KEY, b"blind index " + purpose.encode()).derive(key)


def _keys() -> dict[bytes, bytes]:
    return _parse(tuple(settings.DATA_KEYS))


def _newest() -> tuple[bytes, bytes]:
    return next(iter(_keys().items()))


@lru_cache(maxsize=8)
def _parse(entries: tuple[str, ...]) -> dict[bytes, bytes]:
    """Key id → key. Raises ImproperlyConfigured, without showing a key."""
    keys: dict[bytes, bytes] = {}
    for entry in entries:
        key_id, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not 0 < len(key_id.encode()) < 256 or len(key) != _KEY:
            raise ImproperlyConfigured("DATA_KEYS: each entry is id:base64 of 32 bytes")
        keys[key_id.encode()] = key
    if len(keys) != len(entries) or not keys:
        raise ImproperlyConfigured("DATA_KEYS needs at least one key, and each id once")
    return keys


# What `manage.py rotate_data_keys` does besides the encrypted columns: name → function that
# encrypts anew and returns how many values it changed.
ROTATIONS: dict[str, Callable[[], int]] = {}


def rotates(name: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Decorator for apps that keep encrypted values elsewhere than in an EncryptedTextField."""

    def register(function: Callable[[], int]) -> Callable[[], int]:
        ROTATIONS[name] = function
        return function

    return register
