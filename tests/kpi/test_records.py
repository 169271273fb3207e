"""From a number to its records: as many rows as the number says, and for whom."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpi import drill, selectors, services
from kpi.models import Fact
from kpi.selectors.records import COHORT_PARTS
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.models import AuditRow
from tests.factories.programs import FirmFactory
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db

SUMIDA, OTA = 13107, 13111
TODAY = dt.date(2026, 11, 30)


@pytest.fixture(autouse=True)
def that_day(monkeypatch):
    """A claimed match counts for some weeks only: the records are asked for on the day of the facts."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def record(kind, key, day, *, ward=SUMIDA, firm=None, **more):
    source = more.pop("source", ("test", f"{kind}{key}{day}{ward}"))
    return services.fact_record(
        event_type=kind,
        event_key=str(key),
        ward_id=ward,
        firm_id=firm.pk if firm else None,
        stage=more.pop("stage", 0),
        occurred_on=dt.date.fromisoformat(day),
        source=(*source, more.pop("revision", "said")),
        **more,
    )


@pytest.fixture
def facts():
    """One of each rule: reversed, first in a year over wards, once ever, matches, members that left."""
    firms = [FirmFactory() for _ in range(4)]
    for key, stage in ((1, 1), (2, 1), (3, 2)):
        record("grant.submitted", key, "2026-05-01", stage=stage, firm=firms[0])
        record("grant.decided", key, "2026-07-01", stage=stage, firm=firms[0])
    taken = record("grant.decided", 4, "2026-07-02", stage=1, firm=firms[1])
    services.fact_reverse(fact_id=taken.pk, source_rev="取消")
    # One person in two wards within a year: the first counts, and next year another one.
    for day, ward in (("2026-05-01", OTA), ("2026-06-01", SUMIDA), ("2025-06-01", SUMIDA)):
        record("dojo.completed", 7, day, ward=ward, firm=firms[2], person_id=7)
    first = record("dojo.completed", 8, "2026-04-03", ward=OTA, firm=firms[3], person_id=8)
    record("dojo.completed", 8, "2026-08-03", firm=firms[3], person_id=8)
    services.fact_reverse(fact_id=first.pk, source_rev="誤り")
    # A day at two labs, and a part.
    for key, day, ward, part in (
        ("5:2026-06-01", "2026-06-01", SUMIDA, "host"),
        ("5:2026-06-01", "2026-06-01", OTA, "outside"),
        ("6:2026-06-02", "2026-06-02", SUMIDA, "outside"),
    ):
        record("lab.visited", key, day, ward=ward, part=part)
    # The same pair and family within 12 months counts once; two kinds of work in one match once.
    for n, (key, day) in enumerate(
        (("1:2:a", "2025-12-01"), ("1:2:a", "2026-10-01"), ("1:2:b", "2026-10-02"))
    ):
        record("match.concluded", key, day, part="case", source=("case", str(n)), firm=firms[0])
    record("match.claimed", "3:2:b", "2026-10-20", source=("pairing", "9"), firm=firms[0])
    for n, firm in enumerate(firms):
        record(
            "member.published", firm.pk, f"2026-0{n + 4}-01", firm=firm, ward=(SUMIDA, OTA)[n % 2]
        )
    record("member.withdrawn", firms[0].pk, "2026-08-01", firm=firms[0])
    record("member.acted", firms[1].pk, "2026-09-01", firm=firms[1], ward=OTA, part="answered")
    for n, day in enumerate(("2024-05-01", "2025-05-01", "2026-05-01")):
        record("collab.contracted", f"o:{n}", day, part="order", firm=firms[0])
    record("event.held", "event:1", "2026-05-05", part="event")
    record("event.held", "fair:1", "2026-05-06", part="fair")
    record("survey.answered", firms[2].pk, "2026-06-02", firm=firms[2])
    # Grants that were completed: one firm twice, one without an answer, one that felt nothing.
    for n, (firm, said) in enumerate(
        ((firms[0], "none"), (firms[0], "felt"), (firms[1], ""), (firms[2], "none"))
    ):
        record(
            "grant.completed", f"g{n}", f"2026-0{n + 5}-01", firm=firm, ward=(SUMIDA, OTA)[n % 2]
        )
        if said:
            record("grant.effect_answered", f"g{n}", "2026-09-09", firm=firm, part=said)
    # Two firms become one: both had a member's profile.
    record("firm.merged", firms[3].pk, "2026-10-10", firm=firms[2])
    services.rebuild(as_of=TODAY)
    return firms


def numbers(year, ward):
    """(code, part) → what the dashboard says."""
    as_of = min(TODAY, clock.fiscal_year_bounds(year)[1])
    for item in selectors.progress(fiscal_year=year, as_of=as_of, ward_id=ward):
        yield (item.indicator.code, ""), item.value
        for beside in item.beside:
            yield (item.indicator.code, beside.code), beside.value


