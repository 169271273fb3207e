"""Notices about a grant: to the firm's people and to officials, with the grant's page to go to."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise, lazy

from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date
from subsidies import people, topics
from subsidies.models import Grant

# The system's name in what the handlers make.
SYSTEM = "grants.papers"

Text = str | Promise


def tell_firm(
    event: OutboxEvent, grant: Grant, subject: Text, *parts: Text, url: str = "", **names: Any
) -> None:
    """A notice to the firm's people; it points to the page of the grant unless `url` is given.

    `subject` may name the receipt number as %(number)s, and `names`; `parts` are paragraphs.
    """
    notify(
        event_key=f"{event.pk}",
        recipients=people.firm_people(grant.firm_id),
        subject=filled(subject, number=grant.receipt_no, **names),
        body=paragraphs(*parts),
        url=url or firm_page(grant),
        topic=topics.of_firm(event.name),
    )


def tell_officials(
    event: OutboxEvent,
    grant: Grant,
    recipients: Iterable[int],
    subject: Text,
    text: Text,
    *,
    url: str = "",
    **names: Any,
) -> None:
    """A notice to officials; it points to their page of the grant unless `url` is given.

    Both texts may name %(number)s and %(firm)s, and `names`.
    """
    known = {"number": grant.receipt_no, "firm": grant.firm_name, **names}
    notify(
        event_key=f"{event.pk}",
        recipients=recipients,
        subject=filled(subject, **known),
        body=filled(text, **known),
        url=url or f"/staff/grants/{grant.receipt_no}/",
        topic=topics.of_office(event.name),
    )


def firm_page(grant: Grant) -> str:
    """The firm's page of the grant."""
    return f"/grants/{grant.application.public_id}/"


def paragraphs(*parts: Text) -> Text:
    """Texts one below the other, with an empty line between them."""
    names = [f"part{number}" for number in range(len(parts))]
    text = "\n\n".join(f"%({name})s" for name in names)
    return filled(text, **dict(zip(names, parts, strict=True)))


def grant_of(grant_id: int) -> Grant:
    """The grant with its application."""
    return Grant.objects.select_related("application").get(pk=grant_id)


# Written out in the reader's language.
day = lazy(era_date, str)
