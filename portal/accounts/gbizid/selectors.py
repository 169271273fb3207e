"""Which GビズID stands behind a person or a session."""

from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest

from portal.accounts.gbizid import identity
from portal.accounts.gbizid.identity import GbizIdentity
from portal.accounts.models import User

PROVIDER = "gbizid"


def account_of(user: User) -> SocialAccount | None:
    """The account at GビズID that the person used last."""
    accounts = SocialAccount.objects.filter(user=user, provider=PROVIDER)
    return accounts.order_by("-last_login").first()


def identity_of(user: User) -> GbizIdentity | None:
    """The GビズID the person signed in with last, however they signed in today; None without."""
    return _identity(account_of(user))


def identity_of_session(request: HttpRequest, user: User) -> GbizIdentity | None:
    """The GビズID by which the person opened this very session; None if by another way."""
    for record in reversed(get_authentication_records(request, user)):
        if record.get("provider") == PROVIDER:
            accounts = SocialAccount.objects.filter(user=user, provider=PROVIDER)
            return _identity(accounts.filter(uid=record.get("uid")).first())
    return None


def has_account(user: User, subject: str) -> bool:
    """Whether that GビズID is this person's."""
    return SocialAccount.objects.filter(user=user, provider=PROVIDER, uid=subject).exists()


def has_any_account(user: User) -> bool:
    return SocialAccount.objects.filter(user=user, provider=PROVIDER).exists()


def _identity(account: SocialAccount | None) -> GbizIdentity | None:
    return identity.read(account.uid, account.extra_data) if account else None
