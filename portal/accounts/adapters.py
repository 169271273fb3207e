"""How allauth behaves here: our addresses in mails, our rate-limit keys, encrypted seeds."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext

from portal.accounts import factors, mails, sealing, services
from portal.accounts.gbizid.adapter import ReauthenticateAtGbizid
from portal.accounts.models import Assignment, User
from portal.kernel import clock


class AccountAdapter(ReauthenticateAtGbizid):
    """Sign-in by e-mail; links from settings.SITE_URL, never from the Host header."""

    # Whom the mail that is being made tells of a change to the account.
    _told: User | None = None

    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        return super().save_user(request, user, form, commit)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        fixed = {
            key: _on_our_site(value) if key.endswith("_url") else value
            for key, value in context.items()
        }
        site = {"name": settings.WAGTAIL_SITE_NAME, "domain": settings.SITE_URL}
        given = {"request": self.request, "email": email} | fixed | {"current_site": site}
        message = self.render_mail(template_prefix, email, given)
        mails.send(
            subject=str(message.subject), body=str(message.body), address=email, user=self._told
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Also for the portal's own list of what was told."""
        self._told = user
        try:
            super().send_notification_mail(template_prefix, user, context, email)
        finally:
            self._told = None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Without the host, or every allowed host would have tries of its own.
        login = str(credentials.get("email", "")).strip().lower()
        return hashlib.sha256(login.encode()).hexdigest()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        services.sign_in_failed(
            actor=request.actor, account=self._get_login_attempts_cache_key(request, **credentials)
        )

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in counts as proof for its first five minutes."""
        if factors.recently_authenticated(self.request, clock.now()):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


class MfaAdapter(DefaultMFAAdapter):
    """Seeds are sealed; staff keep at least one factor."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text, purpose=sealing.SEED_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text, purpose=sealing.SEED_PURPOSE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(
            user_id=authenticator.user_id, type__in=("totp", "webauthn")
        ).exclude(pk=authenticator.pk)
        return others.exists() or not _is_staff(authenticator.user_id)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("パスキー %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity = super().get_public_key_credential_rp_entity()
        if settings.HTTPS:
            entity["id"] = urlsplit(settings.SITE_URL).hostname or entity["id"]
        return entity | {"name": settings.WAGTAIL_SITE_NAME}


def _is_staff(user_id: int) -> bool:
    """Whether the person holds a staff role, one that sleeps included: it may wake any time."""
    return Assignment.objects.filter(user_id=user_id).held_on(clock.today()).exists()


def _on_our_site(value: object) -> object:
    """The same path on settings.SITE_URL."""
    if not isinstance(value, str):
        return value
    parts = urlsplit(value)
    return settings.SITE_URL + parts._replace(scheme="", netloc="").geturl()
