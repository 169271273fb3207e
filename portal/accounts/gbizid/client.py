"""The two ends of one sign-in: the address to send the browser to, and what its answer is worth."""

import base64
import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode, urljoin

from django.conf import settings
from django.urls import reverse

from portal.accounts.gbizid import discovery, tokens
from portal.accounts.gbizid.backchannel import BackchannelError, fetch_json
from portal.accounts.gbizid.refusals import Reason, Refused
from portal.accounts.gbizid.tokens import Claims


@dataclass(frozen=True, slots=True)
class Attempt:
    """The secrets of one sign-in; kept in the session, sent to nobody but the provider."""

    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Attempt":
        return cls(nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(64))

    @property
    def challenge(self) -> str:
        """PKCE S256 (RFC 7636)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def redirect_uri() -> str:
    """Our callback as registered with GビズID: from the settings, never from the Host header."""
    return urljoin(f"{settings.SITE_URL}/", reverse("gbizid_callback"))


def authorization_url(attempt: Attempt, *, state: str, ask_again: bool) -> str:
    """Where the browser goes. `ask_again` makes GビズID ask for the password even if signed in.

    Nothing of it comes from the visitor's request.
    """
    query = {
        "response_type": "code",
        "client_id": settings.GBIZID_CLIENT_ID,
        "redirect_uri": redirect_uri(),
        "scope": " ".join(settings.GBIZID_SCOPES),
        "state": state,
        "nonce": attempt.nonce,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
    }
    if ask_again:
        query["prompt"] = "login"
    endpoint = discovery.metadata().authorization_endpoint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def check_issuer(given: str | None) -> None:
    """RFC 9207: an answer that names its issuer must name ours; one that promised to, must."""
    provider = discovery.metadata()
    if given is None and not provider.names_itself:
        return
    if given != provider.issuer:
        raise Refused(Reason.ISSUER)


@dataclass(frozen=True, slots=True)
class Answer:
    """What GビズID vouches for: who and when (id_token), and the person's data (userinfo)."""

    id_claims: Claims
    userinfo: Claims


def redeem(*, code: str, attempt: Attempt, now: dt.datetime) -> Answer:
    """Exchange the code, verify the id_token, ask for the data and check whose they are.

    Raises Refused.
    """
    provider = discovery.metadata()
    access_token, id_token = _tokens(provider, code=code, attempt=attempt)
    header = tokens.header_of(id_token)
    id_claims = tokens.verify(
        id_token,
        key=discovery.signing_key(header, provider),
        issuer=provider.issuer,
        client_id=settings.GBIZID_CLIENT_ID,
        nonce=attempt.nonce,
        access_token=access_token,
        now=now,
    )
    userinfo = _userinfo(provider, access_token)
    if not tokens.same(userinfo.get("sub"), id_claims["sub"]):
        raise Refused(Reason.SUBJECT)
    return Answer(id_claims, userinfo)


def _tokens(provider: discovery.Metadata, *, code: str, attempt: Attempt) -> tuple[str, str]:
    """(access_token, id_token), the client authenticated by client_secret_basic."""
    try:
        answer = fetch_json(
            "POST",
            provider.token_endpoint,
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri(),
                "code_verifier": attempt.verifier,
            },
            # RFC 6749 2.3.1: both are form-encoded before they are joined.
            auth=(quote_plus(settings.GBIZID_CLIENT_ID), quote_plus(settings.GBIZID_CLIENT_SECRET)),
            headers={"Accept": "application/json"},
        )
    except BackchannelError as error:
        raise Refused(Reason.TOKEN_RESPONSE) from error
    access_token, id_token = answer.get("access_token"), answer.get("id_token")
    if not isinstance(access_token, str) or str(answer.get("token_type")).lower() != "bearer":
        raise Refused(Reason.TOKEN_RESPONSE)
    if not isinstance(id_token, str) or not id_token:
        raise Refused(Reason.ID_TOKEN_MISSING)
    return access_token, id_token


def _userinfo(provider: discovery.Metadata, access_token: str) -> Claims:
    try:
        return fetch_json(
            "GET",
            provider.userinfo_endpoint,
            headers={"Authorization": f"Bearer {access_token}", "Accept": "application/json"},
        )
    except BackchannelError as error:
        raise Refused(Reason.TOKEN_RESPONSE) from error
