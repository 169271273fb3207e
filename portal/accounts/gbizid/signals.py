"""allauth's and Django's signals, translated into `registry.identified` at the right moments.

A sign-in may be finished requests later (second factor, confirmation of the e-mail), so it is
Django's own signal that tells when a person is really in.
"""

from typing import Any

from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from portal.accounts.gbizid import identity, registry, selectors
from portal.accounts.models import User


@receiver(user_logged_in, dispatch_uid="gbizid.signed_in")
def signed_in(request: HttpRequest | None, user: User, **_: Any) -> None:
    found = selectors.identity_of_session(request, user) if request is not None else None
    if found is not None:
        registry.identified(user, found)


@receiver(social_account_added, dispatch_uid="gbizid.connected")
def connected(sociallogin: SocialLogin, **_: Any) -> None:
    account = sociallogin.account
    if account.provider == selectors.PROVIDER:
        registry.identified(account.user, identity.read(account.uid, account.extra_data))
