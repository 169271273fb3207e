"""What the accounts tell: a mail about the account's safety has left, an address is confirmed."""

from typing import Any

from allauth.account.signals import email_changed, email_confirmed
from django.core.mail import EmailMessage
from django.dispatch import receiver
from django.urls import reverse

from portal.accounts.mails import security_told
from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices import services

_SYSTEM = Actor.system("notices.accounts")


@receiver(security_told, dispatch_uid="notices.security_told")
def keep_mail(user: User, message: EmailMessage, **_: Any) -> None:
    """The same words in the portal."""
    with acting(_SYSTEM):
        services.security_mail_kept(
            user=user,
            subject=str(message.subject),
            body=str(message.body),
            address=message.to[0],
            url=reverse("accounts:settings"),
            at=clock.now(),
        )


@receiver(email_changed, dispatch_uid="notices.email_changed")
def address_changed(user: User, **_: Any) -> None:
    """A new address: what the old one did not take leaves again."""
    _lift(user.pk)


@receiver(email_confirmed, dispatch_uid="notices.email_confirmed")
def address_confirmed(email_address: Any, **_: Any) -> None:
    """Likewise: whoever confirms has got a mail there."""
    _lift(email_address.user_id)


def _lift(user_id: int) -> None:
    with acting(_SYSTEM):
        services.address_retry(actor=_SYSTEM, user_id=user_id)
