"""What GビズID publishes about itself: endpoints and signing keys, cached for an hour."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
from django.conf import settings
from django.core.cache import cache

from portal.accounts.gbizid import tokens
from portal.accounts.gbizid.backchannel import BackchannelError, fetch_json
from portal.accounts.gbizid.refusals import Reason, Refused

TTL_SECONDS = 3600
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The part of the discovery document that is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    names_itself: bool  # RFC 9207: its answers carry `iss`


def metadata() -> Metadata:
    """The provider's endpoints. Raises Refused if it is unreachable or is not who we asked."""
    issuer = settings.GBIZID_ISSUER
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    document = _cached("metadata", url)
    if document.get("issuer") != issuer:
        raise Refused(Reason.ISSUER)
    ours = urlsplit(issuer)
    endpoints = {name: str(document.get(name)) for name in _ENDPOINTS}
    if any(urlsplit(endpoint).scheme != ours.scheme for endpoint in endpoints.values()):
        raise Refused(Reason.ISSUER)
    # The browser is sent here, and the page's form-action allows this origin only.
    if urlsplit(endpoints["authorization_endpoint"]).netloc != ours.netloc:
        raise Refused(Reason.ISSUER)
    names_itself = document.get("authorization_response_iss_parameter_supported") is True
    return Metadata(issuer=issuer, names_itself=names_itself, **endpoints)


def signing_key(header: Mapping[str, Any], provider: Metadata) -> jwt.PyJWK:
    """The key that verifies a token with this header.

    Keys are fetched anew once if none fits, because the provider may just have changed them.
    Raises Refused(SIGNATURE) if there is still none.
    """
    key = tokens.find_key(header, _keys(provider))
    if key is None:
        key = tokens.find_key(header, _keys(provider, fresh=True))
    if key is None:
        raise Refused(Reason.SIGNATURE)
    return key


def _keys(provider: Metadata, *, fresh: bool = False) -> list[Mapping[str, Any]]:
    keys = _cached("keys", provider.jwks_uri, fresh=fresh).get("keys")
    return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []


def _cached(kind: str, url: str, *, fresh: bool = False) -> dict[str, Any]:
    name = f"gbizid:{kind}:{hashlib.sha256(url.encode()).hexdigest()}"
    document = None if fresh else cache.get(name)
    if document is None:
        try:
            document = fetch_json("GET", url, headers={"Accept": "application/json"})
        except BackchannelError as error:
            raise Refused(Reason.UNREACHABLE) from error
        cache.set(name, document, TTL_SECONDS)
    return document
