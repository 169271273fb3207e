"""Which GビズID stands behind a person or a session."""

from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest

from portal.accounts.gbizid import identity
from portal.accounts.gbizid.identity import GbizIdentity
from portal.accounts.models import User

PROVIDER = "gbizid"


def identity_of(user: User) -> GbizIdentity | None:
    """The GビズID the person signed in with last, however they signed in today; None without."""
    account = SocialAccount.objects.filter(user=user, provider=PROVIDER).order_by("-last_login")
    return _identity(account.first())


def identity_of_session(request: HttpRequest) -> GbizIdentity | None:
    """The GビズID by which this very session was opened; None if by another way."""
    for record in reversed(get_authentication_records(request, request.user)):
        if record.get("provider") == PROVIDER:
            accounts = SocialAccount.objects.filter(user=request.user, provider=PROVIDER)
            return _identity(accounts.filter(uid=record.get("uid")).first())
    return None


def has_account(user: User, subject: str) -> bool:
    """Whether that GビズID is this person's."""
    return SocialAccount.objects.filter(user=user, provider=PROVIDER, uid=subject).exists()


def has_any_account(user: User) -> bool:
    return SocialAccount.objects.filter(user=user, provider=PROVIDER).exists()


def _identity(account: SocialAccount | None) -> GbizIdentity | None:
    return identity.read(account.uid, account.extra_data) if account else None
