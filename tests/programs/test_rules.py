"""Numbers, sizes and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import corporate_numbers, postal, rules

# Verified numbers (docs of the tax agency and public registers).
KNOWN = ("4011001098993", "7123456789012", "2120901007402")


@pytest.mark.parametrize("number", KNOWN)
def test_known_corporate_numbers_are_taken(number):
    assert corporate_numbers.parse(number) == number
    assert corporate_numbers.complete(number[1:]) == number


@pytest.mark.parametrize(
    "text",
    ["4-0110-0109-8993", " ４０１１００１０９８９９３ ", "4011－0010－98993", "4011 001 098 993"],
)
def test_any_way_of_writing_is_taken(text):
    assert corporate_numbers.parse(text) == "4011001098993"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5011001098993", "先頭は「4」"),
        ("011001098993", "先頭に「4」を付けた13桁"),
        ("40110010989", "いま11桁"),
        ("40110010989931", "いま14桁"),
        ("401100109899O", "13文字目の「O」"),
        ("", "いま0桁"),
    ],
)
def test_the_message_says_what_to_mend(text, words):
    with pytest.raises(corporate_numbers.NotACorporateNumber, match=words):
        corporate_numbers.parse(text)


@given(st.from_regex(r"[1-9][0-9]{11}", fullmatch=True), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_unless_nine_for_zero(twelve, place, step):
    number = corporate_numbers.complete(twelve)
    digit = (int(number[place]) + step) % 10
    wrong = number[:place] + str(digit) + number[place + 1 :]
    swapped = {int(number[place]), digit} == {0, 9}
    if swapped:
        return  # the known gap of the check digit
    with pytest.raises(corporate_numbers.NotACorporateNumber):
        corporate_numbers.parse(wrong)


@pytest.mark.parametrize(
    ("employees", "model"),
    [
        (0, "D"),
        (19, "D"),
        (20, "C"),
        (49, "C"),
        (50, "B"),
        (99, "B"),
        (100, "A"),
        (300, "A"),
        (301, ""),
    ],
)
def test_size_models(employees, model):
    assert rules.size_model(employees) == model


@pytest.mark.parametrize(
    ("capital", "employees", "expected"),
    [
        (300_000_000, 301, True),
        (300_000_001, 300, True),
        (300_000_001, 301, False),
        (None, 300, True),
        (None, 301, False),
    ],
)
def test_small_and_medium_by_capital_or_employees(capital, employees, expected):
    assert rules.is_sme(capital_yen=capital, employees=employees) is expected


def test_small_enterprise():
    assert rules.is_small(employees=20)
    assert not rules.is_small(employees=21)


@pytest.mark.parametrize(
    "written", ["㈱大森精機", "株式会社 大森精機", "大森精機（株）", "大森精機", "（株）大森　精機"]
)
def test_bare_names_meet(written):
    assert rules.bare_name(written) == "大森精機"


def test_the_search_reads_all_scripts():
    text = rules.search_text(name="ＡＢＣテック", name_kana="えーびーしー", corporate_number="123")
    assert rules.fold("abcﾃｯｸ") in text
    assert rules.fold("エービーシー") in text
    assert "123" in text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("131-0041", "1310041"),
        ("〒１３１ー００４１", "1310041"),
        ("131004", None),
        ("ABC-DEFG", None),
    ],
)
def test_postal_codes(text, code):
    assert rules.compact_postal_code(text) == code


def test_a_postal_code_gives_address_and_ward():
    place = postal.lookup("131-0041")
    assert place == postal.Place("1310041", "東京都墨田区八広", 13107)


def test_a_postal_code_outside_the_wards_has_no_ward():
    place = postal.lookup("3320001")
    assert place.address == "埼玉県川口市朝日"
    assert place.ward_code is None


@pytest.mark.parametrize("code", ["0000000", "131-00", ""])
def test_an_unknown_postal_code_gives_nothing(code):
    assert postal.lookup(code) is None
