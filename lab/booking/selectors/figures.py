"""稼働: hours used by machine, ward, purpose and hour of the day; visits (人日). Counts, no names."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db import connection
from django.db.models import Count

from lab.booking import states
from lab.booking.codes import Purpose
from lab.booking.models import Lab, Machine, TrialReport, Visit
from lab.booking.rules.hours import Span
from lab.booking.selectors.calendar import opens_of, week_of
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.selectors import ward_names

USED = (states.USED, states.IN_USE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table: a label and its minutes, bookings, and the share of the open time."""

    label: str
    minutes: int
    count: int
    share: Fraction | None = None

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
    last = min(last, today)
    span = Span(clock.midnight(first), clock.midnight(last + dt.timedelta(days=1)))
    with acting(Actor.system("booking.figures", ward_id=lab.ward_id)):
        open_minutes = _open_minutes(lab, first, last)
        visits = Visit.objects.filter(
            lab=lab, day__gte=first, day__lte=last, takes_back=None, taken_back=None
        )
        return Utilisation(
            machines=_machines(lab, span, open_minutes),
            wards=_wards(lab, span),
            purposes=_purposes(lab, span),
            hours=_hours(lab, span),
            visits=visits.count(),
            firms=visits.exclude(firm=None).values("firm_id").distinct().count(),
            missed=_count(lab, span, (states.MISSED,)),
            wishes=_wishes(lab, span),
        )


def _open_minutes(lab: Lab, first: dt.date, last: dt.date) -> int:
    if last < first:
        return 0
    span = Span(clock.midnight(first), clock.midnight(last + dt.timedelta(days=1)))
    return sum(item.minutes for item in opens_of(lab, span, week_of(lab)))


_BY = """
    SELECT {key}, sum(extract(epoch FROM r.ends_at - r.starts_at) / 60)::int, count(*)
    FROM booking_reservation r {join}
    WHERE r.lab_id = %s AND r.status = ANY(%s) AND r.starts_at >= %s AND r.starts_at < %s
    GROUP BY 1 ORDER BY 1
"""


def _rows(key: str, lab: Lab, span: Span, join: str = "") -> list[tuple[object, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_BY.format(key=key, join=join), [lab.pk, list(USED), span.start, span.end])
        return cursor.fetchall()


def _machines(lab: Lab, span: Span, open_minutes: int) -> tuple[Figure, ...]:
    join = "JOIN booking_booking b ON b.reservation_id = r.id"
    found = {
        key: (minutes, count) for key, minutes, count in _rows("b.machine_id", lab, span, join)
    }
    names = Machine.objects.filter(lab=lab).order_by("is_accessory", "category", "name")
    return tuple(
        Figure(
            machine.name,
            *found.get(machine.pk, (0, 0)),
            Fraction(found.get(machine.pk, (0, 0))[0], open_minutes) if open_minutes else None,
        )
        for machine in names
    )


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
    """Machine hours in each hour of the day, Tokyo."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT extract(hour FROM h AT TIME ZONE 'Asia/Tokyo')::int,
                   sum(extract(epoch FROM least(r.ends_at, h + interval '1 hour')
                                          - greatest(r.starts_at, h)) / 60)::int,
                   count(*)
            FROM booking_reservation r,
                 generate_series(date_trunc('hour', r.starts_at),
                                 r.ends_at - interval '1 microsecond', interval '1 hour') AS h
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
