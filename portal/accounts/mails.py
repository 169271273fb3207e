"""Mails of this app that are not allauth's."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.dispatch import Signal
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import roles
from portal.accounts.hats import ward_name
from portal.accounts.models import Invitation

# A mail that told of a change to the account has left (user, message). It carries no secret.
security_told = Signal()


def invitation_url(token: str) -> str:
    """The link of an invitation, on our own site whatever the request's host."""
    return settings.SITE_URL + reverse("accounts:invitation", args=[token])


def send_invitation(invitation: Invitation, token: str) -> None:
    """The only place where the token leaves the server."""
    context = {
        "url": invitation_url(token),
        "role": roles.label(invitation.role),
        "ward": ward_name(invitation.ward_id) if invitation.ward_id else "",
        "expires_at": invitation.expires_at,
        "site_url": settings.SITE_URL,
    }
    EmailMessage(
        subject=_("【町工場DXポータル】%(role)sへの招待") % {"role": context["role"]},
        body=render_to_string("accounts/email/invitation.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[invitation.email],
    ).send()
