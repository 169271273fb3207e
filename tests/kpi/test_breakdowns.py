"""A number taken apart: every way adds up to it, and says no more than its reader may know."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpi import breakdowns, services
from kpi.breakdowns import OWN, breakdown
from kpi.drill import Asked
from kpi.indicators import INDICATORS
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from tests.factories.programs import FirmFactory
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db

SUMIDA, OTA = 13107, 13111
TODAY = dt.date(2026, 11, 30)
EVERYTHING = Actor(3, "監査", Hat.AUDITOR, frozenset({Role.AUDITOR}))


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    """The year of the figures is running, whenever the test is."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def record(kind, key, day, *, ward=SUMIDA, firm=None, table="test", **more):
    return services.fact_record(
        event_type=kind,
        event_key=str(key),
        ward_id=ward,
        firm_id=firm.pk if firm else None,
        stage=more.pop("stage", 0),
        occurred_on=dt.date.fromisoformat(day),
        source=(table, f"{kind}{key}{day}{ward}", "said"),
        **more,
    )


@pytest.fixture
def facts():
    """Seven small firms and one large, of two industries: applications, graduates, visits, matches, members."""
    firms = [FirmFactory(jsic="24", employees=12) for _ in range(7)]
    firms.append(FirmFactory(jsic="26", employees=120))
    for n, firm in enumerate(firms):
        ward = OTA if n % 2 else SUMIDA
        record("grant.submitted", n, f"2026-0{5 + n % 2}-01", stage=1 + n % 3, firm=firm, ward=ward)
        record("grant.decided", n, "2026-07-01", stage=1 + n % 3, firm=firm, ward=ward)
        record("grant.completed", n, "2026-09-01", stage=1 + n % 3, firm=firm, ward=ward)
        answer = "felt" if n < 5 else "not_yet"
        record("grant.effect_answered", n, "2026-09-02", firm=firm, part=answer, ward=ward)
        if n < 5:
            kind = ("time", "time", "time", "time", "sales")[n]
            record("grant.effect_kind", n, "2026-09-02", firm=firm, part=kind, ward=ward)
        record("member.published", firm.pk, "2026-04-05", firm=firm, ward=ward)
    # Two people of one firm, one of whom finished in two wards; a year later their firm has invested.
    for person, ward, day in (
        (1, SUMIDA, "2025-05-01"),
        (2, SUMIDA, "2025-05-02"),
        (1, OTA, "2025-06-01"),
    ):
        record("dojo.completed", person, day, ward=ward, firm=firms[0], person_id=person)
    for n, part in enumerate(("host", "near", "outside", "outside")):
        record("lab.visited", f"{n}:2026-06-01", "2026-06-01", part=part)
    pair = f"{firms[0].pk}:{firms[1].pk}"
    for n, part in enumerate(("case", "material", "outside")):
        record("match.concluded", f"{pair}:{n}", "2026-06-01", part=part, firm=firms[0])
    for n in range(3):
        record("collab.contracted", f"c:{n}", "2026-06-01", part="order", firm=firms[0])
        for group in ("cut", "weld")[: n + 1]:
            record(
                "collab.process",
                f"c:{n}",
                f"2026-06-0{n + 1}",
                part=group,
                firm=firms[0],
                table=group,
            )
    services.rebuild(as_of=TODAY)
    return firms


def told(actor, code, *, year=2026, ward=None):
    made = breakdown(actor, Asked(code, year, ward))
    return made, {
        table.split.code: {line.label: line.counts for line in table.lines} for table in made.tables
    }


def test_every_way_of_every_indicator_adds_up_to_the_number(facts):
    assert set(OWN) >= {indicator.code for indicator in INDICATORS} | set(breakdowns.SHARES)
    for code in OWN:
        for year in (2025, 2026):
            made, _rows = told(EVERYTHING, code, year=year)
            for table in made.tables:
                if not table.split.overlaps:
                    sums = zip(*(line.counts for line in table.lines), strict=True)
                    assert tuple(map(sum, sums)) == (made.sums if any(made.sums) else ()), code


