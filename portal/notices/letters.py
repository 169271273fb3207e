"""Mails with a link of their own: its secret, and sending one so that a refused address stops nobody.

The secret is a keyed digest of the mail's random id: it can be neither guessed nor made by somebody
who reads the database, where only its SHA-256 is kept, and a mail that is sent twice carries it again.
"""

import hashlib
import logging
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from portal.kernel import crypto

logger = logging.getLogger(__name__)

# Characters of a secret.
LENGTH = 64


def secret_of(public_id: object, *, purpose: str) -> str:
    """What the link carries: 256 bits, the same each time."""
    return crypto.blind_index(str(public_id), purpose=purpose)


def digest_of(secret: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def headers(message_id: str, *, stop: str) -> dict[str, str]:
    """Of a mail that one may do without; mail programs show a button for `stop` (RFC 2369, 8058)."""
    host = settings.SITE_URL.split("//", 1)[-1].split(":")[0]
    return {
        "Message-ID": f"<{message_id}@{host}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def delivered(connection: Any, message: EmailMessage, *, what: str) -> bool:
    """Send it over an open connection; False where the address was refused. `what` names it in the log."""
    try:
        connection.send_messages([message])
    except (SMTPRecipientsRefused, SMTPDataError, SMTPSenderRefused) as refused:
        # Never the text: it quotes the address.
        logger.warning("%s refused: %s", what, type(refused).__name__)
        return False
    return True
