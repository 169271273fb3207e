"""Doors that open without signing in: how often somebody may try one (allauth's rate limits)."""

from collections.abc import Mapping

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse


def may_try(
    request: HttpRequest,
    *,
    app: str,
    action: str,
    config: Mapping[str, str],
    key: str = "",
    dry_run: bool = False,
) -> bool:
    """Whether one more try is within `config[action]`; it counts as one unless `dry_run`."""
    used = ratelimit.consume(
        request,
        app=app,
        action=action,
        config=config,
        key=key or None,
        dry_run=dry_run,
        limit_get=True,
    )
    return used is not None


def too_many(request: HttpRequest) -> HttpResponse:
    """The page that says to wait."""
    page: HttpResponse = ratelimit.handler429(request)
    return page
