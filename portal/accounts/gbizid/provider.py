"""GビズID as allauth sees it: a provider that starts sign-ins and describes who came back.

Derived from allauth's bare `Provider`: nothing of its OAuth code takes part, because that code
takes scopes and parameters from the visitor's address and trusts unsigned tokens.
"""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url, get_request_param
from allauth.socialaccount.providers.base import AuthProcess, Provider, ProviderAccount
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal.accounts.gbizid import client, identity
from portal.accounts.gbizid.client import Answer
from portal.accounts.gbizid.identity import AccountType
from portal.kernel import clock

# A third purpose beside allauth's "login" and "connect".
REAUTHENTICATE = "reauthenticate"
_STARTED_BY_VISITORS = frozenset({AuthProcess.LOGIN, AuthProcess.CONNECT})
_KIND_NAMES = {
    AccountType.ENTRY: _("GビズIDエントリー"),
    AccountType.PRIME: _("GビズIDプライム"),
    AccountType.MEMBER: _("GビズIDメンバー"),
}


class GbizAccount(ProviderAccount):
    """How a connected account is called on the settings page."""

    def to_str(self) -> str:
        found = identity.read(self.account.uid, self.account.extra_data)
        number = f" {found.corporate_number}" if found.corporate_number else ""
        return f"{_KIND_NAMES[found.account_type]}{number}"


class GbizProvider(Provider):
    id = "gbizid"
    name = "GビズID"
    account_class = GbizAccount
    supports_redirect = True

    def get_login_url(self, request: HttpRequest, **params: Any) -> str:
        query = {name: params[name] for name in ("process", "next") if params.get(name)}
        return reverse("gbizid_login") + (f"?{urlencode(query)}" if query else "")

    def get_callback_url(self) -> str:
        return reverse("gbizid_callback")

    def redirect_from_request(self, request: HttpRequest) -> HttpResponse:
        """Start what the visitor asked for. Scope and parameters are ours alone."""
        process = get_request_param(request, "process", AuthProcess.LOGIN)
        if process not in _STARTED_BY_VISITORS:
            process = AuthProcess.LOGIN
        return self.redirect(request, process, next_url=get_next_redirect_url(request))

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
    ) -> HttpResponse:
        """Send the browser to GビズID, the sign-in's secrets kept in the session.

        Raises Refused if GビズID cannot be reached.
        """
        attempt, state = client.Attempt.new(), secrets.token_urlsafe(32)
        url = client.authorization_url(attempt, state=state, ask_again=process == REAUTHENTICATE)
        self.stash_redirect_state(
            request,
            process,
            next_url,
            data,
            state_id=state,
            nonce=attempt.nonce,
            verifier=attempt.verifier,
            started_at=clock.now().timestamp(),
            user_id=request.user.pk,
        )
        return HttpResponseRedirect(url)

    def extract_uid(self, data: Answer) -> str:
        return data.id_claims["sub"]

    def extract_extra_data(self, data: Answer) -> dict[str, Any]:
        return identity.read(data.id_claims["sub"], data.userinfo).stored()

    def extract_common_fields(self, data: Answer) -> dict[str, Any]:
        """E-mail and name for a first sign-in; `name` of GビズID is the firm's, not the person's."""
        names = (data.userinfo.get("user_last_nm"), data.userinfo.get("user_first_nm"))
        return {
            "email": _text(data.userinfo.get("email")),
            "email_verified": data.userinfo.get("email_verified") is True,
            "person": " ".join(_text(name) for name in names if name).strip(),
        }

    def extract_email_addresses(self, data: Answer) -> list[EmailAddress]:
        fields = self.extract_common_fields(data)
        if not fields["email"]:
            return []
        verified = fields["email_verified"]
        return [EmailAddress(email=fields["email"], verified=verified, primary=True)]


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


provider_classes = [GbizProvider]
