"""The public site in the demonstration: the texts of every installation, telephone numbers, news."""

import datetime as dt
from collections.abc import Iterator, Sequence

from portal.cms.content import reading
from portal.cms.content.filling import fill, put, ward_homes
from portal.cms.content.reading import PageText
from portal.cms.models import WardHome
from portal.kernel import clock
from portal.kernel.actor import Actor


def load(*, firms: Sequence, now: dt.datetime, scale: float) -> str:
    """Returns one line for the operator."""
    filled = fill(Actor.system("load_demo"), now=now)
    _contacts()
    put(_news(now), filled, now=now)
    return f"公開ページ {filled.added:,}枚"


def _contacts() -> None:
    """Numbers that nobody has: they say so themselves."""
    words = reading.load(reading.TEXTS / "wards.toml")["demo_contact"]
    homes = list(WardHome.objects.filter(contact="").select_related("ward"))
    for home in homes:
        number = f"{home.ward_id - 13100:04}"
        home.contact = words.format(ward=home.ward.name, office=home.ward.office, number=number)
    WardHome.objects.bulk_update(homes, ["contact"])


def _news(now: dt.datetime) -> Iterator[PageText]:
    today = clock.to_date(now)
    for text, days in reading.news(ward_homes()):
        on = today - dt.timedelta(days=days)
        yield PageText(text.path, text.model, {**text.fields, "on": on})
