"""Repeated events of a calendar: as another reader of RRULE reads them, bounded, moved one by one."""

import datetime as dt

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.booking.rules import calendars, repeats
from lab.booking.rules.hours import Span
from portal.kernel import clock

FIRST = dt.datetime(2024, 1, 31, 10, 30)  # noqa: DTZ001 - on its own clock
SINCE, LAST = dt.date(2026, 12, 1), dt.date(2028, 12, 1)
DAYS = st.lists(st.sampled_from(repeats.WEEKDAYS), max_size=3, unique=True)
MONTHS = st.lists(st.integers(1, 12), max_size=2, unique=True)


@st.composite
def rules(draw):
    freq = draw(st.sampled_from((repeats.DAILY, repeats.WEEKLY, repeats.MONTHLY, repeats.YEARLY)))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 4))}"]
    days, months = draw(DAYS), draw(MONTHS)
    if freq in (repeats.MONTHLY, repeats.YEARLY) and days:
        which = draw(st.sampled_from(("", "1", "2", "-1", "5")))
        days = [which + day for day in days]
    if days:
        parts.append("BYDAY=" + ",".join(days))
    if months:
        parts.append("BYMONTH=" + ",".join(map(str, months)))
    if freq in (repeats.MONTHLY, repeats.YEARLY) and not days and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(st.sampled_from((1, 15, 31, -1)))}")
    if freq == repeats.MONTHLY and days and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from((1, -1)))}")
    if freq == repeats.WEEKLY:
        parts.append(f"WKST={draw(st.sampled_from(('MO', 'SU')))}")
    end = draw(st.sampled_from(("", "COUNT=9", "COUNT=400", "UNTIL=20271231T235959")))
    return ";".join([*parts, *filter(None, [end])])


@settings(max_examples=150, deadline=None)
@given(rules())
def test_another_reader_of_rules_finds_the_same_times(text):
    rule = repeats.parse(text, zone=clock.TOKYO)
    steps = repeats.Steps()
    found = list(repeats.starts(rule, FIRST, since=SINCE, last=LAST, steps=steps))
    end = dt.datetime.combine(LAST, dt.time(23, 59))
    theirs = rrulestr(text, dtstart=FIRST).between(
        dt.datetime.combine(SINCE, dt.time()), end, inc=True
    )
    assert found == theirs


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=HOURLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;BYHOUR=1,2",
        "FREQ=WEEKLY;BYDAY=2MO", "FREQ=MONTHLY;BYDAY=XX", "FREQ=YEARLY;BYMONTH=13", "BYDAY=MO",
        "FREQ=DAILY;UNTIL=tomorrow", "FREQ=DAILY;RUBBISH",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - whichever part it is
        repeats.parse(text, zone=clock.TOKYO)


def test_a_rule_that_nothing_fulfils_ends_and_a_file_full_of_them_is_refused():
    rule = repeats.parse("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", zone=clock.TOKYO)
    steps = repeats.Steps()
    assert list(repeats.starts(rule, FIRST, since=SINCE, last=LAST, steps=steps)) == []
    event = (
        "BEGIN:VEVENT\nUID:{}\nDTSTART:19300101T090000\nDTEND:19300101T100000\nRRULE:{}\nEND:VEVENT"
    )
    every_day = ",".join(map(str, range(1, 32)))
    # What is looked at counts, not what is left of it.
    for text in (
        "FREQ=DAILY;COUNT=99999",
        f"FREQ=YEARLY;COUNT=99999;BYMONTHDAY={every_day};BYSETPOS=366",
    ):
        with pytest.raises(calendars.NotACalendar) as refused:
            read(*(event.format(n, text) for n in range(30)))
        assert refused.value.code == "repeats"


def read(*events):
    since = dt.datetime(2026, 12, 1, tzinfo=clock.TOKYO)
    text = "\n".join(("BEGIN:VCALENDAR", *events, "END:VCALENDAR"))
    return calendars.read(text.encode(), since=since)


def weekly(*more, uid="club"):
    lines = (
        "BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:講習会", "DTSTART;TZID=Asia/Tokyo:20260106T180000",
        "DURATION:PT2H", *more, "END:VEVENT",
    )  # fmt: skip
    return "\n".join(lines)


def evening(day, hour=18):
    start = dt.datetime(2026, 12, day, hour, tzinfo=clock.TOKYO)
    return Span(start, start + dt.timedelta(hours=2))


def test_each_time_is_a_closure_but_those_left_out_moved_or_cancelled_one_by_one():
    rule = "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261229T090000Z"
    moved = (
        "BEGIN:VEVENT\nUID:club\nRECURRENCE-ID:20261215T090000Z\nDTSTART:20261216T180000\n"
        "DTEND:20261216T200000\nEND:VEVENT"
    )
    gone = (
        "BEGIN:VEVENT\nUID:club\nRECURRENCE-ID;TZID=Asia/Tokyo:20261222T180000\n"
        "STATUS:CANCELLED\nDTSTART:20261222T180000\nEND:VEVENT"
    )
    found = read(
        moved, weekly(rule, "EXDATE;TZID=Asia/Tokyo:20261208T180000", "RDATE:20261210T180000"), gone
    )
    spans = sorted(event.span for event in found.events)
    assert spans == [evening(1), evening(10), evening(16), evening(29)]
    # Told again, each has the name it had.
    names = {event.uid for event in found.events}
    assert {event.uid for event in read(moved, weekly(rule)).events} >= names - {
        "club|20261210T090000Z"
    }
    assert found.is_cancelled("club|20261222T090000Z")


def test_summer_time_elsewhere_moves_an_event_here_and_ahead_is_two_years():
    new_york = weekly("RRULE:FREQ=MONTHLY;BYMONTHDAY=6").replace("Asia/Tokyo", "America/New_York")
    hours = {event.span.start.astimezone(clock.TOKYO).hour for event in read(new_york).events}
    assert hours == {7, 8}
    last = max(event.span.end for event in read(weekly("RRULE:FREQ=DAILY")).events)
    assert dt.date(2028, 11, 30) <= last.date() <= dt.date(2028, 12, 5)
    assert read(weekly("RRULE:FREQ=HOURLY")).left_out == [(2, "repeats")]
