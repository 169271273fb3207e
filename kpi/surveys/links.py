"""The link in a mail: the firm that it asks, and whether that firm may answer now. As the system."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kpi.surveys import states
from kpi.surveys.errors import NoSuchLink, WaveOver
from kpi.surveys.models import Asked, Draft
from kpi.surveys.rules import days
from portal.kernel import clock, crypto
from portal.notices import letters

PURPOSE = "surveys.link"


@dataclass(frozen=True, slots=True)
class Door:
    """Whom a link asks; `is_late`: the wave has closed, and what was begun is still taken until `until`."""

    asked: Asked
    draft: Draft | None
    is_late: bool
    until: dt.date


def new_digest(asked: Asked) -> str:
    """What is kept of the link's secret when the firm is first asked."""
    return letters.digest_of(letters.secret_of(asked.public_id, purpose=PURPOSE))


def secret_of(asked: Asked) -> str:
    """What the link carries: 256 bits, the same in every mail, also after the keys were renewed."""
    made = crypto.blind_indexes(str(asked.public_id), purpose=PURPOSE)
    return next((one for one in made if letters.digest_of(one) == asked.digest), made[0])


def address_of(asked: Asked, name: str = "surveys:link") -> str:
    """The address in the mail."""
    return settings.SITE_URL + reverse(name, args=[secret_of(asked)])


def asked_of(secret: str) -> Asked:
    """The firm that was sent this link. Raises NoSuchLink."""
    asked = None
    if len(secret) == letters.LENGTH:
        rows = Asked.objects.select_related("wave__questionnaire")
        asked = rows.filter(digest=letters.digest_of(secret)).first()
    if asked is None:
        raise NoSuchLink
    return asked


def door_of(asked: Asked, *, today: dt.date) -> Door:
    """Whether that firm may answer. Raises WaveOver.

    Nobody loses what was typed: who had begun, or begins on the very day of the closing, may send for
    two weeks more, and is told.
    """
    wave = asked.wave
    if asked.status == states.OUTSIDE:
        raise WaveOver(
            _("この企業は、区が調査の対象外としました。違うときは区の窓口にお知らせください。")
        )
    draft = Draft.objects.select_related("questionnaire").filter(asked=asked).first()
    if wave.status == states.OPEN and today <= wave.ends_on:
        return Door(asked, draft, is_late=False, until=wave.ends_on)
    if wave.status not in {states.OPEN, states.CLOSED}:
        raise WaveOver
    closed = clock.to_date(wave.closed_at) if wave.closed_at else wave.ends_on
    until = days.grace_ends(closed)
    if today == closed or (today <= until and _is_unsent(asked, draft)):
        return Door(asked, draft, is_late=True, until=until)
    raise WaveOver


def _is_unsent(asked: Asked, draft: Draft | None) -> bool:
    if draft is None:
        return False
    return asked.answered_at is None or draft.changed_at > asked.answered_at
