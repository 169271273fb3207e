"""What drawn pages are remembered by: address, language, and the site's present generation.

Every change of the tree begins a new generation, so that nothing of before is shown after it. Live
figures (budget left, seats) are part of a drawn page: they are at most a minute old.
"""

import secrets
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

SECONDS = 60
GENERATION = "cms:generation"


class Recalled(NamedTuple):
    """What was remembered, if it is of the present generation."""

    value: tuple[Any, ...] | None
    generation: str


def recall(path: str, language: str | None) -> Recalled:
    """One round trip. Without Valkey nothing is remembered, and pages are drawn each time."""
    key = key_of(path, language)
    try:
        found = cache.get_many([GENERATION, key])
    except RedisError:
        return Recalled(None, "")
    generation = found.get(GENERATION, "")
    made, value = found.get(key, ("", None))
    return Recalled(value if value is not None and made == generation else None, generation)


def keep(path: str, language: str | None, value: tuple[Any, ...], generation: str) -> None:
    """Remember what was drawn while `generation` was the present one."""
    try:
        cache.set(key_of(path, language), (generation, value), SECONDS)
    except RedisError:
        return


def forget() -> None:
    """Begin a new generation as soon as the change is there for others to read."""
    transaction.on_commit(begin_anew, robust=True)


def begin_anew() -> None:
    """What was drawn so far is not shown again."""
    cache.set(GENERATION, secrets.token_hex(8), None)


def key_of(path: str, language: str | None) -> str:
    """What a page in a language is remembered by."""
    return f"cms:page:{language or ''}:{path}"
