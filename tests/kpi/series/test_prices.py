"""A deflator taken in, one base year at a time, and 1-KGI in real terms beside the nominal value."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from kpi.models import Quotient
from kpi.series import pictures, prices
from kpi.series.models import Deflator, IntakeRow
from kpi.series.reading import books, deflators
from kpi.series.reading.books import ReadRow
from kpi.series.reading.deflators import DEFLATOR, KnownIndex
from kpi.series.rules.prices import Prices
from kpi.series.services import intakes
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.importing.workbook import UnreadableWorkbook
from tests.kpi.series.test_intakes import hand_in, take
from tests.support.people import assign, make_person, sign_in

Outcome = IntakeRow.Outcome
BASE = settings.PROGRAMME_START_FY - 1
COVER = {"name": "製造業のデフレーター", "base_year": 2020, "source": "試験の統計表"}


@pytest.fixture
def person():
    return assign(make_person("policy@example.jp", name="政策 太郎"), Role.POLICY)


@pytest.fixture
def policy(person) -> Actor:
    return Actor(person.pk, person.name, Hat.POLICY, frozenset({Role.POLICY}))


def book(years, **cover) -> bytes:
    rows = [{"year": str(year), "index": index} for year, index in years.items()]
    return books.template(DEFLATOR, COVER | cover, rows)


def quotient(year: int, thousand_yen: int, people: int = 10, **detail: bool) -> None:
    Quotient.objects.create(
        indicator="1-KGI",
        ward_id=13107,
        detail=detail,
        period=dt.date(year, 1, 1),
        numerator=thousand_yen * people,
        denominator=people,
        n=5,
        as_of=dt.date(2026, 11, 1),
        source="試験の統計表",
    )


def test_real_growth_is_nominal_growth_without_that_of_prices():
    found = Prices("製造業", 2020, "表", {2023: Fraction(110), 2024: Fraction(121)})
    assert found.real(Fraction(5_500), 2023) == 5_000
    assert found.growth(Fraction(5_500), 2023, Fraction(6_655), 2024) == 10
    assert found.growth(Fraction(5_500), 2023, Fraction(6_655), 2025) is None
    assert found.growth(Fraction(0), 2023, Fraction(6_655), 2024) is None
    assert found.missing(2023, 2025, 2022) == [2022, 2025]


@pytest.mark.django_db
def test_a_deflator_is_taken_in_and_another_base_year_is_never_mixed(policy):
    years = {2020: 100, 2023: 102.5, 2024: "１０４．２"}
    intake = hand_in(policy, book(years), kind="deflator")
    assert intake.counts == {"new": 3}
    take(policy, intake)
    # A year more, of the same base: the others stay.
    more = hand_in(policy, book({2024: 104.2, 2025: 105}), kind="deflator")
    assert more.counts == {"same": 1, "new": 1}
    take(policy, more)
    series = Deflator.objects.get(replaced_at=None)
    assert dict(series.years.values_list("year", "index")) == {
        2020: Decimal(100),
        2023: Decimal("102.5"),
        2024: Decimal("104.2"),
        2025: Decimal(105),
    }
    other = hand_in(policy, book({2025: 100}, base_year=2025), kind="deflator")
    assert "基準年の違う指数は混ぜられません" in other.problem
    assert "2020、2023、2024" in other.problem
    whole = {2020: 95, 2023: 97.6, 2024: 99, 2025: 100}
    take(policy, hand_in(policy, book(whole, base_year=2025), kind="deflator"))
    assert Deflator.objects.get(replaced_at=None).base_year == 2025
    assert Deflator.objects.count() == 3


@pytest.mark.django_db
def test_a_preview_that_another_base_year_overtook_is_refused_in_words(policy):
    shown = hand_in(policy, book({2024: 104.2}), kind="deflator")
    take(policy, hand_in(policy, book({2024: 99, 2025: 100}, base_year=2025), kind="deflator"))
    with acting(policy):
        intakes.intake_confirm(actor=policy, intake_id=shown.pk)
        intakes.settle(
            lambda: intakes.intake_take(actor=policy, intake_id=shown.pk),
            actor=policy,
            intake_id=shown.pk,
        )
    shown.refresh_from_db()
    assert "基準年の違う指数は混ぜられません" in shown.problem
    assert Deflator.objects.get().base_year == 2025


@pytest.mark.django_db
def test_wards_do_not_hand_in_what_is_the_countrys():
    person = assign(make_person("r@example.jp"), Role.REVIEWER, ward_id=13107)
    reviewer = Actor(person.pk, "r", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=13107)
    with pytest.raises(PermissionDenied):
        hand_in(reviewer, book({2020: 100}), kind="deflator")


def row(number: int, year: int, index: int) -> ReadRow:
    values = {"year": year, "index": index}
    return ReadRow(number, values, {"year": f"A{number}", "index": f"B{number}"}, {})


def test_years_of_another_series_are_not_spliced_under_its_name():
    known = KnownIndex(2020, {2023: 102_000, 2024: 104_000}, "国内企業物価指数")
    with pytest.raises(UnreadableWorkbook) as refused:
        deflators.plan(COVER, [row(2, 2024, 103_000)], known)
    assert "「国内企業物価指数」、このファイルは「製造業のデフレーター」" in str(refused.value)
    assert "登録済みの年（2023）" in str(refused.value)
    whole = deflators.plan(COVER, [row(2, 2023, 102_000), row(3, 2024, 103_000)], known)
    assert [one.outcome for one in whole] == [Outcome.CHANGED, Outcome.CHANGED]


def test_what_is_odd_about_a_year_is_told():
    known = KnownIndex(2020, {2023: 102_000}, COVER["name"])
    rows = [row(2, 2020, 99_000), row(3, 2024, 104_200), row(4, 2024, 1), row(5, 2025, 130_000)]
    base, good, twice, swing = deflators.plan(COVER, rows, known)
    assert "基準年（2020年）の指数は100です" in base.errors[0]
    assert (good.outcome, good.errors) == (Outcome.NEW, [])
    assert "同じ年が3行目にもあります" in twice.errors[0]
    assert (swing.outcome, swing.held[0]["why"]) == (Outcome.HELD, "swing")


@pytest.mark.parametrize("told", ["", "百", "-1", "0", "100000", "1.2345"])
def test_an_index_that_is_none_is_an_error_of_its_row(told):
    _about, rows = books.read(io.BytesIO(book({2020: 100, 2021: told})), DEFLATOR)
    assert [bool(each.errors) for each in rows] == [False, True]


def estat_file(**changes) -> bytes:
    table = {
        "STAT_NAME": {"$": "国民経済計算"},
        "TITLE": {"$": "経済活動別国内総生産デフレーター（2020暦年連鎖価格）"},
        "OPEN_DATE": "2025-12-25",
        **changes,
    }
    kinds = [
        {"@id": "cat01", "CLASS": {"@code": "3", "@name": "製造業"}},
        {"@id": "time", "CLASS": [{"@code": "2023000000"}, {"@code": "2024000000"}]},
    ]
    values = [
        {"@cat01": "3", "@time": "2023000000", "$": "101.7"},
        {"@cat01": "3", "@time": "2024000000", "$": "103.6"},
    ]
    data = {
        "TABLE_INF": table,
        "CLASS_INF": {"CLASS_OBJ": kinds},
        "DATA_INF": {"VALUE": values},
    }
    return json.dumps({"GET_STATS_DATA": {"STATISTICAL_DATA": data}}).encode()


def test_an_estat_file_of_one_series_is_read_with_its_base_year():
    about, rows = deflators.read_estat(io.BytesIO(estat_file()))
    assert (about["base_year"], about["published_on"]) == (2020, "2025-12-25")
    assert [each.values for each in rows] == [
        {"year": 2023, "index": 101_700},
        {"year": 2024, "index": 103_600},
    ]
    with pytest.raises(UnreadableWorkbook, match="基準年"):
        deflators.read_estat(io.BytesIO(estat_file(TITLE="デフレーター")))
    many = estat_file().replace(b'"@cat01": "3", "@time": "2024', b'"@cat01": "4", "@time": "2024')
    with pytest.raises(UnreadableWorkbook, match="1つの系列に絞って"):
        deflators.read_estat(io.BytesIO(many))


def test_an_estat_index_of_a_fiscal_year_is_none_of_a_calendar_year():
    fiscal = estat_file().replace(b"2024000000", b"2024100000")
    _about, rows = deflators.read_estat(io.BytesIO(fiscal))
    known, other = rows
    assert (known.values["year"], other.values) == (2023, {})
    assert "暦年ではありません" in "".join(other.errors.values())


@pytest.mark.django_db
def test_real_stands_beside_nominal_and_a_year_without_deflator_is_said(client, person, policy):
    quotient(BASE, 5_000)
    quotient(BASE + 1, 5_500)
    sign_in(client, person)
    year = settings.PROGRAMME_START_FY + 2

    def card() -> str:
        return client.get(reverse("kpi:overview", args=[year])).content.decode()

    assert "実質の値は示せません（デフレーターが登録されていません）" in card()
    take(policy, hand_in(policy, book({2020: 100, BASE: 102}), kind="deflator"))
    assert f"実質の値は示せません（{BASE + 1}年のデフレーターが登録されていません）" in card()
    take(policy, hand_in(policy, book({BASE + 1: 105.06}), kind="deflator"))
    text = card()
    # 5,500 / 1.0506 against 5,000 / 1.02: 6.8 %; the official value stays 10.0 %.
    assert "実質では+6.8%（2020年＝100の製造業のデフレーターで" in text
    assert "+10.0" in text
    found = prices.real()
    assert [(line.nominal_growth, line.real_growth) for line in found.lines] == [
        ("—", "—"),
        ("+10.0%", "+6.8%"),
    ]
    assert "試験の統計表" in found.source
    assert pictures.real(found).caption.note.endswith("から始まります。")
    file = client.get(reverse("exports:file", args=["series-real", "csv"]))
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert [row["実質の伸び（%）"] for row in rows] == ["—", "6.8"]


@pytest.mark.django_db
def test_years_say_their_wards_their_break_and_their_sources(policy, django_assert_num_queries):
    quotient(BASE - 1, 4_900)
    quotient(BASE, 5_000)
    quotient(BASE + 1, 5_500, **{"break": True})
    years = {BASE - 1: 101, BASE: 102, BASE + 1: 105.06, 2020: 100}
    cover = {"published_on": "2025/12/26", "retrieved_on": "2026/1/9"}
    take(policy, hand_in(policy, book(years, **cover), kind="deflator"))
    with django_assert_num_queries(2):
        found = prices.real()
    # Growth is counted from the base year on, never backwards.
    assert [line.nominal_growth for line in found.lines] == ["—", "—", "+10.0%"]
    assert [line.real_growth for line in found.lines] == ["—", "—", "+6.8%"]
    assert [line.note for line in found.lines] == [
        "23区のうち1区の計です。",
        "伸びを数える基準の年です。23区のうち1区の計です。",
        "23区のうち1区の計です。調査の方法が変わった年を含むため、断層があります。",
    ]
    for told in (
        "試験の統計表（名目）",
        "令和7年12月26日公表",
        "令和8年1月9日取得",
        "時点",
        "更新",
    ):
        assert told in found.source
    assert f"{BASE + 1}年：23区のうち1区の計です。" in pictures.real_table(found).note
