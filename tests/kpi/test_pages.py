"""The dashboard and its files as the people who read figures get them."""

import csv
import datetime as dt
import io
import re
import zipfile
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from kpi import figures
from kpi.figures import definitions
from kpi.indicators import INDICATORS, cases
from kpi.models import Cell, Check, ProcessCell, Quotient, Target
from kpi.releases.models import Baseline
from kpi.rules.forecasts import Light
from portal.accounts.roles import Role
from portal.kernel import clock
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db

SUMIDA, OTA = 13107, 13111


@pytest.fixture
def reader(client: Client) -> Client:
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    return client


def count(
    year: int, value: int, *, ward: int = SUMIDA, indicator: str = "2-KSI", month: int = 9
) -> None:
    on = dt.date(year, month, 1)
    Cell.objects.create(indicator=indicator, ward_id=ward, month=on, value=value)


def target(year: int, value: int, *, ward: int = SUMIDA, indicator: str = "2-KSI") -> None:
    Target.objects.create(
        indicator=indicator, ward_id=ward, fiscal_year=year, value=value, basis="試験"
    )


def lines(page) -> list[str]:
    return [line.style for line in page.context["trend"]["chart"].wide.lines]


def card(page, code):
    return next(one for _, cards in page.context["groups"] for one in cards if one.code == code)


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
    assert "前年同期比 −3件" in later.content.decode()


def test_the_years_to_choose_begin_with_the_first_figures(reader: Client):
    page = reader.get(reverse("kpi:overview", args=[2026]))
    assert list(page.context["years"]) == [2026]
    count(2023, 1)
    page = reader.get(reverse("kpi:overview", args=[2026]))
    assert list(page.context["years"]) == [2026, 2025, 2024, 2023]


def test_the_headline_says_which_indicators_are_in_danger_and_by_how_much(reader: Client):
    """Late in November: 100 applications of 300, 160 grants of 150, and 67 of 100 graduates."""
    count(2026, 100)
    target(2026, 300)
    count(2026, 160, indicator="2-OP1")
    target(2026, 150, indicator="2-OP1")
    count(2026, 67, indicator="1-OP1")
    target(2026, 100, indicator="1-OP1")
    page = reader.get(reverse("kpi:overview", args=[2026]))
    assert "判定できる3指標のうち1指標が、目標に届かない見込みです" in page.context["headline"]
    first, second = page.context["dangers"]
    assert (first.code, first.tone, second.code, second.tone) == (
        "2-KSI",
        "red",
        "1-OP1",
        "orange",
    )
    middle = card(page, "2-KSI").progress.forecast.middle
    assert f"見込みは目標に{300 - middle}件足りません（届く確率1%未満）" in first.text
    assert card(page, "2-OP1").verdict == "目標に達しました"
    # What was counted is never stretched to a year.
    assert card(page, "2-KSI").value == "100"
    assert any("80%の幅" in line for line in card(page, "2-KSI").lines)
    words = {word: n for word, _tone, n in page.context["lights"]}
    assert (
        words["届かない見込み"] == words["届くかどうか分かれる"] == words["目標に届く見込み"] == 1
    )


def test_what_was_missed_is_not_called_likely_to_be(reader: Client):
    """100 applications of 300 are likely to miss; every graduate is a year on and too few invested."""
    count(2026, 100)
    target(2026, 300)
    made = [card(reader.get(reverse("kpi:overview", args=[2026])), "2-KSI")]
    assert [one.light for one in made] == [Light.RED]
    made.append(replace(made[0], code="1-OC", verdict="目標に届きませんでした"))
    words = {word: n for word, _tone, n in figures.lights(made)}
    assert (words["届かない見込み"], words["目標に届きませんでした"]) == (1, 1)
    assert list(words)[-1] == "判定なし"
    assert figures.headline(made, is_over=False) == (
        "判定できる2指標のうち1指標が目標に届かない見込みで、1指標は届きませんでした"
    )
    assert figures.headline(made[1:], is_over=False) == (
        "判定できる1指標のうち1指標が、目標に届きませんでした"
    )


