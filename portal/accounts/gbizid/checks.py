"""A half-configured GビズID is found at start, not at the first sign-in."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@register(Tags.security)
def gbizid_settings(**_: Any) -> list[CheckMessage]:
    if not settings.GBIZID_CLIENT_ID:
        return []
    found: list[CheckMessage] = []
    issuer = urlsplit(settings.GBIZID_ISSUER)
    if issuer.scheme != "https" and issuer.hostname not in _LOOPBACK:
        found.append(Error("GBIZID_ISSUER must be an https address.", id="gbizid.E001"))
    if not settings.GBIZID_CLIENT_SECRET:
        found.append(
            Error("GBIZID_CLIENT_ID is set without GBIZID_CLIENT_SECRET.", id="gbizid.E002")
        )
    if "openid" not in settings.GBIZID_SCOPES:
        found.append(Error("GBIZID_SCOPES must contain openid.", id="gbizid.E003"))
    return found
