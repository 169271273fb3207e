"""The pure rules: golden cases for officials, and what holds whatever is typed."""

import csv
import datetime as dt
import re
from pathlib import Path

import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dojo.courses.definitions import definitions
from dojo.rules import codes, days, entry, presence
from dojo.rules.completion import CompletionRule, NotARule, Visit, assess, parse
from dojo.services.graduations import years_on
from programs import seats

GOLDEN = Path(__file__).parent / "golden"
VISIT = re.compile(r"(\d+)(M?)([plha])(?:(\d+)/(\d+))?")
MARKS = {"p": "present", "l": "late", "h": "partial", "a": "absent"}


def cases(name):
    with (GOLDEN / name).open(encoding="utf-8") as handle:
        return [pytest.param(row, id=row["case"]) for row in csv.DictReader(handle)]


def visits(text):
    for token in text.split():
        unit, extra, mark, minutes, whole = VISIT.fullmatch(token).groups()
        planned = int(whole or 150)
        full = planned if mark == "p" else 0
        yield Visit(int(unit), MARKS[mark], int(minutes or full), planned, bool(extra))


@pytest.mark.parametrize("row", cases("completion.csv"))
def test_completion_as_officials_read_it(row):
    units = int(row["units"])
    data = {
        "version": 1,
        "units": int(row["needed"]),
        "late_minutes": int(row["late_minutes"]),
        "partial_percent": int(row["partial_percent"]),
        "make_ups": int(row["make_ups"]),
        "plan": row["plan_needed"] == "yes",
    }
    found = assess(
        parse(data, units=units),
        units=range(1, units + 1),
        visits=list(visits(row["visits"])),
        has_plan=row["plan"] == "yes",
    )
    assert found.is_complete == (row["complete"] == "yes")
    assert found.counted == int(row["counted"])
    assert [line.why for line in found.lines] == row["lines"].split()


@pytest.mark.parametrize("row", cases("waiting.csv"))
def test_the_waiting_list_as_officials_read_it(row):
    turns = []
    for token in row["list"].split():
        key, _, day = token[1:].partition(":")
        status = seats.OFFERED if token[0] == "o" else seats.WAITING
        turns.append(seats.Turn(int(key), status, dt.date.fromisoformat(day) if day else None))
    found = seats.move_up(
        capacity=int(row["capacity"]),
        enrolled=int(row["enrolled"]),
        turns=turns,
        today=dt.date.fromisoformat(row["today"]),
        starts_on=dt.date.fromisoformat(row["starts_on"]),
        accept_days=int(row["accept_days"]),
    )
    assert list(found.lapsed) == [int(key) for key in row["lapsed"].split()]
    assert list(found.offered) == [int(key) for key in row["offered"].split()]
    expected = dt.date.fromisoformat(row["accept_by"]) if row["accept_by"] else None
    assert found.accept_by == expected


a_visit = st.tuples(
    st.integers(1, 5), st.sampled_from(presence.MARKS), st.integers(0, 150), st.booleans()
).map(lambda drawn: Visit(*drawn[:3], 150, drawn[3]))
some_visits = st.lists(a_visit, max_size=8)
RULE = CompletionRule(units=4)


@given(some_visits, st.booleans(), st.integers(0, 7))
def test_the_order_of_records_does_not_matter(rows, has_plan, cut):
    mixed = [*reversed(rows[cut:]), *rows[:cut]]
    units = range(1, 6)
    assert assess(RULE, units=units, visits=rows, has_plan=has_plan) == assess(
        RULE, units=units, visits=mixed, has_plan=has_plan
    )


@given(some_visits, st.integers(1, 5))
def test_coming_once_more_never_harms(rows, unit):
    before = assess(RULE, units=range(1, 6), visits=rows, has_plan=True)
    more = [*rows, Visit(unit, "present", 150, 150)]
    assert assess(RULE, units=range(1, 6), visits=more, has_plan=True).counted >= before.counted


@given(
    st.integers(1, 20),
    st.integers(0, 25),
    st.lists(st.sampled_from(["waiting", "offered"]), max_size=15),
    st.integers(0, 5),
)
def test_nobody_is_offered_a_seat_that_is_not_there(capacity, enrolled, statuses, accept_days):
    today = dt.date(2026, 10, 1)
    turns = [
        seats.Turn(key, status, today + dt.timedelta(days=key % 3 - 1))
        for key, status in enumerate(statuses)
    ]
    found = seats.move_up(
        capacity=capacity,
        enrolled=enrolled,
        turns=turns,
        today=today,
        starts_on=dt.date(2026, 11, 1),
        accept_days=accept_days,
    )
    still = sum(t.status == "offered" for t in turns) - len(found.lapsed)
    assert not found.offered or enrolled + still + len(found.offered) <= capacity
    waiting = [t.key for t in turns if t.status == "waiting"]
    assert list(found.offered) == waiting[: len(found.offered)]


