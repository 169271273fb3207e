"""Reminders of reviews: a week before and on the day, and on the day that a review has named.

A notice's key names tool, occasion and day, so that running again tells nobody twice.
"""

import datetime as dt

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advisors import people
from advisors.adoption import codes, states
from advisors.adoption.models import Review, Tool
from advisors.adoption.rules.weeks import months_on
from advisors.policies import is_open
from portal.kernel.texts import filled
from portal.notices.services import notify

TOPIC = "adoption.reviews"
DAYS_BEFORE = (7, 0)


def remind(*, today: dt.date) -> int:
    """Write the notices of that day; returns of how many tools. As the system."""
    told = 0
    for months in codes.REVIEW_MONTHS:
        for tool in _due(months, today):
            _tell(
                tool,
                f"{months}.{today}",
                filled(_("%(months)sか月の振り返り：%(tool)s"), months=months, tool=tool.name),
                _("現場の声を集め、課題を整理し、改善を決めて、記録してください。"),
                reverse("adoption:review", args=[tool.public_id, months]),
            )
            told += 1
    checks = Review.objects.filter(next_on=today, tool__status=states.USING)
    for review in checks.select_related("tool__engagement"):
        _tell(
            review.tool,
            f"next.{today}",
            filled(_("確かめる日です：%(tool)s"), tool=review.tool.name),
            filled(_("前の振り返りで決めたこと：%(what)s"), what=review.decisions),
            reverse("adoption:tool", args=[review.tool.public_id]),
        )
        told += 1
    return told


def _due(months: int, today: dt.date) -> list[Tool]:
    """In use, without that review, and due in a week or today."""
    days = {today + dt.timedelta(days=ahead) for ahead in DAYS_BEFORE}
    # Months differ by three days at most: a narrow window, then the exact day.
    first, last = (months_on(day, -months) for day in (min(days), max(days)))
    margin = dt.timedelta(days=4)
    rows = Tool.objects.filter(
        status=states.USING, started_on__range=(first - margin, last + margin)
    ).exclude(reviews__months=months)
    return [
        row
        for row in rows.select_related("engagement").order_by("pk")
        if months_on(row.started_on, months) in days
    ]


def _tell(tool: Tool, key: str, subject: str | Promise, body: str | Promise, url: str) -> None:
    """The firm, and its team while the support goes on."""
    who = people.firm_people(tool.firm_id)
    if is_open(tool.engagement):
        who += people.team_people(tool.engagement)
    notify(
        event_key=f"adoption.review.{tool.pk}.{key}",
        recipients=who,
        subject=subject,
        body=body,
        url=url,
        topic=TOPIC,
    )
