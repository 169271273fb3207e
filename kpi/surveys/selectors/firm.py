"""What happened with one firm of a wave: mails and answers by day and way, never what was answered."""

import datetime as dt
from dataclasses import dataclass

from kpi.surveys.models import Asked, Draft, NoMail, Response
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@dataclass(frozen=True, slots=True)
class Event:
    """One answer: how it came, who said it, who typed it in and when."""

    at: dt.datetime
    way: str
    said_by: str
    said_on: dt.date
    written_by: str
    is_late: bool
    is_linked: bool


@dataclass(frozen=True, slots=True)
class History:
    """Answers, the newest first, and mails."""

    answers: list[Event]
    mails: list[tuple[int, str, dt.datetime | None]]
    is_unwanted: bool
    is_begun: bool


def history_of(actor: Actor, row: Asked) -> History:
    """Of a firm that the actor sees; four queries, as the system: the answers themselves stay unread."""
    with acting(actor.elevated()):
        said = Response.objects.filter(asked=row).select_related("written_by").order_by("-pk")
        answers = [
            Event(
                one.written_at,
                str(one.get_way_display()),
                one.said_by,
                one.said_on,
                one.written_by.name if one.written_by else "",
                one.is_late,
                one.is_linked,
            )
            for one in said.defer("answers")
        ]
        mails = [
            (one.number, str(one.get_outcome_display()), one.settled_at)
            for one in row.mails.order_by("pk")
        ]
        unwanted = NoMail.objects.filter(firm_id=row.firm_id).exists()
        begun = Draft.objects.filter(asked=row).exists()
    return History(answers, mails, unwanted, begun)
