"""The mark in a mail that names it when it comes back, and the flag on an address."""

import datetime as dt
import hmac
import uuid

from portal.accounts.models import User
from portal.kernel import crypto
from portal.kernel.actor import Actor
from portal.kernel.audit import record
from portal.notices.models import DeadAddress, SentMail

Source = DeadAddress.Source
PURPOSE = "notices.bounce"
MARK_LENGTH = 16


def token_of(mail_id: uuid.UUID) -> str:
    """What only the server that got the mail can know; see `rules.bounces.TOKEN`."""
    mark = crypto.blind_index(mail_id.hex, purpose=PURPOSE)[:MARK_LENGTH]
    return f"{mail_id.hex}.{mark}"


def is_ours(mail_id: str, mark: str) -> bool:
    """Whether the mark belongs to the mail, under any key in use."""
    made = crypto.blind_indexes(mail_id, purpose=PURPOSE)
    return any(hmac.compare_digest(one[:MARK_LENGTH], mark) for one in made)


def address_mark(mail: SentMail, *, source: str, code: str, at: dt.datetime) -> None:
    """Flag where the mail went to: for the person whose address it is, else the address by itself.
    The audit row names the person, never the address.
    """
    person = mail.recipient or User.objects.filter(email__iexact=mail.address).first()
    address = mail.address.lower()
    if person and person.email.lower() == address:
        address = person.email
    row, new = DeadAddress.objects.update_or_create(
        **({"user": person} if person else {"user": None, "address": address}),
        defaults={"address": address, "source": source, "code": code, "found_at": at},
    )
    record(
        actor=Actor.system("notices.addresses"),
        action="notices.address_dead",
        obj=person or row,
        detail={"source": str(source), "code": code, "new": new},
    )