@given(
    st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 1)),
    st.integers(1, 20),
    st.integers(1, 21),
    st.booleans(),
)
def test_no_session_is_proposed_on_a_holiday(first_on, count, every_days, weekends):
    found = days.propose(days.Wish(first_on, count, every_days, weekends))
    assert len(found) == count
    assert list(found) == sorted(set(found))
    assert found[0] >= first_on
    for day in found:
        assert not jpholiday.is_holiday(day)
        assert (day.month, day.day) not in {(12, 31), (1, 1), (1, 2), (1, 3)}
        assert weekends or day.weekday() < 5


def test_a_holiday_moves_that_session_alone():
    # 3 November 2026 (文化の日) is a Tuesday.
    found = days.propose(days.Wish(dt.date(2026, 10, 27), 3))
    assert found == (dt.date(2026, 10, 27), dt.date(2026, 11, 4), dt.date(2026, 11, 10))
    # From a day at the turn of the year the rhythm begins with the first open one.
    found = days.propose(days.Wish(dt.date(2026, 12, 30), 3))
    assert found == (dt.date(2027, 1, 4), dt.date(2027, 1, 12), dt.date(2027, 1, 18))


def test_arriving_within_the_grace_is_on_time():
    begin = dt.datetime(2026, 10, 1, 18, 0, tzinfo=dt.UTC)
    end = begin + dt.timedelta(minutes=150)

    def arrive(minutes):
        at = begin + dt.timedelta(minutes=minutes)
        return presence.arrival(starts_at=begin, ends_at=end, at=at, grace_minutes=10)

    assert [arrive(m) for m in (-20, 0, 10)] == [("present", 150)] * 3
    assert arrive(11) == ("late", 139)
    assert arrive(149) == ("late", 1)


@given(st.integers(1, 10**6), st.integers(0, 2**40))
def test_digits_last_one_window_and_belong_to_one_session(session_id, seconds):
    key = b"secret"
    typed = codes.digits(key, session_id=session_id, number=codes.window(seconds))
    assert re.fullmatch(r"\d{6}", typed)
    assert codes.fits(key, session_id=session_id, typed=typed, seconds=seconds)
    assert codes.fits(key, session_id=session_id, typed=typed, seconds=seconds + 300)
    stale = codes.fits(key, session_id=session_id, typed=typed, seconds=seconds + 900)
    other = codes.fits(key, session_id=session_id + 1, typed=typed, seconds=seconds)
    assert not stale or not other, "one chance in a million each"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"version": 2, "units": 4}, "version"),
        ({"version": 1, "units": 6}, "6 of 5"),
        ({"version": 1, "units": 0}, "0 of 5"),
        ({"version": 1, "units": 4, "grace_minutes": 40}, "grace"),
        ({"version": 1, "units": 4, "partial_percent": 0}, "percent"),
        ({"version": 1, "units": 4, "make_ups": 9}, "make-ups"),
        ({"version": 1, "units": 4, "magic": 1}, "unknown"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(data, why):
    with pytest.raises(NotARule, match=why):
        parse(data, units=5)


def test_prerequisites_name_what_is_missing():
    rule = entry.parse({"roles": ["firm_owner"], "completed": ["dojo_graduate"]})
    assert entry.missing(rule, role="firm_member", completed=()) == ["role", "dojo_graduate"]
    assert entry.missing(rule, role="firm_owner", completed={"dojo_graduate"}) == []
    with pytest.raises(entry.NotAnEntry, match="text_en"):
        entry.parse({"told": [{"text": "全5回のうち4回以上に出られること"}]})


def test_the_shipped_courses_say_where_everything_comes_from():
    found = {item.fields["code"]: item for item in definitions()}
    assert len(found["dojo"].units) == 5
    assert len(found["leader"].units) == 6
    for item in found.values():
        for part in ("name", "audience", "summary"):
            assert item.fields[f"{part}_en"].isascii()
        assert all(
            english.isascii() for _japanese, english in entry.parse(item.fields["entry"]).told
        )
        for unit in item.units:
            for text in (unit, *unit["contents"]):
                english = [value for key, value in text.items() if key.endswith("_en")]
                assert english
                assert all(value and value.isascii() for value in english)
            assert unit["contents"]
            assert all(re.match(r"00[0-4] ", part["source"]) for part in unit["contents"])


def test_a_completion_holds_to_the_eve_of_the_day():
    assert years_on(dt.date(2026, 11, 29), 3) == dt.date(2029, 11, 28)
    assert years_on(dt.date(2028, 2, 29), 3) == dt.date(2031, 2, 27)
