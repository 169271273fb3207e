"""An OpenID provider that lies in one chosen way and is otherwise correct, PKCE included."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

from portal.kernel import clock
from tests.accounts.oidc import jws

CLIENT_ID = "portal"
CLIENT_SECRET = "a secret of 32 characters, really"
SUBJECT = "honest-person"
FOREIGN_SUBJECT = "somebody-else"

type Claims = dict[str, Any]
type Forger = Callable[["Provider", Claims], str | None]


def honest(provider: "Provider", claims: Claims) -> str:
    return jws.token(claims, alg="RS256", kid=provider.key.kid, sign=provider.key.sign)


def alg_none(provider: "Provider", claims: Claims) -> str:
    return jws.token(claims, alg="none", kid=provider.key.kid, sign=jws.unsigned)


def bad_signature(provider: "Provider", claims: Claims) -> str:
    return jws.token(claims, alg="RS256", kid=provider.key.kid, sign=OTHER_KEY.sign)


def hs256_public_key(provider: "Provider", claims: Claims) -> str:
    """The classic confusion: the published key used as a shared secret."""
    sign = jws.hs256(provider.key.public_pem())
    return jws.token(claims, alg="HS256", kid=provider.key.kid, sign=sign)


def hs256_client_secret(provider: "Provider", claims: Claims) -> str:
    sign = jws.hs256(CLIENT_SECRET.encode())
    return jws.token(claims, alg="HS256", kid=provider.key.kid, sign=sign)


def missing_id_token(provider: "Provider", claims: Claims) -> None:
    return None


def unknown_key(provider: "Provider", claims: Claims) -> str:
    return jws.token(claims, alg="RS256", kid="unpublished", sign=OTHER_KEY.sign)


def critical_header(provider: "Provider", claims: Claims) -> str:
    key = provider.key
    return jws.token(claims, alg="RS256", kid=key.kid, sign=key.sign, crit=["b64"], b64=True)


def not_a_token(provider: "Provider", claims: Claims) -> str:
    return "neither.this"


def with_claims(**changes: Any) -> Forger:
    """Correctly signed, with some claims changed; None removes a claim."""

    def forge(provider: "Provider", claims: Claims) -> str:
        changed = claims | {name: _value(value, claims) for name, value in changes.items()}
        return honest(provider, {k: v for k, v in changed.items() if v is not None})

    return forge


def _value(value: Any, claims: Claims) -> Any:
    return value(claims) if callable(value) else value


OTHER_KEY = jws.RsaKey("other")


@dataclass
class Provider:
    """State of the running provider: how it lies, and what it was asked."""

    issuer: str = ""
    key: jws.RsaKey = field(default_factory=jws.RsaKey)
    forge: Forger = honest
    published: list[dict[str, Any]] | None = None  # instead of the own key
    userinfo: dict[str, Any] = field(default_factory=dict)  # laid over the honest answer
    metadata: dict[str, Any] = field(default_factory=dict)  # laid over the honest document
    answer: dict[str, str] = field(default_factory=dict)  # more parameters of the redirect back
    authorized: list[dict[str, str]] = field(default_factory=list)
    token_requests: list[dict[str, str]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)  # laid over the honest id_token

    def discovery(self) -> dict[str, Any]:
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }
        return document | self.metadata

    def authorize(self, query: dict[str, str]) -> str:
        """Agree at once. Returns the address to send the browser back to."""
        self.authorized.append(query)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query.get("state", "")} | self.answer
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.token_requests.append(form)
        asked = self.codes.pop(form.get("code", ""), None)
        if not self._client_is_ours(authorization):
            return 401, {"error": "invalid_client"}
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if not self._verifier_fits(asked, form):
            return 400, {"error": "invalid_grant", "error_description": "code_verifier"}
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "auth_time": now,
            "nonce": asked.get("nonce"),
        } | self.claims
        id_token = self.forge(self, {k: v for k, v in claims.items() if v is not None})
        answer = {"access_token": "access", "token_type": "Bearer", "expires_in": 300}
        return 200, answer if id_token is None else answer | {"id_token": id_token}

    def _client_is_ours(self, authorization: str) -> bool:
        kind, _, value = authorization.partition(" ")
        if kind != "Basic":
            return False
        given = base64.b64decode(value).decode()
        # RFC 6749 2.3.1 says form-encoded; allauth sends it raw, and real providers take both.
        return f"{CLIENT_ID}:{CLIENT_SECRET}" in (given, unquote_plus(given))

    def _verifier_fits(self, asked: dict[str, str], form: dict[str, str]) -> bool:
        """PKCE S256: whoever sent a challenge must show the verifier."""
        challenge = asked.get("code_challenge")
        if challenge is None:
            return True
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return asked.get("code_challenge_method") == "S256" and jws.encode(digest) == challenge

    def person(self) -> dict[str, Any]:
        person = {
            "sub": SUBJECT,
            "account_type": "2",
            "corp_type": "1",
            "corporate_number": "4011001098993",
            "email": "honest@example.jp",
            "name": "株式会社みほん製作所",
            "birthday_ymd": "19700101",
        }
        return person | self.userinfo

    def keys(self) -> dict[str, Any]:
        published = [self.key.published()] if self.published is None else self.published
        return {"keys": published}


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, served over HTTP on a free port of loopback."""
    provider = Provider()

    class Handler(_Handler):
        state = provider

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    state: Provider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.state.fetched.append(url.path)
        if url.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            self.send_response(302)
            self.send_header("Location", self.state.authorize(query))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        pages = {
            "/.well-known/openid-configuration": self.state.discovery,
            "/jwks": self.state.keys,
            "/userinfo": self.state.person,
        }
        if url.path == "/userinfo" and self.headers.get("Authorization") != "Bearer access":
            self._json(401, {"error": "invalid_token"})
        elif url.path in pages:
            self._json(200, pages[url.path]())
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = dict(parse_qsl(body))
        self._json(*self.state.exchange(form, self.headers.get("Authorization", "")))

    def _json(self, status: int, data: Any) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""
