"""What the accounts tell: a mail is to leave, an address is confirmed."""

from typing import Any

from allauth.account.signals import email_changed, email_confirmed
from django.dispatch import receiver
from django.urls import reverse

from portal.accounts.mails import leaving
from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices import services

_SYSTEM = Actor.system("notices.accounts")


@receiver(leaving, dispatch_uid="notices.leaving")
def send_mail(subject: str, body: str, address: str, user: User | None, **_: Any) -> bool:
    """Every mail of the accounts leaves as the others do."""
    with acting(_SYSTEM):
        return services.account_mail_send(
            subject=subject,
            body=body,
            address=address,
            url=reverse("accounts:settings"),
            at=clock.now(),
            user=user,
        )


@receiver(email_changed, dispatch_uid="notices.email_changed")
def address_changed(user: User, **_: Any) -> None:
    """A new address: what the old one did not take leaves again."""
    _lift(user.pk)


@receiver(email_confirmed, dispatch_uid="notices.email_confirmed")
def address_confirmed(email_address: Any, **_: Any) -> None:
    """Likewise: whoever confirms has got a mail there."""
    _lift(email_address.user_id)
    services.address_alive(actor=_SYSTEM, address=email_address.email)


def _lift(user_id: int) -> None:
    with acting(_SYSTEM):
        services.address_retry(actor=_SYSTEM, user_id=user_id)
