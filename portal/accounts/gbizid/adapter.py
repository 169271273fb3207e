"""What allauth asks about sign-in from elsewhere. Nobody is ever matched by e-mail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.gbizid import selectors
from portal.accounts.gbizid.refusals import Reason, Refused
from portal.accounts.models import User
from portal.kernel import clock

METHOD = "gbizid_reauthenticate"


class GbizSocialAccountAdapter(DefaultSocialAccountAdapter):
    """GビズID from the settings is the only other provider; rows in the database add none."""

    def list_apps(
        self,
        request: HttpRequest | None,
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        ours = settings.GBIZID_CLIENT_ID
        if not ours or provider not in (None, "gbizid") or client_id not in (None, ours):
            return []
        return [
            SocialApp(
                provider="gbizid",
                name="GビズID",
                client_id=ours,
                secret=settings.GBIZID_CLIENT_SECRET,
            )
        ]

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        return None

    def pre_social_login(
        self,
        request: HttpRequest,
        sociallogin: SocialLogin,
    ) -> None:
        """A first sign-in under an e-mail that is taken ends with the advice to connect instead.

        GビズID itself proved that the person reads that mailbox, so the page tells no stranger
        that the address is known here.
        """
        if sociallogin.is_existing or sociallogin.state.get("process") != AuthProcess.LOGIN:
            return
        if any(filter_users_by_email(address.email) for address in sociallogin.email_addresses):
            raise Refused(Reason.EMAIL_TAKEN)

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        """A person to be; allauth keeps them in the session, which knows no database defaults."""
        user = super().new_user(request, sociallogin)
        user.date_joined = clock.now()
        return user

    def populate_user(
        self,
        request: HttpRequest,
        sociallogin: SocialLogin,
        data: dict[str, Any],
    ) -> User:
        user = sociallogin.user
        user.email = data.get("email") or ""
        user.name = (data.get("person") or "")[:100]
        return user


class ReauthenticateAtGbizid(DefaultAccountAdapter):
    """For the account adapter: people without password and second factor prove themselves anew.

    allauth counts somebody who has only a social account as always re-authenticated; here they go
    to GビズID, which asks for the password again.
    """

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        if methods or not user.is_authenticated or not selectors.has_any_account(user):
            return methods
        return [
            {
                "id": METHOD,
                "description": _("GビズIDで本人確認をする"),
                "url": reverse("gbizid_reauthenticate"),
            }
        ]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """For whoever has not proven themself lately (the subclass asks that first): yes.

        Raises ReauthenticationRequired itself for people who can do so at GビズID alone, because
        on True allauth goes on to ask its own records and lets just these people pass.
        """
        methods = self.get_reauthentication_methods(context.request.user)
        if any(method["id"] == METHOD for method in methods):
            raise ReauthenticationRequired
        return True
