"""The answers of a visitor: in a signed cookie, a day long, without a row anywhere.

It outlives signing in and registering a firm, and a shared computer can be wiped of it by one button.
What somebody answered, or took from the firm's kept results, while signed in is read by that person
alone: whoever sits down after the sign-out begins anew.
"""

import json
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from portal.navi.rules import answering
from portal.navi.rules.answering import Answers

SALT = "navi.answers"
WHO = "who"  # the person who was signed in, absent for a visitor
SECONDS = 24 * 3600
# Browsers keep 4 kB of a cookie; longer answers to a ward's own criteria are none.
MOST_BYTES = 3800


def name() -> str:
    """Bound to this host where the site is served by HTTPS."""
    return "__Host-navi" if settings.SESSION_COOKIE_SECURE else "navi"


def load(request: HttpRequest) -> Answers:
    """The answers so far; none where there are none, they are too old, or somebody changed them."""
    try:
        data: Any = signing.loads(request.COOKIES.get(name(), ""), salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError):
        data = None
    if isinstance(data, dict) and data.get(WHO) not in {None, _person(request)}:
        data = None
    return answering.kept(data)


def has_any(request: HttpRequest) -> bool:
    """Whether anything was answered in this browser."""
    return bool(request.COOKIES.get(name())) and bool(load(request).given)


def remember(request: HttpRequest, response: HttpResponse, answers: Answers) -> HttpResponse:
    """Remember them in the browser."""
    data = answering.stored(answers)
    if (person := _person(request)) is not None:
        data[WHO] = person
    if len(json.dumps(data)) > MOST_BYTES:
        data["own"] = {}
    response.set_cookie(
        name(),
        signing.dumps(data, salt=SALT, compress=True),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def clear(response: HttpResponse) -> HttpResponse:
    """Forget them."""
    response.delete_cookie(name(), samesite="Lax")
    return response


def _person(request: Any) -> int | None:
    """Who is signed in (the middleware has set `request.actor`)."""
    person: int | None = request.actor.user_id
    return person