def test_parts_are_told_in_words(facts):
    made, rows = told(EVERYTHING, "2-KSI")
    assert made.sums == (8,)
    assert rows["stage"] == {"ステージ1": (3,), "ステージ2": (3,), "ステージ3": (2,)}
    assert rows["size"] == {"モデルD（19人以下）": (7,), "モデルA（100〜300人）": (1,)}
    assert list(rows["industry"]) == ["24 金属製品製造業", "26 生産用機械器具製造業"]
    assert list(rows["month"]) == ["令和8年5月", "令和8年6月"]
    assert rows["ward"] == {"墨田区": (4,), "大田区": (4,)}
    _made, rows = told(EVERYTHING, "3-KSI")
    assert rows["from"]["23区外・所属不明"] == (2,)
    _made, rows = told(EVERYTHING, "3-OC")
    assert rows["channel"]["ポータルの外で結び、届け出た取引"] == (1,)
    made, rows = told(EVERYTHING, "2-OC")
    assert (made.sums, rows["stage"]["ステージ3"]) == ((5, 8), (1, 2))


def test_people_stand_beside_firms_and_wards_with_what_counts_twice(facts):
    made, rows = told(EVERYTHING, "1-OP1", year=2025)
    assert rows["ward"] == {"墨田区": (2,)}
    assert dict(made.beside) == {
        "企業の数（同じ企業は1社）": 1,
        "行った区のすべてで数えた数（重複あり）": 3,
    }
    made, rows = told(EVERYTHING, "1-OC", year=2025)
    assert (made.sums, rows["industry"]) == ((1, 1), {"24 金属製品製造業": (1, 1)})


def test_who_sees_no_records_learns_of_no_single_firm(facts):
    policy = Actor(1, "政策", Hat.POLICY, frozenset({Role.POLICY}))
    _made, rows = told(policy, "2-KSI")
    # One firm is large; the other part would give it away.
    assert set(rows["size"].values()) == set(rows["industry"].values()) == {(None,)}
    assert rows["stage"]["ステージ3"] == (2,)
    officer = Actor(2, "墨田", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=SUMIDA)
    _made, rows = told(officer, "2-KSI", ward=SUMIDA)
    assert rows["size"] == {"モデルD（19人以下）": (4,)}
    assert "ward" not in rows


def test_the_page_and_its_file(client: Client, facts):
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    address = reverse("kpi:parts", args=[2026, "2-OC"])
    page = client.get(address).content.decode()
    assert "補助金の効果実感率：62.5%" in page
    assert "非公表" in page
    assert "合計から分かってしまう内訳は示しません" in page
    asked = {"year": 2026, "code": "2-OC"}
    lines = client.get(reverse("exports:file", args=["kpi_parts", "csv"]), asked)
    text = b"".join(lines).decode("utf-8-sig")
    assert f"2-OC,ステージ,ステージ3,1,2,50.0,{TODAY.isoformat()}" in text
    empty = client.get(reverse("kpi:parts", args=[2024, "1-OC"])).content.decode()
    assert "分けて示す記録はまだありません" in empty
    assert client.get(reverse("kpi:parts", args=[2026, "9-X"])).status_code == 404
    gap = client.get(reverse("kpi:parts", args=[2026, "2-KGI"])).content.decode()
    assert "分けて示す数値はまだありません" in gap
    assert client.get(reverse("kpi:parts", args=[2026, "1-KSI"])).url == reverse("surveys:list")


def test_thirty_records_take_as_many_queries_as_one(client: Client):
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(reverse("kpi:parts", args=[2026, "2-KSI"])).status_code == 200
        return len(found)

    record("grant.submitted", 0, "2026-05-01", stage=1, firm=FirmFactory())
    queries()
    one = queries()
    for n in range(1, 31):
        record("grant.submitted", n, "2026-05-01", stage=1, firm=FirmFactory())
    assert queries() == one


def test_the_kind_of_effect_and_the_processes_are_told_and_small_ones_are_not(facts):
    def lines(code, split, actor=EVERYTHING):
        made = breakdown(actor, Asked(code, 2026))
        table = next(table for table in made.tables if table.split.code == split)
        return {line.label: line.counts for line in table.lines}

    unknown = {"記録なし": (0, 3)}
    time, sales = "作業や事務の時間が減った", "売上や受注が増えた"
    assert lines("2-OC", "effect") == {time: (4, 4), sales: (1, 1), **unknown}
    assert lines("3-KGI", "process") == {"切削加工": (3,), "溶接": (2,)}
    policy = Actor(4, "政策", Hat.POLICY, frozenset({Role.POLICY}))
    told = lines("2-OC", "effect", policy)
    assert told[sales] == (None, None)
    assert sum(None in counts for counts in told.values()) == 2
    assert lines("3-KGI", "process", policy) == {"切削加工": (3,), "溶接": (None,)}
