"""How long a session lives: a limit since sign-in, and a shorter one since the last request.

Staff 15 minutes idle, firms 60 minutes, both 12 hours in all (settings SESSION_*). The moment of
the last request is written at most once a minute, because every write of a session costs a row:
the idle limit is exact to that minute.
"""

import datetime as dt
import math
from typing import NamedTuple

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

STARTED, SEEN = "session_started", "session_seen"
WRITE_EVERY_SECONDS = 60


def idle_limit(*, is_staff: bool) -> int:
    """Seconds without a request after which the session ends."""
    return settings.SESSION_IDLE_SECONDS_STAFF if is_staff else settings.SESSION_IDLE_SECONDS


class Left(NamedTuple):
    """Seconds until the session ends: without a further request, and whatever one does.

    `limit` is the idle limit itself.
    """

    idle: int
    in_all: int
    limit: int


def left(session: SessionBase, *, now: dt.datetime, is_staff: bool) -> Left:
    """What is left of both limits; a session without marks has only begun."""
    moment = now.timestamp()
    started, seen = session.get(STARTED, moment), session.get(SEEN, moment)
    limit = idle_limit(is_staff=is_staff)
    return Left(
        idle=math.ceil(limit - (moment - seen)),
        in_all=math.ceil(settings.SESSION_ABSOLUTE_SECONDS - (moment - started)),
        limit=limit,
    )


def is_over(session: SessionBase, *, now: dt.datetime, is_staff: bool) -> bool:
    """Whether either limit has passed."""
    remaining = left(session, now=now, is_staff=is_staff)
    return min(remaining.idle, remaining.in_all) <= 0


def touch(session: SessionBase, *, now: dt.datetime) -> None:
    """Note that the person is here."""
    moment = int(now.timestamp())
    if STARTED not in session:
        session[STARTED] = moment
    if moment - session.get(SEEN, 0) >= WRITE_EVERY_SECONDS:
        session[SEEN] = moment


def restart(session: SessionBase, *, now: dt.datetime) -> None:
    """Begin to count anew, after a fresh sign-in."""
    session[STARTED] = session[SEEN] = int(now.timestamp())
