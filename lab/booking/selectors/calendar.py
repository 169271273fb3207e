"""Opening hours and what is taken, as the rules read them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from django.db import connection

from lab.booking.models import Closure, Lab, Machine, Maintenance, OpeningHours
from lab.booking.rules.hours import Span, Week, days_of, open_spans, subtract
from portal.kernel import clock


@lru_cache(maxsize=1000)
def is_holiday(day: dt.date) -> bool:
    """国民の祝日 (and what follows them by law)."""
    import jpholiday

    return bool(jpholiday.is_holiday(day))


def week_of(lab: Lab) -> Week:
    """The opening hours by weekday; one query."""
    found: dict[int, list[tuple[dt.time, dt.time]]] = defaultdict(list)
    for row in OpeningHours.objects.filter(lab=lab):
        found[row.weekday].append((row.opens, row.closes))
    return found


def opens_of(lab: Lab, span: Span, week: Week | None = None) -> list[Span]:
    """When the lab is open on the days of the span; two queries."""
    days = days_of(span)
    holidays = {day for day in days if is_holiday(day)} if lab.closes_on_holidays else set()
    whole = Span(clock.midnight(days[0]), clock.midnight(days[-1] + dt.timedelta(days=1)))
    closed = Closure.objects.filter(lab=lab, ends_at__gt=whole.start, starts_at__lt=whole.end)
    return open_spans(
        week_of(lab) if week is None else week,
        days,
        closed=[Span(row.starts_at, row.ends_at) for row in closed],
        holidays=holidays,
    )


def maintenance_of(machines: Iterable[Machine], span: Span) -> list[tuple[Machine, Span]]:
    """Maintenance windows that touch the span; one query."""
    by_key = {machine.pk: machine for machine in machines}
    rows = Maintenance.objects.filter(
        machine__in=list(by_key), ends_at__gt=span.start, starts_at__lt=span.end
    )
    return [(by_key[row.machine_id], Span(row.starts_at, row.ends_at)) for row in rows]


# What is taken of each machine, as one multirange: only the index of the constraint is read.
_TAKEN = """
    SELECT machine_id, range_agg(trail) FROM booking_booking
    WHERE machine_id = m.id AND released_at IS NULL AND (due_by IS NULL OR due_by > %(now)s)
      AND trail && tstzrange(%(start)s, %(end)s)
    GROUP BY machine_id
"""
_ALL_TAKEN = f"""
    SELECT t.* FROM unnest(%(machines)s::bigint[]) AS m(id), LATERAL ({_TAKEN}) AS t
"""  # noqa: S608 - both texts are constants of this module


def taken_of(machines: Collection[Machine], span: Span, now: dt.datetime) -> dict[int, list[Span]]:
    """What a new booking has to keep away from, buffers included, by machine; one query."""
    found: dict[int, list[Span]] = {machine.pk: [] for machine in machines}
    by_key = {machine.pk: machine for machine in machines}
    with connection.cursor() as cursor:
        cursor.execute(
            _ALL_TAKEN,
            {"machines": list(by_key), "start": span.start, "end": span.end, "now": now},
        )
        for key, ranges in cursor.fetchall():
            machine = by_key[key]
            gap = machine.gap_minutes
            # The stored bound has the buffer after it; what comes before needs the larger of both.
            more = gap - machine.after_minutes
            found[key] = [Span(item.lower, item.upper).widened(gap, more) for item in ranges]
    return found


def free_of(machines: Sequence[Machine], span: Span, now: dt.datetime) -> dict[int, list[Span]]:
    """What is open and not taken, by machine, all of one lab; four queries for any number of machines.

    A machine out of service has nothing free.
    """
    if not machines:
        return {}
    opens = opens_of(machines[0].lab, span)
    taken = taken_of(machines, span, now)
    for machine, hole in maintenance_of(machines, span):
        taken[machine.pk].append(hole)
    return {
        machine.pk: subtract(opens, taken[machine.pk]) if machine.status == "in_service" else []
        for machine in machines
    }
