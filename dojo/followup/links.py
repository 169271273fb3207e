"""The link in a mail: its secret, and the survey it leads to.

The secret is a keyed digest of the mail's id, so that it can be neither guessed nor made by somebody
who reads the database; only its SHA-256 is kept. Whoever holds it may answer that one survey until
it closes, and nothing else.
"""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dojo.followup import states
from dojo.followup.models import Survey, SurveyMail
from dojo.services.errors import Refused
from portal.notices import letters

PURPOSE = "followup.link"


class NoSuchLink(Refused):
    """Nobody was sent this link."""

    message = _("このリンクは使えません。メールのリンクが途中で切れていないか確かめてください。")


class LinkExpired(Refused):
    """The survey has closed, or is not held any more."""

    message = _("この調査は終わりました。その後のことや困りごとは、区の窓口にお知らせください。")


def secret_of(mail: SurveyMail) -> str:
    """What the link carries: 256 bits, the same each time."""
    return letters.secret_of(mail.public_id, purpose=PURPOSE)


def digest_of(secret: str) -> str:
    """What is kept of it."""
    return letters.digest_of(secret)


def address_of(mail: SurveyMail, choice: str = "") -> str:
    """The address in the mail, with the answer that it preselects."""
    path = reverse("followup:link", args=[secret_of(mail)])
    return f"{settings.SITE_URL}{path}{f'?a={choice}' if choice else ''}"


def survey_of(secret: str, *, today: dt.date) -> Survey:
    """The survey that a link leads to. As the system. Raises NoSuchLink, LinkExpired."""
    mail = None
    if len(secret) == letters.LENGTH:
        rows = SurveyMail.objects.select_related("survey__cohort__course", "survey__cohort__ward")
        mail = rows.filter(digest=digest_of(secret)).first()
    if mail is None:
        raise NoSuchLink
    if today > mail.expires_on or mail.survey.status not in {states.OPEN, states.ANSWERED}:
        raise LinkExpired
    return mail.survey
