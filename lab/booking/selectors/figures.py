"""稼働: hours used by machine, ward, purpose and hour of the day; visits (人日). Counts, no names."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db import connection
from django.db.models import Count

from lab.booking import states
from lab.booking.codes import Purpose
from lab.booking.models import Lab, TrialReport, Visit
from lab.booking.rules.hours import Span
from lab.booking.selectors.calendar import opens_of, week_of
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.selectors import ward_names

USED = (states.USED, states.IN_USE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table: a label, the minutes that machines were used, and bookings.

    Of a machine also the minutes in which it could be used, and those of its use that lie `outside` of
    them: the lab was open longer then, or it was used in spite of a closure.
    """

    label: str
    minutes: int
    count: int
    open_minutes: int | None = None
    outside: int = 0

    @property
    def share(self) -> Fraction | None:
        """More than 1 only where some use lies outside."""
        return Fraction(self.minutes, self.open_minutes) if self.open_minutes else None

    @property
    def percent(self) -> str:
        """12.3%, "—" where there is no open time to compare with."""
        if self.share is None:
            return "—"
        per_mille = int(self.share * 1000)
        return f"{per_mille // 10}.{per_mille % 10}%"


@dataclass(frozen=True, slots=True)
class Utilisation:
    """What a fiscal year came to, up to today."""

    machines: tuple[Figure, ...]
    wards: tuple[Figure, ...]
    purposes: tuple[Figure, ...]
    hours: tuple[Figure, ...]
    visits: int
    firms: int
    missed: int
    wishes: tuple[tuple[str, int], ...]


def utilisation(lab: Lab, year: int, today: dt.date) -> Utilisation:
    """Read as the system: ward officials and policy staff see counts of everybody's bookings."""
    first, last = clock.fiscal_year_bounds(year)
    # A year that has not begun is empty.
    last = max(min(last, today), first - dt.timedelta(days=1))
    span = Span(clock.midnight(first), clock.midnight(last + dt.timedelta(days=1)))
    with acting(Actor.system("booking.figures", ward_id=lab.ward_id)):
        visits = Visit.objects.filter(
            lab=lab, day__gte=first, day__lte=last, takes_back=None, taken_back=None
        )
        return Utilisation(
            machines=_machines(lab, span),
            wards=_wards(lab, span),
            purposes=_purposes(lab, span),
            hours=_hours(lab, span),
            visits=visits.count(),
            firms=visits.exclude(firm=None).values("firm_id").distinct().count(),
            missed=_count(lab, span, (states.MISSED,)),
            wishes=_wishes(lab, span),
        )


# Minutes of machines, whoever sums them up: a booking of two machines for an hour is two hours.
_BY = """
    SELECT {key}, sum(extract(epoch FROM b.ends_at - b.starts_at) / 60)::int,
           count(DISTINCT r.id)
    FROM booking_reservation r JOIN booking_booking b ON b.reservation_id = r.id
    WHERE r.lab_id = %s AND r.status = ANY(%s) AND r.starts_at >= %s AND r.starts_at < %s
    GROUP BY 1 ORDER BY 1
"""