def test_firms_that_felt_an_effect_are_as_many_as_the_card_says(facts):
    actor = Actor.system("test")
    for ward in (None, SUMIDA, OTA):
        found = selectors.ratios(fiscal_year=2026, as_of=TODAY, ward_id=ward)
        felt = next(one for one in found if one.ratio.code == "2-OC")
        sums = felt.sums["2-OC"]
        for part, value in (
            ("completions", felt.completions),
            ("answered", sums.denominator),
            ("felt", sums.numerator),
        ):
            number = drill.Asked("2-OC", 2026, ward, part)
            assert drill.total(actor, number) == value, (part, ward)
    assert felt.completions == 1


def auditor():
    return assign(make_person(f"{Fact.objects.count()}@example.jp"), Role.AUDITOR)


def test_every_number_has_exactly_as_many_records(facts):
    """Of every indicator, its parts and levels, in one ward and in all, this year and before."""
    actor = Actor.system("test")
    seen = 0
    for year in (2025, 2026):
        for ward in (None, SUMIDA):
            for (code, part), value in numbers(year, ward):
                number = drill.Asked(code, year, ward, part)
                assert drill.total(actor, number) == value, (code, part, year, ward)
                assert sum(n for _w, _m, n in drill.counts(actor, number)) == value
                seen += value
    # The fixture reaches every kind of number.
    assert seen > 40


def test_firms_of_a_cohort_are_as_many_as_the_page_says(facts):
    actor = Actor.system("test")
    found = {
        item.fiscal_year: item.share
        for item in selectors.cohorts(last_year=2026, years=3, ward_id=None)
    }
    for year, share in found.items():
        for part in COHORT_PARTS:
            number = drill.Asked("1-OC", year, None, part)
            assert drill.total(actor, number) == getattr(share, part), (year, part)


def test_officials_open_their_own_wards_records_and_count_the_others(facts, client: Client):
    official = assign(make_person("sumida@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    sign_in(client, official)
    address = reverse("kpi:records", args=[2026, "2-OP1"])
    page = client.get(address, {"ward": SUMIDA})
    assert page.context["total"] == 2
    assert [row.part for _ward, row in page.context["rows"]] == ["ステージ1", "ステージ1"]
    looked = AuditRow.objects.filter(action="kpi.records_viewed")
    assert looked.get().detail == {
        "indicator": "2-OP1",
        "year": 2026,
        "part": "",
        "page": 1,
        "rows": 2,
    }
    # Elsewhere, and of all wards, there are counts and no names.
    for asked in ({"ward": OTA}, {}):
        other = client.get(reverse("kpi:records", args=[2026, "1-OP1"]), asked)
        assert "rows" not in other.context
        assert other.context["counts"]
    assert looked.count() == 1
    # A person counted elsewhere first is no record here, though the second completion is.
    own = client.get(reverse("kpi:records", args=[2026, "1-OP1"]), {"ward": SUMIDA})
    assert [row.on for _ward, row in own.context["rows"]] == [dt.date(2026, 8, 3)]


def test_policy_staff_see_counts_by_ward_and_month_and_no_name(facts, client: Client):
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    page = client.get(reverse("kpi:records", args=[2026, "2-KSI"]))
    assert page.context["counts"] == [("墨田区", SUMIDA, dt.date(2026, 5, 1), 3)]
    assert facts[0].name not in page.content.decode()
    file = client.get(reverse("exports:file", args=["kpi_records", "csv"]))
    assert file.status_code == 404


def test_the_file_has_the_same_rows(facts, client: Client):
    sign_in(client, auditor())
    asked = {"year": "2026", "code": "3-OP2", "part": ""}
    answer = client.get(reverse("exports:file", args=["kpi_records", "csv"]), asked)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 1 + 2
    assert AuditRow.objects.filter(action="export.taken").exists()


def test_what_is_no_number_is_not_found(facts, client: Client):
    sign_in(client, auditor())
    for code, part in (("2-KSI", "outside"), ("9-XX", ""), ("1-OC", ""), ("1-OC", "other")):
        page = client.get(reverse("kpi:records", args=[2026, code]), {"part": part})
        assert page.status_code == 404


def test_the_page_asks_as_much_for_one_row_as_for_thirty(client: Client):
    sign_in(client, auditor())
    firm = FirmFactory()
    address = reverse("kpi:records", args=[2026, "2-KSI"])

    def add(key):
        record(
            "grant.submitted",
            key,
            "2026-05-01",
            stage=1,
            firm=firm,
            source=("subsidies_application", str(key)),
        )

    add(1)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert len(client.get(address).context["rows"]) == 1
    for key in range(2, 31):
        add(key)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(address).context["rows"]) == 30
    assert len(many) == len(few)
