"""Deployment checks: the demonstration mode never leaves the own machine."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register

from portal.accounts.demo import is_loopback_host


@register(Tags.security, deploy=True)
def demo_mode_stays_at_home(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """`manage.py check --deploy`: one click per role must not be reachable from outside."""
    if not settings.DEMO_MODE:
        return []
    faults = []
    if not is_loopback_host(urlsplit(settings.SITE_URL).hostname or ""):
        faults.append(f"SITE_URL is {settings.SITE_URL}")
    if outside := [host for host in settings.ALLOWED_HOSTS if not is_loopback_host(host)]:
        faults.append(f"ALLOWED_HOSTS names {', '.join(outside)}")
    if settings.HTTPS:
        faults.append("SITE_URL is https, as in production")
    return [
        Error(
            f"DEMO_MODE lets anybody sign in as anybody, but {fault}.",
            hint="Remove DEMO_MODE from the environment.",
            id="accounts.E001",
        )
        for fault in faults
    ]


@register()
def roles_wake_before_they_sleep(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """The reminder must come before the role sleeps, and not on the day it was confirmed."""
    days, notice = settings.ROLE_CONFIRMATION_DAYS, settings.ROLE_CONFIRMATION_NOTICE_DAYS
    if 0 < notice < days:
        return []
    return [
        Error(
            f"ROLE_CONFIRMATION_NOTICE_DAYS is {notice}, ROLE_CONFIRMATION_DAYS is {days}.",
            hint="Both are days; the notice must be the smaller one and at least 1.",
            id="accounts.E002",
        )
    ]


@register()
def warning_comes_before_the_end(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """A warning must leave time to answer it (WCAG 2.2.1), and must not stand there all the time."""
    warning = settings.SESSION_WARNING_SECONDS
    shortest = min(settings.SESSION_IDLE_SECONDS_STAFF, settings.SESSION_IDLE_SECONDS)
    if 20 <= warning < shortest:
        return []
    return [
        Error(
            f"SESSION_WARNING_SECONDS is {warning}, the shortest idle limit {shortest}.",
            hint="The warning must come at least 20 seconds before the end and after the start.",
            id="accounts.E003",
        )
    ]
