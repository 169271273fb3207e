"""Reminders of sessions: a week and a day before, with what to prepare.

A notice's key names session and day, so that running again tells nobody twice.
"""

import datetime as dt

from dojo import states
from dojo.models import Session
from dojo.services import notices
from dojo.services.sessions import wanted
from portal.kernel import clock

DAYS_BEFORE = (7, 1)


def remind(*, today: dt.date) -> int:
    """Write the notices of that day; returns how many people were told. As the system."""
    told = 0
    for days in DAYS_BEFORE:
        day = clock.midnight(today + dt.timedelta(days=days))
        sessions = Session.objects.filter(
            starts_at__gte=day,
            starts_at__lt=day + dt.timedelta(days=1),
            cohort__status=states.ANNOUNCED,
        ).select_related("cohort__course", "unit")
        for session in sessions:
            for row in wanted(session):
                notices.coming(row, session.cohort, session, days)
                told += 1
    return told
