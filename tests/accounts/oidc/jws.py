"""Signed tokens made by hand: a library would refuse to make most of the bad ones."""

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int, length: int | None = None) -> str:
    return encode(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


@lru_cache
def _made(_kid: str, bits: int) -> rsa.RSAPrivateKey:
    """One for each name: making it takes as long as the rest of a test."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


class RsaKey:
    """An RS256 key with its published half."""

    def __init__(self, kid: str = "k1", bits: int = 2048) -> None:
        self.kid = kid
        self._key = _made(kid, bits)

    def published(self, **more: Any) -> dict[str, Any]:
        public = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "kid": self.kid, "use": "sig", "alg": "RS256"}
        return key | {"n": number(public.n), "e": number(public.e)} | more

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def public_pem(self) -> bytes:
        return self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


class EcKey:
    """An ES256 key with its published half."""

    def __init__(self, kid: str = "e1") -> None:
        self.kid = kid
        self._key = ec.generate_private_key(ec.SECP256R1())

    def published(self, **more: Any) -> dict[str, Any]:
        public = self._key.public_key().public_numbers()
        key = {"kty": "EC", "crv": "P-256", "kid": self.kid, "use": "sig", "alg": "ES256"}
        return key | {"x": number(public.x, 32), "y": number(public.y, 32)} | more

    def sign(self, data: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def token(claims: dict[str, Any], *, alg: str, kid: str | None, sign: Any, **header: Any) -> str:
    """A compact JWS; `sign` turns the signing input into the signature."""
    head = {"alg": alg, "typ": "JWT"} | ({} if kid is None else {"kid": kid}) | header
    body = f"{encode(json.dumps(head).encode())}.{encode(json.dumps(claims).encode())}"
    return f"{body}.{encode(sign(body.encode()))}"


def hs256(secret: bytes) -> Any:
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()


def unsigned(_: bytes) -> bytes:
    return b""
