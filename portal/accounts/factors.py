"""Which factors this session has proven, and how long ago.

Looks at the session's own authentication records, never at what is enrolled: a person with a
passkey who came in by password alone has proven one factor.
"""

import datetime as dt
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

# "gbizid": the identity provider asserted several factors (amr) in a verified id_token.
SECOND_FACTORS = frozenset({"totp", "webauthn", "recovery_codes", "gbizid"})
_OWN_FACTORS = frozenset({"totp", "webauthn"})


def records(request: HttpRequest) -> list[dict[str, Any]]:
    """allauth's records of this session and this person."""
    return get_authentication_records(request, request.user)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this very session has proven a second factor."""
    return any(
        record.get("method") == "mfa"
        and record.get("type") in SECOND_FACTORS
        and (settings.DEMO_MODE or not record.get("demo"))
        for record in records(request)
    )


def is_enrolled(user_id: int) -> bool:
    """Whether the person has an authenticator app or a passkey (recovery codes do not count)."""
    return Authenticator.objects.filter(user_id=user_id, type__in=_OWN_FACTORS).exists()


def recently_authenticated(request: HttpRequest, now: dt.datetime) -> bool:
    """Whether the person proved who they are within the last five minutes (ASVS 7.5.3).

    A sign-in through an identity provider counts only when it asked the person anew.
    """
    if not request.user.is_authenticated:
        return False
    moments = [record["at"] for record in records(request) if _is_proof(record)]
    return now.timestamp() - max(moments, default=0.0) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _is_proof(record: dict[str, Any]) -> bool:
    own = record.get("method") == "password" or record.get("type") in {
        "totp",
        "webauthn",
        "recovery_codes",
    }
    return own or bool(record.get("reauthenticated"))
