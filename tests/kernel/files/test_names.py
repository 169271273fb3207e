"""Names of files: hostile, Japanese, endless."""

import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.kernel.files import names

HOSTILE = "../\r\nX: y.pdf"

any_text = st.text(alphabet=st.characters(codec=None), max_size=400)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("見積書.pdf", "見積書.pdf"),
        ("見積書．ＰＤＦ", "見積書.pdf"),
        ("C:\\fakepath\\設備 一覧.XLSX", "設備 一覧.xlsx"),
        ("/etc/passwd", "passwd"),
        (HOSTILE, "X_ y.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\0b.pdf", "ab.pdf"),
        ('quote"; filename="evil.exe', "quote_; filename=_evil.exe"),
        ("か\u3099き.pdf", "がき.pdf"),  # as macOS sends it
        ("葛\U000e0100飾.pdf", "葛\U000e0100飾.pdf"),  # the variant of a place name stays
        ("CON.pdf", "_CON.pdf"),
        ("...pdf", "file.pdf"),
        ("", "file"),
        ("  ..  ", "file"),
        ("no extension", "no extension"),
        ("a.tar.gz", "a.tar.gz"),
        ("a.pdf.", "a.pdf"),
    ],
)
def test_clean(raw: str, expected: str) -> None:
    assert names.clean(raw) == expected


@given(any_text)
@example(HOSTILE)
@example("\ud800.pdf")
def test_clean_names_are_harmless(raw: str) -> None:
    name = names.clean(raw)
    assert name
    assert len(name.encode()) <= names.LONGEST_BYTES + names.LONGEST_EXTENSION + 1
    assert not re.search(r'[\\/<>:"|?*]', name)
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cf", "Zl", "Zp"}
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))


@given(any_text)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert names.clean(names.clean(raw)) == names.clean(raw)


@given(any_text)
def test_the_extension_is_what_is_shown(raw: str) -> None:
    """What was inspected as `pdf` is offered as `.pdf`."""
    stem, extension = names.split(raw)
    assert re.fullmatch(r"[a-z0-9]{0,8}", extension)
    if extension:
        assert names.split(f"{stem}.{extension}") == (stem, extension)


@given(any_text)
@example(HOSTILE)
@example("\u202e見積\r\nSet-Cookie: a=b.pdf")
@example("%00%22.pdf")
def test_header_is_one_line_and_carries_the_name(raw: str) -> None:
    header = names.content_disposition(raw)
    match = re.fullmatch(
        r"attachment; filename=\"([A-Za-z0-9 ._()-]+)\"; "
        r"filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+)",
        header,
    )
    assert match
    assert unquote(match[2]) == names.clean(raw)


def test_fallback_for_japanese_names_keeps_the_extension() -> None:
    assert names.content_disposition("見積書(第2版).pdf") == (
        'attachment; filename="(_2_).pdf"; '
        "filename*=UTF-8''%E8%A6%8B%E7%A9%8D%E6%9B%B8%28%E7%AC%AC2%E7%89%88%29.pdf"
    )
