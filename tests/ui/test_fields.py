"""Numbers and dates as people type them, by properties."""

import datetime as dt
import unicodedata

import pytest
from django import forms
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.kernel import clock
from portal.ui.dates import NotADate, parse_date
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField
from subsidies.rules import values

FULL_WIDTH = str.maketrans("0123456789,.-/¥ ", "０１２３４５６７８９，．－／￥　")
DAYS = st.dates(min_value=dt.date(1926, 12, 25), max_value=dt.date(2117, 12, 31))


class Money(UiForm):
    cost = YenField(label="費用", required=False)
    people = WholeNumberField(label="従業員数", required=False, min_value=1, suffix="人")
    start = DateField(label="開始日", required=False)
    plan = TextField(label="計画", required=False, multiline=True, max_length=5)


def cleaned(**data: str) -> dict:
    form = Money(data)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def message(**data: str) -> str:
    with translation.override("ja"):
        form = Money(data)
        assert not form.is_valid()
        (messages,) = form.errors.values()
        return messages[0]


@given(st.integers(min_value=0, max_value=10**13 - 1))
def test_yen_in_every_way_of_writing(amount: int) -> None:
    plain, grouped = str(amount), f"{amount:,}"
    for text in (plain, grouped, f"{grouped}円", f"¥{grouped}", f" {plain} ", f"{grouped} 円"):
        assert cleaned(cost=text)["cost"] == amount
        assert cleaned(cost=text.translate(FULL_WIDTH))["cost"] == amount


@given(st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False))
def test_yen_with_decimals_is_refused_in_plain_words(amount) -> None:
    for text in (f"{amount}", f"{amount:,}円", f"{amount}".translate(FULL_WIDTH)):
        assert message(cost=text) == (
            "「費用」は1円未満を切り捨てて、小数点なしで入力してください。"
        )


def _has_digit_or_nothing(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text)
    return "\0" in plain or not plain.strip() or any(c.isdigit() for c in plain)


@given(st.text(min_size=1))
def test_yen_without_any_digit_is_refused(text: str) -> None:
    assume(not _has_digit_or_nothing(text))
    assert message(cost=text).startswith("「費用」は円単位の数字で")


@pytest.mark.parametrize(
    "text", ["-5", "－５００", "1e5", "12,34円円", "十万", "1 000 000 000 000 00"]
)
def test_yen_refuses_what_is_no_amount(text: str) -> None:
    assert "「費用」" in message(cost=text)


def test_amount_is_shown_grouped_and_a_wrong_one_as_typed() -> None:
    assert 'value="1,234,000"' in str(Money(initial={"cost": 1_234_000})["cost"])
    assert 'value="12.5"' in str(Money({"cost": "12.5"})["cost"])


def test_unchanged_amount_counts_as_unchanged() -> None:
    assert not Money({"cost": "１，０００円"}, initial={"cost": 1000}).has_changed()
    assert Money({"cost": "1001"}, initial={"cost": 1000}).has_changed()


@given(st.integers(min_value=1, max_value=10**6))
def test_counts(number: int) -> None:
    for text in (str(number), f"{number:,}", f"{number:,}".translate(FULL_WIDTH)):
        assert cleaned(people=text)["people"] == number


def test_count_below_the_least_is_refused() -> None:
    assert message(people="0")
    assert message(people="2.5") == "「従業員数」は小数点のない整数で入力してください。"


@given(DAYS)
def test_date_in_every_way_of_writing(day: dt.date) -> None:
    era, number = clock.era_year(day)
    letter = {"令和": "R", "平成": "H", "昭和": "S"}[era]
    for text in (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        day.strftime("%Y%m%d"),
        clock.wareki(day),
        f"{era}{number}年{day.month}月{day.day}日",
        f"{letter}{number}.{day.month}.{day.day}",
        f"{letter.lower()}{number}/{day.month:02}/{day.day:02}",
    ):
        assert parse_date(text) == day
        assert parse_date(text.translate(FULL_WIDTH)) == day
        assert cleaned(start=f"　{text} ")["start"] == day


@given(st.text())
def test_any_other_text_is_a_plain_refusal(text: str) -> None:
    try:
        day = parse_date(text)
    except NotADate:
        return
    assert isinstance(day, dt.date)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "令和8年13月1日",
        "令和元年4月30日",
        "昭和0年1月1日",
        "R99999.1.1",
        "0000-01-01",
        "11/21",
        "明日",
    ],
)
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(NotADate):
        parse_date(text)
    assert message(start=text).startswith("「開始日」に正しい日付を")


def test_an_ended_era_is_carried_on() -> None:
    assert parse_date("平成35年3月31日") == dt.date(2023, 3, 31)


@pytest.mark.parametrize("text", ["0001-01-01", "1926-12-24", "2200/1/1", "9999-12-31"])
def test_days_that_nobody_means_are_refused_before_a_page_has_to_write_them(text: str) -> None:
    with pytest.raises(NotADate):
        parse_date(text)
    with pytest.raises(values.Unreadable):
        values.read_date(text)


def test_text_is_trimmed_with_one_kind_of_line_end() -> None:
    assert cleaned(plan="　a\r\nb\r ")["plan"] == "a\nb"
    assert cleaned(plan="か\u3099")["plan"] == "が"


def test_line_ends_do_not_count_twice_towards_the_limit() -> None:
    assert cleaned(plan="あ\r\nい\r\nう")["plan"] == "あ\nい\nう"
    assert "5" in message(plan="あいうえおか")


class Chosen(UiForm):
    kind = forms.ChoiceField(label="種別", choices=[("", "—"), ("a", "A")])
    name = TextField(label="会社名")
    agree = forms.BooleanField(label="同意")
    own = forms.CharField(error_messages={"required": "独自の文"})


def test_missing_values_name_their_field() -> None:
    with translation.override("ja"):
        errors = Chosen({}).errors
        assert errors["kind"] == ["「種別」を選んでください。"]
        assert errors["name"] == ["「会社名」を入力してください。"]
        assert errors["agree"] == ["「同意」を確認し、チェックを入れてください。"]
        assert errors["own"] == ["独自の文"]
