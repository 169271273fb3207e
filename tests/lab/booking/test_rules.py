"""The pure rules: hours, what stands against a booking, fees, points, calendars."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.booking.rules import asks, calendars, fees
from lab.booking.rules.hours import Span, common, is_open, on_grid, open_spans, starts, subtract
from portal.kernel import clock

DAY = dt.date(2026, 12, 7)  # a Monday
WEEK = {day: [(dt.time(9), dt.time(17))] for day in range(5)}


def at(hour, minute=0, day=DAY):
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=clock.TOKYO)


def span(begin, end, day=DAY):
    return Span(at(begin, day=day), at(end, day=day))


spans = st.builds(
    lambda start, length: Span(
        at(0) + dt.timedelta(minutes=start), at(0) + dt.timedelta(minutes=start + length)
    ),
    st.integers(0, 1200),
    st.integers(1, 240),
)


class TestHours:
    def test_weekends_holidays_and_closures_are_closed(self):
        days = [DAY + dt.timedelta(days=n) for n in range(7)]
        found = open_spans(WEEK, days, closed=[span(12, 13)], holidays={days[1]})
        assert found[:2] == [span(9, 12), span(13, 17)]
        assert [clock.to_date(item.start) for item in found[2:]] == days[2:5]

    def test_a_booking_across_closing_is_not_open(self):
        opens = open_spans(WEEK, [DAY, DAY + dt.timedelta(days=1)])
        assert is_open(span(15, 17), opens)
        assert not is_open(Span(at(16), at(18)), opens)
        assert not is_open(Span(at(16), at(10, day=DAY + dt.timedelta(days=1))), opens)

    @given(st.lists(spans, max_size=6), st.lists(spans, max_size=6))
    def test_what_is_left_meets_nothing_and_loses_nothing(self, whole, taken):
        left = subtract(whole, taken)
        assert not any(item.meets(hole) for item in left for hole in taken)
        minute = dt.timedelta(minutes=1)
        for number in range(0, 1500, 7):
            moment = Span(at(0) + number * minute, at(0) + (number + 1) * minute)
            was = any(item.covers(moment) for item in whole)
            gone = any(hole.meets(moment) for hole in taken)
            assert any(item.covers(moment) for item in left) == (was and not gone)

    @given(spans, st.sampled_from([10, 15, 30, 60, 90]))
    def test_proposals_lie_on_the_grid_and_inside(self, free, step):
        for item in starts([free], minutes=step, step=step, after=at(8)):
            assert free.covers(item)
            assert on_grid(item.start, step) == item.start >= at(8)

    def test_machines_together_are_free_where_all_are(self):
        assert common([span(9, 12), span(13, 17)], [span(11, 14)]) == [span(11, 12), span(13, 14)]

    def test_elsewhere_clocks_change_and_minutes_are_those_that_pass(self):
        paris = ZoneInfo("Europe/Paris")
        night = Span(
            dt.datetime(2026, 10, 25, 0, 30, tzinfo=paris).astimezone(dt.UTC),
            dt.datetime(2026, 10, 25, 4, 30, tzinfo=paris).astimezone(dt.UTC),
        )
        assert night.minutes == 5 * 60


def device(**changes):
    values = {
        "name": "レーザー", "slot_minutes": 60, "most_minutes": 240, "lead_hours": 2,
        "ahead_days": 60, "in_service": True, "needs_training": False, "is_accessory": False,
    }  # fmt: skip
    return asks.Device(**values | changes)


def codes(wanted, *devices, **given):
    values = {"now": at(8, day=DAY - dt.timedelta(days=3)), "opens": [span(9, 17)]}
    return [item.code for item in asks.problems(wanted, devices, **values | given)]


class TestAsks:
    def test_a_plain_booking_has_nothing_against_it(self):
        assert codes(span(10, 12), device()) == []

    @pytest.mark.parametrize(
        ("code", "wanted", "changes", "given"),
        [
            (asks.CLOSED, span(16, 18), {}, {}),
            (asks.LEAD, span(10, 12), {}, {"now": at(9)}),
            (asks.PAST, span(10, 12), {}, {"now": at(13)}),
            (asks.AHEAD, span(10, 12), {}, {"now": at(9, day=dt.date(2026, 9, 1))}),
            (asks.SLOT, Span(at(10), at(11, 30)), {}, {}),
            (asks.SLOT, Span(at(10, 30), at(11, 30)), {}, {}),
            (asks.LONGEST, span(9, 14), {}, {}),
            (asks.STOPPED, span(10, 12), {"in_service": False}, {}),
            (asks.PURPOSE, span(10, 12), {"purposes": frozenset({"tour"})}, {"purpose": "trial"}),
            (asks.ACCESSORY, span(10, 12), {"is_accessory": True}, {}),
            (asks.MAINTENANCE, span(10, 12), {}, {"maintenance": [("レーザー", span(11, 13))]}),
        ],
    )
    def test_each_reason(self, code, wanted, changes, given):
        assert codes(wanted, device(**changes), **given) == [code]

    @pytest.mark.parametrize(
        ("until", "purpose", "found"),
        [
            (None, "trial", [asks.CERTIFICATE]),
            (DAY - dt.timedelta(days=1), "trial", [asks.CERTIFICATE]),
            # On its last day it holds, whenever it was booked.
            (DAY, "trial", []),
            (None, "training", []),
        ],
    )
    def test_a_certificate_counts_on_the_day_of_use(self, until, purpose, found):
        item = device(needs_training=True, certified_until=until)
        asked = {"purpose": purpose, "without_certificate": ("training",)}
        assert codes(span(10, 12), item, **asked) == found

    def test_all_reasons_are_told_at_once(self):
        item = device(in_service=False, most_minutes=60)
        assert codes(span(16, 19), item) == [asks.CLOSED, asks.STOPPED, asks.LONGEST]

    def test_points_block_until_enough_have_lapsed(self):
        today = DAY
        ago = lambda days: today - dt.timedelta(days=days)  # noqa: E731
        points = [(ago(80), 2), (ago(10), 1), (ago(200), 2)]
        blocked = asks.blocked_until(points, limit=3, days=90, today=today)
        assert blocked == today + dt.timedelta(days=10)
        assert asks.blocked_until(points[1:], limit=3, days=90, today=today) is None
        assert asks.blocked_until(points, limit=0, days=90, today=today) is None

    def test_the_deadline_itself_is_in_time(self):
        assert not asks.cancels_late(at(10), 24, at(10, day=DAY - dt.timedelta(days=1)))
        assert asks.cancels_late(at(10), 24, at(11, day=DAY - dt.timedelta(days=1)))

    def test_a_month_ends_where_the_next_begins(self):
        assert asks.month_of(dt.date(2026, 12, 31)) == (dt.date(2026, 12, 1), dt.date(2027, 1, 1))


class TestFees:
    @pytest.mark.parametrize(
        ("per", "yen", "minutes", "percent", "waived", "total"),
        [
            ("hour", 1_000, 90, 0, False, 1_500),
            ("slot", 800, 90, 0, False, 1_600),
            ("hour", 1_000, 50, 0, False, 833),
            ("hour", 333, 60, 50, False, 166),
            ("hour", 1_000, 90, 50, True, 0),
        ],
    )
    def test_whole_yen_in_the_firms_favour(self, per, yen, minutes, percent, waived, total):
        found = fees.fee(
            [fees.Tariff("切削機", per, yen, 60)],
            minutes,
            discount_percent=percent,
            is_waived=waived,
        )
        assert found.total_yen == total

    @given(
        st.lists(st.integers(0, 100_000), max_size=5),
        st.integers(1, 1440),
        st.integers(0, 100),
        st.booleans(),
    )
    def test_the_parts_add_up(self, prices, minutes, percent, waived):
        found = fees.fee(
            [fees.Tariff("x", "hour", price, 30) for price in prices],
            minutes,
            discount_percent=percent,
            is_waived=waived,
        )
        assert found.subtotal_yen == sum(line.amount_yen for line in found.lines)
        rest = found.subtotal_yen - found.discount_yen - found.waived_yen
        assert found.total_yen == rest >= 0


def ics(*events):
    return ("BEGIN:VCALENDAR\r\n" + "\r\n".join(events) + "\r\nEND:VCALENDAR\r\n").encode()


def event(start="DTSTART:20261210T010000Z", end="DTEND:20261210T030000Z", *more):
    return "\r\n".join(["BEGIN:VEVENT", "UID:a", start, end, *more, "END:VEVENT"])


class TestCalendars:
    SINCE = at(0)

    def read(self, content):
        return calendars.read(content, since=self.SINCE)

    def test_times_of_all_kinds_mean_moments(self):
        for start, end, expected in (
            ("DTSTART:20261210T010000Z", "DTEND:20261210T030000Z", (10, 12)),
            ("DTSTART:20261210T100000", "DTEND:20261210T120000", (10, 12)),
            (
                "DTSTART;TZID=America/New_York:20261209T200000",
                'DTEND;TZID="America/New_York":20261209T220000',
                (10, 12),
            ),
        ):
            found = self.read(ics(event(start, end))).events[0].span
            assert found == span(*expected, day=dt.date(2026, 12, 10))
        day = self.read(ics(event("DTSTART;VALUE=DATE:20261210", "X-NONE:1"))).events[0].span
        assert day.minutes == 24 * 60

    def test_folded_and_escaped_text_is_read_and_alarms_are_passed_over(self):
        alarm = "BEGIN:VALARM\r\nSUMMARY:鐘\r\nEND:VALARM"
        more = (alarm, "SUMMARY:設備点検\\, 清\r\n 掃")
        assert self.read(ics(event(*_times(), *more))).events[0].summary == "設備点検, 清掃"

    @pytest.mark.parametrize(
        ("broken", "reason"),
        [
            (event(*("DTSTART:20261210T010000Z", "DTEND:20261210T000000Z")), "order"),
            (event("DTSTART:2026-12-10"), "time"),
            (event("DTSTART;TZID=Mars/Olympus:20261210T100000"), "zone"),
            (event("X-NONE:1"), "start"),
            (
                event(*("DTSTART:20261210T010000Z", "DTEND:20261210T030000Z"), "RRULE:FREQ=HOURLY"),
                "repeats",
            ),
        ],
    )
    def test_what_cannot_be_read_is_named_with_its_line(self, broken, reason):
        found = self.read(ics(broken, event()))
        assert found.left_out == [(2, reason)]
        assert len(found.events) == 1

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"PK\x03\x04", "calendar"),
            ("予定".encode("cp932"), "encoding"),
            (b"x" * (calendars.MOST_BYTES + 1), "large"),
            (ics(*[event()] * (calendars.MOST_EVENTS + 1)), "many"),
        ],
    )
    def test_what_is_no_calendar_says_which(self, content, code):
        with pytest.raises(calendars.NotACalendar) as refused:
            self.read(content)
        assert refused.value.code == code

    def test_ten_thousand_are_read(self):
        many = [event().replace("UID:a", f"UID:{n}") for n in range(calendars.MOST_EVENTS)]
        assert len(self.read(ics(*many)).events) == calendars.MOST_EVENTS


def _times():
    return "DTSTART:20261210T010000Z", "DTEND:20261210T030000Z"
