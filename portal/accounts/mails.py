"""Mails of this app that are not allauth's."""

from smtplib import SMTPException

from django.conf import settings
from django.dispatch import Signal
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import roles
from portal.accounts.hats import ward_name
from portal.accounts.models import Invitation, User

# A mail is to leave: the notices send it. `user` where it tells of a change to that account and
# carries no secret; None where its link is one.
leaving = Signal()


def send(*, subject: str, body: str, address: str, user: User | None = None) -> bool:
    """The way out of every mail of this app; whether the address took it.

    Raises OSError, SMTPException where the mail server does not answer.
    """
    answers = leaving.send(sender=None, subject=subject, body=body, address=address, user=user)
    return bool(answers) and all(went for _receiver, went in answers)


def invitation_url(token: str) -> str:
    """The link of an invitation, on our own site whatever the request's host."""
    return settings.SITE_URL + reverse("accounts:invitation", args=[token])


def send_invitation(invitation: Invitation, token: str) -> None:
    """The only place where the token leaves the server. Raises SMTPException, OSError."""
    context = {
        "url": invitation_url(token),
        "role": roles.label(invitation.role),
        "ward": ward_name(invitation.ward_id) if invitation.ward_id else "",
        "expires_at": invitation.expires_at,
        "site_url": settings.SITE_URL,
    }
    went = send(
        subject=_("【町工場DXポータル】%(role)sへの招待") % {"role": context["role"]},
        body=render_to_string("accounts/email/invitation.txt", context),
        address=invitation.email,
    )
    if not went:
        raise SMTPException("refused")
