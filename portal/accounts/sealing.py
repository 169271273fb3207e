"""Seeds of second factors, sealed: portal.kernel.crypto as text, because allauth keeps them in JSON.

「aesgcm:key id:base64 of nonce and ciphertext」, under settings.DATA_KEYS.
"""

import base64
from typing import Any

from allauth.mfa.models import Authenticator

from portal.kernel import crypto
from portal.kernel.crypto import Unreadable

_MARK = "aesgcm"
SEED_PURPOSE = "mfa.seed"


def seal(text: str, *, purpose: str) -> str:
    """Encrypt `text`; it opens only for the same `purpose`."""
    value = crypto.encrypt(text, purpose=purpose)
    key_id = crypto.key_id_of(value)
    payload = base64.b64encode(value[1 + len(key_id) :]).decode()
    return f"{_MARK}:{key_id.decode()}:{payload}"


def unseal(sealed: str, *, purpose: str) -> str:
    """Decrypt what `seal` made. Raises Unreadable."""
    mark, _, named = sealed.partition(":")
    key_id, _, payload = named.partition(":")
    if mark != _MARK:
        raise Unreadable("not sealed here")
    try:
        raw = base64.b64decode(payload, validate=True)
        value = bytes([len(key_id.encode())]) + key_id.encode() + raw
    except ValueError as error:
        raise Unreadable("altered") from error
    return crypto.decrypt(value, purpose=purpose)


@crypto.rotates("seeds of second factors")
def reseal() -> int:
    """Seal anew what is sealed under an older key; returns how many authenticators had some.

    Each row is locked before it is read, so that a recovery code used meanwhile stays used; allauth
    itself may write back an older row it has read, so a second run should say 0 before the old key
    goes.
    Raises Unreadable at the first damaged seed; then none is changed.
    """
    changed = 0
    # Passkeys hold no secret, but a name that may look like anything.
    with_seed = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    for authenticator in with_seed.select_for_update().order_by("pk").iterator():
        data = {name: _renewed(value) for name, value in authenticator.data.items()}
        if data != authenticator.data:
            authenticator.data = data
            authenticator.save(update_fields=["data"])
            changed += 1
    return changed


def _renewed(value: Any) -> Any:
    """The value as it stands in `Authenticator.data`, sealed texts in it under the newest key."""
    if isinstance(value, list):
        return [_renewed(entry) for entry in value]
    if not isinstance(value, str) or not value.startswith(f"{_MARK}:") or _is_newest(value):
        return value
    return seal(unseal(value, purpose=SEED_PURPOSE), purpose=SEED_PURPOSE)


def _is_newest(sealed: str) -> bool:
    newest = crypto.key_id_of(crypto.newest_prefix()).decode()
    return sealed.startswith(f"{_MARK}:{newest}:")
