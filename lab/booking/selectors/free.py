"""空き時間: the next ones of some machines together, and what is free at one time."""

import datetime as dt
from collections.abc import Sequence
from itertools import islice

from django.db.models import QuerySet

from lab.booking import states
from lab.booking.models import Lab, Machine
from lab.booking.rules.hours import Span, common, is_open, starts
from lab.booking.selectors.calendar import free_of

# Mostly the next days are enough; only then is it looked further.
LOOK_DAYS = (3, 14)
MOST_SLOTS = 5


def machines_of(lab: Lab) -> QuerySet[Machine]:
    """The lab's machines in the order of the pages."""
    return Machine.objects.filter(lab=lab).select_related("lab")


def next_free(
    machines: Sequence[Machine], *, minutes: int, after: dt.datetime, now: dt.datetime
) -> list[Span]:
    """The next stretches in which all of them are free, from `after` on, within two weeks."""
    if not machines:
        return []
    earliest = max(after, *(now + dt.timedelta(hours=machine.lead_hours) for machine in machines))
    step = max(machine.slot_minutes for machine in machines)
    found: list[Span] = []
    for days in LOOK_DAYS:
        free = free_of(machines, Span(earliest, earliest + dt.timedelta(days=days)), now)
        shared = list(free[machines[0].pk])
        for machine in machines[1:]:
            shared = common(shared, free[machine.pk])
        times = starts(shared, minutes=minutes, step=step, after=earliest)
        found = list(islice(times, MOST_SLOTS))
        if len(found) == MOST_SLOTS:
            break
    return found


def free_at(lab: Lab, span: Span, now: dt.datetime) -> list[Machine]:
    """この時間に空いている設備, without accessories."""
    machines = list(machines_of(lab).filter(status=states.IN_SERVICE, is_accessory=False))
    free = free_of(machines, span, now)
    return [machine for machine in machines if is_open(span, free[machine.pk])]
