"""Opening hours and what is taken, as the rules read them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from django.db import connection

from lab.booking.models import Closure, Lab, Machine, Maintenance, OpeningHours
from lab.booking.rules.hours import Span, Week, days_of, open_spans, subtract
from lab.booking.states import IN_SERVICE
from portal.kernel import clock


@lru_cache(maxsize=1000)
def is_holiday(day: dt.date) -> bool:
    """国民の祝日 (and what follows them by law)."""
    import jpholiday

    return bool(jpholiday.is_holiday(day))


def week_of(lab: Lab) -> Week:
    """The opening hours by weekday; one query."""
    found: dict[int, list[tuple[dt.time, dt.time]]] = defaultdict(list)
    rows = OpeningHours.objects.filter(lab=lab).values_list("weekday", "opens", "closes")
    for day, opens, closes in rows:
        found[day].append((opens, closes))
    return found


def opens_of(lab: Lab, span: Span, week: Week | None = None) -> list[Span]:
    """When the lab is open on the days of the span; two queries."""
    days = days_of(span)
    whole = Span(clock.midnight(days[0]), clock.midnight(days[-1] + dt.timedelta(days=1)))
    closed = Closure.objects.filter(lab=lab, ends_at__gt=whole.start, starts_at__lt=whole.end)
    return open_spans(
        week_of(lab) if week is None else week,
        days,
        closed=[Span(row.starts_at, row.ends_at) for row in closed],
        holidays=_holidays(lab, days),
    )


def maintenance_of(machines: Iterable[Machine], span: Span) -> list[tuple[Machine, Span]]:
    """Maintenance windows that touch the span; one query."""
    by_key = {machine.pk: machine for machine in machines}
    rows = Maintenance.objects.filter(
        machine__in=list(by_key), ends_at__gt=span.start, starts_at__lt=span.end
    )
    return [(by_key[row.machine_id], Span(row.starts_at, row.ends_at)) for row in rows]


# Of each machine what is taken, as one multirange (only the index of the constraint is read); its
# maintenance; when the whole lab is closed; and its week.
_HOLES = """
    SELECT m.id, 'taken', lower(part), upper(part), NULL::smallint, NULL::time, NULL::time
    FROM unnest(%(machines)s::bigint[]) AS m(id), LATERAL (
        SELECT range_agg(trail) AS whole FROM booking_booking
        WHERE machine_id = m.id AND released_at IS NULL
          AND (due_by IS NULL OR due_by > %(now)s) AND trail && tstzrange(%(start)s, %(end)s)
    ) AS t, unnest(t.whole) AS part
    UNION ALL
    SELECT machine_id, 'kept', starts_at, ends_at, NULL, NULL, NULL FROM booking_maintenance
    WHERE machine_id = ANY(%(machines)s) AND ends_at > %(start)s AND starts_at < %(end)s
    UNION ALL
    SELECT NULL, 'closed', starts_at, ends_at, NULL, NULL, NULL FROM booking_closure
    WHERE lab_id = %(lab)s AND ends_at > %(start)s AND starts_at < %(end)s
    UNION ALL
    SELECT NULL, 'opens', NULL, NULL, weekday, opens, closes FROM booking_openinghours
    WHERE lab_id = %(lab)s
"""


def _holes(
    machines: Collection[Machine], lab: Lab, span: Span, now: dt.datetime
) -> tuple[Week, list[Span], dict[int, list[Span]]]:
    """The lab's week, when it is closed, and what a booking of each machine has to keep away from."""
    # The stored bound has the buffer after it; before it the larger of both counts.
    wider = {
        machine.pk: (
            dt.timedelta(minutes=machine.gap_minutes),
            dt.timedelta(minutes=machine.gap_minutes - machine.after_minutes),
        )
        for machine in machines
    }
    week: dict[int, list[tuple[dt.time, dt.time]]] = defaultdict(list)
    closed: list[Span] = []
    holes: dict[int, list[Span]] = {key: [] for key in wider}
    with connection.cursor() as cursor:
        cursor.execute(
            _HOLES,
            {
                "machines": list(wider), "lab": lab.pk, "now": now,
                "start": span.start, "end": span.end,
            },
        )  # fmt: skip
        for key, kind, start, end, day, opens, closes in cursor.fetchall():
            if kind == "opens":
                week[day].append((opens, closes))
            elif kind == "closed":
                closed.append(Span(start, end))
            elif kind == "kept":
                holes[key].append(Span(start, end))
            else:
                before, after = wider[key]
                holes[key].append(Span(start - before, end + after))
    return week, closed, holes


def free_of(machines: Sequence[Machine], span: Span, now: dt.datetime) -> dict[int, list[Span]]:
    """What is open and not taken, by machine, all of one lab; one query for any number of machines.

    A machine out of service has nothing free.
    """
    if not machines:
        return {}
    lab, days = machines[0].lab, days_of(span)
    whole = Span(clock.midnight(days[0]), clock.midnight(days[-1] + dt.timedelta(days=1)))
    week, closed, holes = _holes(machines, lab, whole, now)
    opens = open_spans(week, days, closed=closed, holidays=_holidays(lab, days))
    return {
        machine.pk: subtract(opens, holes[machine.pk]) if machine.status == IN_SERVICE else []
        for machine in machines
    }


def _holidays(lab: Lab, days: Iterable[dt.date]) -> set[dt.date]:
    return {day for day in days if is_holiday(day)} if lab.closes_on_holidays else set()
