"""What GビズID says about how the person was authenticated, noted in the session."""

from collections.abc import Iterable

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest

from portal.accounts.gbizid.selectors import PROVIDER
from portal.accounts.models import User

# RFC 8176: "mfa" says it outright; otherwise two values of different kinds are needed.
_KINDS = (
    frozenset({"pwd", "pin", "kba"}),  # known
    frozenset({"otp", "hwk", "swk", "pop", "sc", "sms", "tel"}),  # owned
    frozenset({"face", "fpt", "iris", "retina", "vbm"}),  # is
)


def shows_two_factors(amr: object) -> bool:
    """Whether the `amr` claim proves more than one factor. Missing or malformed: no."""
    if not isinstance(amr, list):
        return False
    methods = {value for value in amr if isinstance(value, str)}
    return "mfa" in methods or sum(bool(methods & kind) for kind in _KINDS) >= 2


def record_amr(request: HttpRequest, user: User, amr: object) -> bool:
    """Note a second factor in allauth's records of this session, if the `amr` shows one.

    The gate for staff (SecondFactorMiddleware) reads these records. Returns whether it was noted.
    """
    if not shows_two_factors(amr) or not _opened_by_us(get_authentication_records(request, user)):
        return False
    record_authentication(request, user, "mfa", type=PROVIDER)
    return True


def record_reauthentication(request: HttpRequest, user: User, subject: str) -> None:
    """Note that the person has just proven themself to GビズID again."""
    record_authentication(
        request, user, "socialaccount", provider=PROVIDER, uid=subject, reauthenticated=True
    )


def _opened_by_us(records: Iterable[dict]) -> bool:
    return any(record.get("provider") == PROVIDER for record in records)
