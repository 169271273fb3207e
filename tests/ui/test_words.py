"""What people read: due dates, eras, yen, sizes."""

import datetime as dt

import pytest
from django.utils import translation

from portal.ui import markup

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2026, 11, 25), "11月25日（あと4日）"),
        (dt.date(2026, 11, 22), "11月22日（あと1日）"),
        (dt.date(2026, 11, 21), "11月21日（今日まで）"),
        (dt.date(2026, 11, 20), "11月20日（1日超過）"),
        (dt.date(2027, 3, 31), "令和9年3月31日（あと130日）"),
        (None, "—（期限なし）"),
    ],
)
def test_due_date_in_words(day: dt.date | None, text: str) -> None:
    with translation.override("ja"):
        assert markup.due_text(day, today=TODAY) == text


def test_only_a_past_due_date_is_marked_late() -> None:
    assert "data-late" in markup.due_html(dt.date(2026, 11, 20), today=TODAY)
    assert "data-late" not in markup.due_html(TODAY, today=TODAY)
    assert "data-late" not in markup.due_html(None, today=TODAY)


def test_a_moment_is_told_in_tokyos_time() -> None:
    moment = dt.datetime(2026, 11, 21, 8, 5, tzinfo=dt.UTC)
    with translation.override("ja"):
        assert markup.moment_text(moment) == "令和8年11月21日 17:05"
        assert markup.era_month(moment.date()) == "令和8年11月"
    with translation.override("en"):
        assert markup.moment_text(moment) == "21 November 2026, 17:05"


def test_a_name_fits_the_page_where_it_has_both() -> None:
    with translation.override("ja"):
        assert markup.localized("墨田区", "Sumida") == "墨田区"
    with translation.override("en"):
        assert markup.localized("墨田区", "Sumida") == "Sumida"
        assert markup.localized("はじめの一歩", "") == "はじめの一歩"


def test_era_in_japanese_and_western_date_elsewhere() -> None:
    with translation.override("ja"):
        assert markup.era_date(TODAY) == "令和8年11月21日"
        assert markup.era_date(dt.date(2019, 5, 1)) == "令和元年5月1日"
    with translation.override("en"):
        assert "2026" in markup.era_date(TODAY)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0B"),
        (1023, "1023B"),
        (1024, "1KB"),
        (943_718, "922KB"),
        (1_887_437, "1.8MB"),
        (10 * 1024**2, "10.0MB"),
        (250 * 1024**2, "250MB"),
        (3 * 1024**3, "3.0GB"),
    ],
)
def test_file_size(size: int, text: str) -> None:
    assert markup.size_text(size) == text


def test_negative_size_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        markup.size_text(-1)


def test_yen() -> None:
    with translation.override("ja"):
        assert markup.yen_text(1_234_000) == "1,234,000円"
        assert markup.yen_text(0) == "0円"
        assert markup.yen_text(-7_180_000) == "−7,180,000円"


def test_tag_escapes_and_refuses_unknown_tones() -> None:
    assert markup.tag_html("<b>", "blue") == (
        '<span class="ui-tag" data-tone="blue">&lt;b&gt;</span>'
    )
    with pytest.raises(ValueError, match="tone"):
        markup.tag_html("審査中", "purple")


def test_moment_becomes_the_tokyo_date() -> None:
    late_evening_utc = dt.datetime(2026, 11, 20, 15, 30, tzinfo=dt.UTC)
    assert markup.to_day(late_evening_utc) == TODAY
    assert markup.to_day(TODAY) == TODAY
    assert markup.to_day(None) is None
