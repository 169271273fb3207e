"""Reminders: the day before. A notice's key names the day, so that running again tells nobody twice."""

import datetime as dt

from lab.events import states
from lab.events.models import Event, Registration
from lab.events.services import notices
from portal.kernel import clock


def remind(*, today: dt.date) -> int:
    """Tell those who take part tomorrow; returns how many. As the system."""
    day = clock.midnight(today + dt.timedelta(days=1))
    events = Event.objects.filter(
        status=states.ANNOUNCED, starts_at__gte=day, starts_at__lt=day + dt.timedelta(days=1)
    )
    told = 0
    for event in events:
        rows = Registration.objects.filter(event=event, status=states.REGISTERED)
        for row in rows.exclude(person=None):
            notices.coming(row, event)
            told += 1
    return told