def test_the_card_and_the_parts_of_the_statistics_figure_lead_to_its_own_place(reader: Client):
    page = reader.get(reverse("kpi:overview", args=[2026]))
    assert [line.url for line in card(page, "1-KGI").beside] == ["/staff/series/statistics/#real"]
    parts = reader.get(reverse("kpi:parts", args=[2026, "1-KGI"]))
    assert parts["Location"] == "/staff/series/statistics/#wards"


def test_a_past_year_is_judged_by_what_it_came_to(reader: Client):
    count(2024, 290)
    target(2024, 300)
    page = reader.get(reverse("kpi:overview", args=[2024]))
    assert page.context["headline"] == "判定できる1指標のうち1指標が、目標に届きませんでした"
    assert card(page, "2-KSI").verdict == "目標に届きませんでした"
    assert page.context["dangers"][0].text == "目標に10件足りません"


def test_the_page_says_so_when_the_nightly_count_found_mistakes(reader: Client):
    address = reverse("kpi:overview", args=[2026])
    words = "夜間の数え直しで、表示していた値に誤りが見つかりました"
    Check.objects.create(as_of=dt.date(2026, 11, 29), wrong=0, seconds=1)
    assert words not in reader.get(address).content.decode()
    Check.objects.create(
        as_of=dt.date(2026, 11, 30), wrong=1, lines=["2-OP1 13107 2026-10: 9 → 1"], seconds=1
    )
    page = reader.get(address).content.decode()
    assert words in page
    assert "2-OP1 13107 2026-10: 9 → 1" in page


def test_the_number_of_queries_does_not_grow_with_wards_and_years(reader: Client):
    address = reverse("kpi:overview", args=[2026])
    count(2026, 1)
    reader.get(address)
    with CaptureQueriesContext(connection) as few:
        reader.get(address)
    for ward in range(13101, 13124):
        for indicator in ("2-OP1", "3-KSI"):
            for month in (4, 6, 8):
                count(2025, 3, ward=ward, indicator=indicator, month=month)
        Quotient.objects.create(
            indicator="2-OC",
            ward_id=ward,
            period=dt.date(2026, 4, 1),
            numerator=3,
            denominator=4,
            n=4,
            as_of=dt.date(2026, 11, 1),
        )
    with CaptureQueriesContext(connection) as many:
        reader.get(address)
    assert len(many) == len(few)


