"""The link in a mail: signed, so that it can be neither guessed nor altered; it opens one invitation.

Whoever holds it may answer that one invitation until it closes, and see nothing but the anonymous
summary. Nothing of it is kept: it is made anew from the invitation.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases.models import Invitation
from lab.nakama.cases.services.errors import Refused

SALT = "cases.invitation"


class NoSuchLink(Refused):
    """Nobody was sent this link."""

    message = _("このリンクは使えません。メールのリンクが途中で切れていないか確かめてください。")


def token_of(row: Invitation) -> str:
    """What the link carries, the same each time."""
    return signing.Signer(salt=SALT).sign(row.public_id.hex)


def address_of(token: str, answer: str = "") -> str:
    """The address in the mail, with the answer that it preselects."""
    path = reverse("cases:answer", args=[token])
    return f"{settings.SITE_URL}{path}{f'?a={answer}' if answer else ''}"


def invitation_of(token: str) -> Invitation:
    """The invitation that a link leads to. As the system. Raises NoSuchLink."""
    try:
        public_id = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature as forged:
        raise NoSuchLink from forged
    rows = Invitation.objects.select_related("case", "step")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NoSuchLink
    return found
