import pytest

from portal.ui.exports import csv_response, neutral


@pytest.mark.parametrize("prefix", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "　="])
def test_a_formula_becomes_text(prefix):
    assert neutral(f"{prefix}1+1") == f"'{prefix}1+1"


@pytest.mark.parametrize("value", ["株式会社大森精機", "R8-0147", "3/4", 12, -5, ""])
def test_ordinary_values_stay(value):
    assert neutral(value) == value


def test_excel_reads_the_file_as_utf8_and_every_cell_is_neutral():
    response = csv_response(filename="a.csv", header=["名前"], rows=[["=HYPERLINK(1)"], [None]])
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeff名前")
    assert "'=HYPERLINK(1)" in text
    assert response["Content-Disposition"] == 'attachment; filename="a.csv"'
