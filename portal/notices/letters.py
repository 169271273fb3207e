"""Mails with a link of their own: its secret.

The secret is a keyed digest of the mail's random id: it can be neither guessed nor made by somebody
who reads the database, where only its SHA-256 is kept, and a mail that is sent twice carries it again.
"""

import hashlib

from portal.kernel import crypto

# Characters of a secret.
LENGTH = 64


def secret_of(public_id: object, *, purpose: str) -> str:
    """What the link carries: 256 bits, the same each time."""
    return crypto.blind_index(str(public_id), purpose=purpose)


def digest_of(secret: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(secret.encode()).hexdigest()
