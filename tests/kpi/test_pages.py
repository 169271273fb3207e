"""The dashboard and its CSV as the people who read figures get them."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from kpi.indicators import INDICATORS, cases
from kpi.models import Cell, Target
from portal.accounts.roles import Role
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db

SUMIDA, OTA = 13107, 13111


@pytest.fixture
def reader(client: Client) -> Client:
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    return client


def count(year: int, value: int, *, ward: int = SUMIDA, indicator: str = "2-KSI") -> None:
    Cell.objects.create(indicator=indicator, ward_id=ward, month=dt.date(year, 9, 1), value=value)


def lines(page) -> list[str]:
    return [line.style for line in page.context["trend"]["chart"].wide.lines]


def test_the_first_year_with_figures_has_no_line_of_the_year_before_and_says_so(reader: Client):
    count(2024, 3)
    count(2025, 5, ward=OTA)
    first = reader.get(reverse("kpi:overview", args=[2024]))
    assert lines(first) == ["target", "actual"]
    assert [trace["name"] for trace in first.context["trend"]["figure"]["data"]] == ["目標", "実績"]
    assert "前年度の集計はないため、線はありません" in first.content.decode()
    assert "前年同期比" not in first.content.decode()
    later = reader.get(reverse("kpi:ward", args=[2025, SUMIDA]))
    assert lines(later) == ["previous", "target", "actual"]
    assert "前年同期比 -3件" in later.content.decode()


def test_the_years_to_choose_begin_with_the_first_figures(reader: Client):
    page = reader.get(reverse("kpi:overview", args=[2026]))
    assert list(page.context["years"]) == [2026]
    count(2023, 1)
    page = reader.get(reverse("kpi:overview", args=[2026]))
    assert list(page.context["years"]) == [2026, 2025, 2024, 2023]


def test_the_csv_reads_values_and_targets_once(reader: Client):
    count(2026, 7)
    count(2026, 2, ward=OTA, indicator="2-OP3")
    Target.objects.create(
        indicator="2-KSI", ward_id=SUMIDA, fiscal_year=2026, value=20, basis="試験"
    )
    address = reverse("kpi:csv", args=[2026])
    reader.get(address)
    with CaptureQueriesContext(connection) as seen:
        answer = reader.get(address)
    asked = [query["sql"] for query in seen.captured_queries if '"kpi_' in query["sql"]]
    assert len(asked) == 3
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + 23 * len(INDICATORS)
    assert ["2-KSI", "補助金申請件数", str(SUMIDA), "墨田区", "7", "20"] in rows
    assert ["2-OP3", "ステージ3補助金 交付件数", str(OTA), "大田区", "2", "0"] in rows


def test_english_counts_one_case_and_two_cases(reader: Client):
    with override("en"):
        assert [cases(number) for number in (0, 1, 2)] == [" cases", " case", " cases"]
    count(2026, 1)
    count(2026, 2, ward=OTA)
    reader.cookies["django_language"] = "en"
    page = reader.get(reverse("kpi:overview", args=[2026]))
    tiles = {tile.ward.code: tile for tile in page.context["tiles"].tiles}
    assert (tiles[SUMIDA].text + tiles[SUMIDA].unit, tiles[OTA].text + tiles[OTA].unit) == (
        "1 case",
        "2 cases",
    )
    assert "3<small> cases</small>" in page.content.decode()
