"""Canonical JSON: the same content is the same text and the same digest, on every machine."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


class NotCanonical(TypeError):
    """The data holds something that has no single JSON form (a float, a date, a set …)."""


def canonical(data: Any) -> str:
    """JSON with sorted keys, without blanks, as UTF-8 text. Raises NotCanonical."""
    _check(data)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal. Raises NotCanonical."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def _check(data: Any) -> None:
    if data is None or isinstance(data, str | bool | int):
        return
    if isinstance(data, list | tuple):
        for item in data:
            _check(item)
    elif isinstance(data, Mapping):
        for key, item in data.items():
            if not isinstance(key, str):
                raise NotCanonical(f"key {key!r}")
            _check(item)
    else:
        raise NotCanonical(f"{type(data).__name__} {data!r}")
