"""出席・遅刻・一部出席: what an arrival counts as."""

import datetime as dt

PRESENT, LATE, PARTIAL, ABSENT = "present", "late", "partial", "absent"
MARKS = (PRESENT, LATE, PARTIAL, ABSENT)
# People may come so long before the beginning.
DOORS_OPEN_MINUTES = 30


def arrival(
    *, starts_at: dt.datetime, ends_at: dt.datetime, at: dt.datetime, grace_minutes: int
) -> tuple[str, int]:
    """(mark, minutes attended) of somebody who arrives at `at` and stays to the end.

    Within the grace nobody is late and the whole session counts.
    """
    whole = minutes_between(starts_at, ends_at)
    if at <= starts_at + dt.timedelta(minutes=grace_minutes):
        return PRESENT, whole
    return LATE, max(0, minutes_between(at, ends_at))


def minutes_between(start: dt.datetime, end: dt.datetime) -> int:
    """Whole minutes, never less than 0."""
    return max(0, int((end - start).total_seconds()) // 60)


def doors_are_open(*, starts_at: dt.datetime, ends_at: dt.datetime, at: dt.datetime) -> bool:
    """Whether a check-in by code is taken."""
    return starts_at - dt.timedelta(minutes=DOORS_OPEN_MINUTES) <= at <= ends_at