def test_the_csv_reads_values_targets_and_what_stands_beside(reader: Client):
    count(2026, 7)
    count(2026, 2, ward=OTA, indicator="2-OP3")
    count(2026, 4, ward=OTA, indicator="3-KSI/outside")
    target(2026, 20)
    answer = reader.get(reverse("exports:file", args=["kpi_wards", "csv"]), {"year": "2026"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = [row[:7] for row in csv.reader(io.StringIO(text))]
    beside = sum(len(one.parts) + bool(one.level) for one in INDICATORS)
    assert len(rows) == 1 + 23 * (len(INDICATORS) + beside)
    assert ["2-KSI", "補助金申請件数", "", str(SUMIDA), "墨田区", "7", "20"] in rows
    assert ["2-OP3", "ステージ3補助金 交付件数", "", str(OTA), "大田区", "2", "0"] in rows
    assert [
        *("3-KSI", "ラボ延べ利用者", "23区外・所属不明"),
        *(str(OTA), "大田区", "4", ""),
    ] in rows


def test_a_line_is_taken_away_by_month_with_its_range(reader: Client):
    count(2026, 100)
    target(2026, 300)
    asked = {"year": "2026", "ward": str(SUMIDA), "indicator": "2-KSI"}
    answer = reader.get(reverse("exports:file", args=["kpi_months", "xlsx"]), asked)
    sheet = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    text = sheet.read("xl/worksheets/sheet1.xml").decode()
    assert text.count("<row>") == 13
    assert "墨田区" in text
    page = reader.get(reverse("kpi:ward", args=[2026, SUMIDA]), {"indicator": "2-KSI"})
    low, high = card(page, "2-KSI").progress.forecast.path[-1]
    assert text.rstrip().endswith(
        f'<c s="0"><v>{low}</v></c><c s="0"><v>{high}</v></c></row></sheetData></worksheet>'
    )
    assert page.context["trend"]["chart"].wide.band
    assert re.search(rf"{low}〜{high}", page.content.decode())


@pytest.mark.parametrize("kind", ["trend", "tiles", "outcome", "wards"])
def test_a_chart_or_table_is_a_picture_with_its_source(reader: Client, kind):
    count(2026, 7)
    png = reader.get(reverse("kpi:picture", args=[2026, kind, "png"]), {"indicator": "2-KSI"})
    assert png.content.startswith(b"\x89PNG")
    svg = reader.get(reverse("kpi:picture", args=[2026, kind, "svg"]))
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg.content.startswith(b"<svg")
    assert reader.get(reverse("kpi:picture", args=[2026, kind, "gif"])).status_code == 404
    assert reader.get(reverse("kpi:picture", args=[2026, "other", "png"])).status_code == 404


def test_the_council_gets_a_tagged_paper(reader: Client):
    count(2026, 100)
    target(2026, 300)
    for language in ("ja", "en"):
        reader.cookies["django_language"] = language
        paper = reader.get(reverse("kpi:council", args=[2026]), {"ward": str(SUMIDA)})
        assert paper["Content-Type"] == "application/pdf"
        assert b"/StructTreeRoot" in paper.content
        assert b"pdfuaid:part" in paper.content


def test_how_the_work_goes_is_shown_with_its_course(reader: Client):
    month = clock.today().replace(day=1)
    for days in ("10", "20", "30"):  # this month, and the two before
        ProcessCell.objects.create(
            code="days",
            ward_id=SUMIDA,
            month=month,
            part=days,
            numerator=1,
            denominator=0,
        )
        month = (month - dt.timedelta(days=1)).replace(day=1)
    page = reader.get(reverse("kpi:process"))
    median = next(line for line in page.context["lines"] if line.figure.code == "days-median")
    assert median.figure.value_text == "20.0"
    assert len(median.points.split()) == 3
    assert [value for _month, value in median.rows][-3:] == ["30.0", "20.0", "10.0"]
    other = reader.get(reverse("kpi:process"), {"ward": str(OTA)})
    assert next(iter(other.context["lines"])).figure.value_text == "—"


def test_a_definition_says_what_its_versions_changed(reader: Client):
    page = reader.get(reverse("kpi:definition", args=["2-OP1"]))
    assert [version for version, _text in page.context["sheet"].history] == [2, 1]
    for one in definitions.sheets():
        assert len(set(map(str, dict(one.history).values()))) == one.version, one.code


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
    assert "3</a><small> cases</small>" in page.content.decode()


def test_definitions_and_contradictions_are_told(reader: Client):
    for one in INDICATORS:
        page = reader.get(reverse("kpi:definition", args=[one.code]))
        assert str(one.quality.limits) in page.content.decode()
    count(2026, 10)
    count(2026, 4, indicator="2-OP1")
    notes = reader.get(reverse("kpi:notes")).content.decode()
    assert "申請10件に対し交付4件（40%）。目標どおりなら70%です。" in notes
    page = reader.get(reverse("kpi:overview", args=[2026])).content.decode()
    assert page.count("#acceptance") == 4
    reader.logout()
    assert reader.get(reverse("kpi:definitions")).status_code == 200
    assert reader.get(reverse("kpi:definition", args=["9-XX"])).status_code == 404


def test_a_definition_shows_where_it_is_compared_from(client: Client):
    """The national share is told as somebody else's figure, never as ours."""
    Baseline.objects.create(
        indicator="1-KSI",
        kind=Baseline.Kind.BENCHMARK,
        value="42.0",
        period="2024年",
        source="中小機構の全国調査",
        reason="001の出発点",
    )
    page = client.get(reverse("kpi:definition", args=["1-KSI"])).content.decode()
    told = page[page.index('id="baselines"') :]
    assert "参考にする外部の数値：42.0" in told
    assert "2024年　中小機構の全国調査" in told
    assert (
        'id="baselines"'
        not in client.get(reverse("kpi:definition", args=["3-OP1"])).content.decode()
    )