def _rows(key: str, lab: Lab, span: Span) -> list[tuple[object, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_BY.format(key=key), [lab.pk, list(USED), span.start, span.end])
        return cursor.fetchall()


# Of each machine: bookings, what they took, when it could be used (the lab's open hours since it came,
# without its maintenance, events and standstills), and what was used outside of that.
_MACHINES = """
    WITH used AS (
        SELECT b.machine_id, count(*) AS bookings,
               range_agg(tstzrange(b.starts_at, b.ends_at)) AS whole
        FROM booking_reservation r JOIN booking_booking b ON b.reservation_id = r.id
        WHERE r.lab_id = %(lab)s AND r.status = ANY(%(used)s)
          AND r.starts_at >= %(start)s AND r.starts_at < %(end)s
        GROUP BY 1
    ), kept AS (
        SELECT machine_id, range_agg(span) AS whole FROM (
            SELECT machine_id, tstzrange(starts_at, ends_at) FROM booking_maintenance
            UNION ALL SELECT machine_id, tstzrange(since, until) FROM booking_standstill
        ) AS k (machine_id, span)
        WHERE span && tstzrange(%(start)s, %(end)s)
        GROUP BY 1
    ), could AS (
        SELECT m.id, m.name, m.is_accessory, m.category, coalesce(u.bookings, 0) AS bookings,
               coalesce(u.whole, '{}') AS used,
               %(opens)s::tstzmultirange - coalesce(k.whole, '{}')
               - tstzmultirange(tstzrange(NULL, coalesce(
                   m.in_use_from::timestamp AT TIME ZONE 'Asia/Tokyo', '-infinity'))) AS open
        FROM booking_machine m
        LEFT JOIN used u ON u.machine_id = m.id LEFT JOIN kept k ON k.machine_id = m.id
        WHERE m.lab_id = %(lab)s
    )
    SELECT c.name, c.bookings, minutes.used, minutes.open, minutes.outside
    FROM could c, LATERAL (
        SELECT sum(length) FILTER (WHERE kind = 'used') / 60 AS used,
               sum(length) FILTER (WHERE kind = 'open') / 60 AS open,
               sum(length) FILTER (WHERE kind = 'outside') / 60 AS outside
        FROM (
            SELECT kind, extract(epoch FROM upper(part) - lower(part)) AS length
            FROM (VALUES ('used', c.used), ('open', c.open), ('outside', c.used - c.open))
                AS parts (kind, whole), unnest(whole) AS part
        ) AS lengths
    ) AS minutes
    ORDER BY c.is_accessory, c.category, c.name
"""


def _machines(lab: Lab, span: Span) -> tuple[Figure, ...]:
    opens = opens_of(lab, span, week_of(lab)) if span.start < span.end else []
    with connection.cursor() as cursor:
        cursor.execute(
            _MACHINES,
            {
                "lab": lab.pk, "used": list(USED), "start": span.start, "end": span.end,
                "opens": _multirange(opens),
            },
        )  # fmt: skip
        return tuple(
            Figure(name, int(used or 0), count, int(opened or 0), int(outside or 0))
            for name, count, used, opened, outside in cursor
        )


def _multirange(spans: Iterable[Span]) -> str:
    """As PostgreSQL writes it."""
    parts = (f"[{item.start.isoformat()},{item.end.isoformat()})" for item in spans)
    return "{" + ",".join(parts) + "}"


def _wards(lab: Lab, span: Span) -> tuple[Figure, ...]:
    names = ward_names()
    return _largest(
        Figure(names[key], minutes, count)
        for key, minutes, count in _rows("r.firm_ward_id", lab, span)
        if isinstance(key, int)
    )


def _purposes(lab: Lab, span: Span) -> tuple[Figure, ...]:
    return _largest(
        Figure(str(Purpose(str(key)).label), minutes, count)
        for key, minutes, count in _rows("r.purpose", lab, span)
    )


def _largest(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    return tuple(sorted(figures, key=lambda item: -item.minutes))


def _hours(lab: Lab, span: Span) -> tuple[Figure, ...]:
    """What machines were used in each hour of the day, Tokyo."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT extract(hour FROM h AT TIME ZONE 'Asia/Tokyo')::int,
                   sum(extract(epoch FROM least(b.ends_at, h + interval '1 hour')
                                          - greatest(b.starts_at, h)) / 60)::int,
                   count(DISTINCT r.id)
            FROM booking_reservation r JOIN booking_booking b ON b.reservation_id = r.id,
                 generate_series(date_trunc('hour', b.starts_at),
                                 b.ends_at - interval '1 microsecond', interval '1 hour') AS h
            WHERE r.lab_id = %s AND r.status = ANY(%s) AND r.starts_at >= %s AND r.starts_at < %s
            GROUP BY 1 ORDER BY 1
            """,
            [lab.pk, list(USED), span.start, span.end],
        )
        return tuple(Figure(f"{hour}:00", minutes, count) for hour, minutes, count in cursor)


def _count(lab: Lab, span: Span, status: tuple[str, ...]) -> int:
    from lab.booking.models import Reservation

    return Reservation.objects.filter(
        lab=lab, status__in=status, starts_at__gte=span.start, starts_at__lt=span.end
    ).count()


def _wishes(lab: Lab, span: Span) -> tuple[tuple[str, int], ...]:
    rows = TrialReport.objects.filter(
        reservation__lab=lab, written_at__gte=span.start, written_at__lt=span.end
    )
    counts = dict(rows.order_by().values_list("wish").annotate(n=Count("pk")))
    return tuple((str(label), counts.get(code, 0)) for code, label in TrialReport.Wish.choices)
