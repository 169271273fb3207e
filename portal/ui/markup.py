"""Small pieces of HTML made in Python: shared by template tags and table cells.

Table cells are drawn hundreds of times a page, so these avoid loading a template.
"""

import datetime as dt

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from portal.kernel import clock

TONES = ("", "blue", "green", "orange", "red")


def tag_html(label: str, tone: str = "") -> SafeString:
    """A status tag. The tone only repeats what the words say. Raises ValueError for an unknown one."""
    if tone not in TONES:
        raise ValueError(f"unknown tone {tone!r}")
    if not tone:
        return format_html('<span class="ui-tag">{}</span>', label)
    return format_html('<span class="ui-tag" data-tone="{}">{}</span>', tone, label)


def fiscal_year_text(year: int) -> str:
    """2026 → 令和8年度; in English pages FY2026."""
    return clock.wareki_fiscal_year(year) if in_japanese() else f"FY{year}"


def due_html(day: dt.date | None, *, today: dt.date) -> SafeString:
    """A due date in words; a late one is marked for the eye as well."""
    late = day is not None and day < today
    return format_html(
        '<span class="ui-due"{}>{}</span>',
        SafeString(" data-late") if late else "",
        due_text(day, today=today),
    )


def due_text(day: dt.date | None, *, today: dt.date) -> str:
    """「11月25日（あと4日）」「11月21日（今日まで）」「11月20日（1日超過）」."""
    if day is None:
        return gettext("—（期限なし）")
    days = (day - today).days
    values = {"date": short_date(day, today=today), "days": abs(days)}
    if days == 0:
        return gettext("%(date)s（今日まで）") % values
    if days > 0:
        return ngettext("%(date)s（あと%(days)d日）", "%(date)s（あと%(days)d日）", days) % values
    return ngettext("%(date)s（%(days)d日超過）", "%(date)s（%(days)d日超過）", -days) % values


def short_date(day: dt.date, *, today: dt.date) -> str:
    """「11月25日」, with the year (和暦 in Japanese) only where it is not this one."""
    return date_format(day, gettext("n月j日")) if day.year == today.year else era_date(day)


def in_japanese() -> bool:
    """Whether the page is written in Japanese."""
    return (get_language() or "ja").startswith("ja")


def localized(japanese: str, english: str) -> str:
    """Whichever fits the page; Japanese where there is no English."""
    return japanese if in_japanese() else english or japanese


def era_date(day: dt.date) -> str:
    """和暦 in Japanese (令和8年11月21日), the Western date in other languages."""
    if in_japanese():
        return clock.wareki(day)
    return date_format(day, gettext("Y年n月j日"))


def era_month(day: dt.date) -> str:
    """令和8年11月 in Japanese, the Western month in other languages."""
    if in_japanese():
        return clock.wareki_month(day)
    return date_format(day, gettext("Y年n月"))


def moment_text(moment: dt.datetime) -> str:
    """「令和8年11月21日 17:00」, in Tokyo; the Western date in other languages."""
    local = moment.astimezone(clock.TOKYO)
    if in_japanese():
        return f"{clock.wareki(local.date())} {local.hour}:{local.minute:02}"
    return date_format(local, gettext("Y年n月j日 G:i"))


def yen_text(amount: int) -> str:
    """「1,234,000円」「−1,234,000円」; the English catalogue writes ¥1,234,000, −¥1,234,000."""
    text = gettext("%(amount)s円") % {"amount": f"{abs(amount):,}"}
    return f"−{text}" if amount < 0 else text


def size_text(size: int) -> str:
    """File size for people: 512B, 320KB, 1.8MB. Raises ValueError for a negative size."""
    if size < 0:
        raise ValueError("negative size")
    if size < 1024:
        return f"{size}B"
    for unit, scale in (("KB", 1024), ("MB", 1024**2), ("GB", 1024**3)):
        if size < scale * 999.5 or unit == "GB":
            number = size / scale
            return f"{number:.0f}{unit}" if unit == "KB" or number >= 100 else f"{number:.1f}{unit}"
    raise AssertionError("unreachable")


def to_day(value: dt.date | dt.datetime | None) -> dt.date | None:
    """The Tokyo date of a date or an aware moment."""
    return clock.to_date(value) if isinstance(value, dt.datetime) else value


class Route:
    """Addresses of one route for many rows: the route is looked up once, not once a row.

    `sample` is an argument that the route takes, and that stands nowhere else in the address.
    """

    def __init__(self, name: str, sample: object) -> None:
        self._before, self._after = reverse(name, args=[sample]).split(str(sample))

    def __call__(self, argument: object) -> str:
        return f"{self._before}{argument}{self._after}"
