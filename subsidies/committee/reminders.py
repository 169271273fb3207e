"""Reminders to committee members who owe sheets: a week before, the day before, and when overdue.

One notice for all cases of a review on each of these days; overdue ones come weekly.
"""

import datetime as dt
from collections import Counter

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import ngettext_lazy

from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date
from subsidies.committee import states
from subsidies.committee.models import Assignment, ReviewRound
from subsidies.rules import due
from subsidies.topics import REVIEW

DAYS_BEFORE = (7, 1)


def remind(*, today: dt.date) -> int:
    """Write the notices due on that day; again changes nothing. Returns how many members were due."""
    reviews = {
        row.pk: row
        for row in ReviewRound.objects.filter(status=states.OPEN)
        if due.reminds(row.due_on, today, before=DAYS_BEFORE)
    }
    waiting = Assignment.objects.filter(round__in=reviews, status__in=states.WAITING)
    counts = Counter(waiting.values_list("round_id", "user_id"))
    for (round_id, user_id), count in counts.items():
        _tell(reviews[round_id], user_id, count, today)
    return len(counts)


def _tell(round_: ReviewRound, user_id: int, count: int, today: dt.date) -> None:
    if round_.due_on < today:
        subject = ngettext_lazy(
            "採点の期限を過ぎています（残り%(count)d件）",
            "採点の期限を過ぎています（残り%(count)d件）",
            count,
        )
    else:
        subject = ngettext_lazy(
            "採点の期限が近づいています（残り%(count)d件、%(day)sまで）",
            "採点の期限が近づいています（残り%(count)d件、%(day)sまで）",
            count,
        )
    body = ngettext_lazy(
        "まだ提出されていない採点票が%(count)d件あります。期限は%(day)sです。"
        "審査できない事情があるときは、区の担当者へご連絡ください。",
        "まだ提出されていない採点票が%(count)d件あります。期限は%(day)sです。"
        "審査できない事情があるときは、区の担当者へご連絡ください。",
        count,
    )
    values = {"count": count, "day": _day(round_.due_on)}
    notify(
        event_key=f"committee.remind.{round_.pk}.{round_.due_on}.{today}",
        recipients=[user_id],
        subject=filled(subject, **values),
        body=filled(body, **values),
        url=reverse("committee:home"),
        topic=REVIEW,
    )


# Written out in the reader's language.
_day = lazy(era_date, str)
