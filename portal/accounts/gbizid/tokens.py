"""Verification of the id_token (OpenID Connect Core 1.0, 3.1.3.7). Pure: no network, no clock.

Stricter than the standard where that costs nothing: the signature is always checked (Core allows
to trust TLS instead), the audience must be this client alone, a nonce must be there.
"""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

import jwt

from portal.accounts.gbizid.refusals import Reason, Refused

# What a key must be for each accepted algorithm. An RSA key can never verify an HMAC this way.
KEY_TYPES = {"RS256": "RSA", "ES256": "EC"}
LEEWAY = dt.timedelta(seconds=60)
MAX_AGE = dt.timedelta(minutes=10)
MIN_RSA_BITS = 2048

type Claims = dict[str, Any]


def header_of(id_token: str) -> Mapping[str, Any]:
    """The token's header, checked. Raises Refused for an algorithm that is not on the list."""
    try:
        header = jwt.get_unverified_header(id_token)
    except jwt.PyJWTError as error:
        raise Refused(Reason.ID_TOKEN_MALFORMED) from error
    if header.get("alg") not in KEY_TYPES:
        raise Refused(Reason.ALGORITHM)
    if "crit" in header:
        raise Refused(Reason.ID_TOKEN_MALFORMED)
    return header


def find_key(header: Mapping[str, Any], keys: Iterable[Mapping[str, Any]]) -> jwt.PyJWK | None:
    """The published key that may verify the token, or None.

    A token without `kid` is verified only if exactly one published key fits its algorithm.
    """
    alg, kid = header["alg"], header.get("kid")
    fitting = [key for key in keys if _fits(key, alg) and (kid is None or key.get("kid") == kid)]
    if len(fitting) != 1:
        return None
    try:
        key = jwt.PyJWK(dict(fitting[0]), algorithm=alg)
    except jwt.PyJWTError:
        return None
    too_small = alg == "RS256" and key.key.key_size < MIN_RSA_BITS
    return None if too_small else key


def _fits(key: Mapping[str, Any], alg: str) -> bool:
    return (
        key.get("kty") == KEY_TYPES[alg]
        and key.get("alg", alg) == alg
        and key.get("use", "sig") == "sig"
        and (alg != "ES256" or key.get("crv") == "P-256")
    )


def verify(
    id_token: str,
    *,
    key: jwt.PyJWK,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
    now: dt.datetime,
) -> Claims:
    """The claims of a token that is genuine, for us, for this very sign-in and fresh.

    Raises Refused with the reason of the first check that fails.
    """
    try:
        # Times and names are checked below, where the clock is an argument.
        claims = jwt.decode(
            id_token,
            key=key,
            algorithms=[key.algorithm_name],
            options={
                "verify_signature": True,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
                "verify_iss": False,
            },
        )
    except jwt.InvalidSignatureError as error:
        raise Refused(Reason.SIGNATURE) from error
    except jwt.InvalidAlgorithmError as error:
        raise Refused(Reason.ALGORITHM) from error
    except jwt.PyJWTError as error:
        raise Refused(Reason.ID_TOKEN_MALFORMED) from error
    _check_names(claims, issuer=issuer, client_id=client_id)
    _check_times(claims, now=now)
    if not same(claims.get("nonce"), nonce):
        raise Refused(Reason.NONCE)
    at_hash = claims.get("at_hash")
    if at_hash is not None and not same(at_hash, _half_hash(access_token)):
        raise Refused(Reason.SIGNATURE)
    return claims


def _check_names(claims: Claims, *, issuer: str, client_id: str) -> None:
    if claims.get("iss") != issuer:
        raise Refused(Reason.ISSUER)
    if claims.get("aud") not in (client_id, [client_id]):
        raise Refused(Reason.AUDIENCE)
    if claims.get("azp", client_id) != client_id:
        raise Refused(Reason.AUDIENCE)
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise Refused(Reason.SUBJECT)


def _check_times(claims: Claims, *, now: dt.datetime) -> None:
    expires, issued = moment(claims.get("exp")), moment(claims.get("iat"))
    starts = moment(claims["nbf"]) if "nbf" in claims else issued
    if expires is None or issued is None or starts is None:
        raise Refused(Reason.EXPIRED)
    if expires <= now - LEEWAY or issued < now - MAX_AGE - LEEWAY:
        raise Refused(Reason.EXPIRED)
    if issued > now + LEEWAY or starts > now + LEEWAY:
        raise Refused(Reason.EXPIRED)


def moment(value: object) -> dt.datetime | None:
    """A NumericDate (seconds since 1970) as an aware moment; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return dt.datetime.fromtimestamp(value, dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None


def same(given: object, expected: str) -> bool:
    """Constant-time comparison of a claim with what we know; an empty one never matches."""
    if not isinstance(given, str) or not given or not expected:
        return False
    return hmac.compare_digest(given.encode(), expected.encode())


def _half_hash(access_token: str) -> str:
    """`at_hash`: the left half of the SHA-256 (both accepted algorithms use it)."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
