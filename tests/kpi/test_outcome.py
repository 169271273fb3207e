"""1-OC: the rule by a file that an official can read, its properties, its cells and its page."""

import csv
import datetime as dt
import re
from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kpi import selectors, services
from kpi.models import OutcomeCell
from kpi.rules import Completed, Invested, Share, anniversary, follow, percent_text, share
from kpi.rules.outcome import together
from portal.accounts.roles import Role
from tests.factories.programs import FirmFactory
from tests.support.people import assign, make_person, sign_in

GOLDEN = Path(__file__).parent / "golden" / "outcome.csv"
SUMIDA, OTA = 13107, 13111
DAY = dt.date.fromisoformat


def cases():
    with GOLDEN.open(encoding="utf-8") as stream:
        return [
            pytest.param(list(row.values())[1:], id=row["場面"]) for row in csv.DictReader(stream)
        ]


def pairs(text):
    """(firm, day, stage if any) of each."""
    parts = [item.split() for item in text.split(";") if item]
    return [(ord(firm), DAY(on), *map(int, stage)) for firm, on, *stage in parts]


@pytest.mark.parametrize("row", cases())
def test_golden(row):
    as_of, completions, investments, replied, *expected = row
    firms = follow(
        [Completed(firm, SUMIDA, on) for firm, on in pairs(completions)],
        [Invested(*item) for item in pairs(investments)],
        [ord(firm) for firm in replied.split(";") if firm],
    )
    found = share(firms, as_of=DAY(as_of))
    assert [
        str(found.completed),
        str(found.matured),
        str(found.invested),
        *map(str, found.by_stage),
        str(found.reported),
        percent_text(found.rate),
        percent_text(found.maturity),
        percent_text(found.rate_of_replied),
    ] == expected


days = st.dates(dt.date(2023, 1, 1), dt.date(2026, 12, 31))
firm_days = st.lists(st.tuples(st.integers(1, 12), days), max_size=30)
investments = st.lists(
    st.builds(Invested, st.integers(1, 12), days, st.integers(0, 3)), max_size=30
)


@given(completed=firm_days, invested=investments, replied=st.sets(st.integers(1, 12)), as_of=days)
def test_parts_stay_parts_and_wards_sum_to_the_total(completed, invested, replied, as_of):
    rows = [Completed(firm, (SUMIDA, OTA)[firm % 2], on) for firm, on in completed]
    firms = follow(rows, invested, replied)
    whole = share(firms, as_of=as_of)
    assert whole.invested_replied <= min(whole.invested, whole.replied)
    assert max(whole.invested, whole.replied) <= whole.matured <= whole.completed
    assert min(*whole.by_stage, whole.reported) >= 0
    by_ward = [
        share((firm for firm in firms if firm.ward_id == ward), as_of=as_of)
        for ward in (SUMIDA, OTA)
    ]
    assert together(by_ward) == whole
    assert together([]) == Share()
    # Another order of the same facts, and a later completion of a known firm, change nothing.
    last = max((on for _firm, on in completed), default=as_of)
    again = [*reversed(rows), *(Completed(row.firm_id, OTA, last) for row in rows if row.on < last)]
    other = share(follow(again, invested[::-1], replied), as_of=as_of)
    assert (other.invested, other.by_stage) == (whole.invested, whole.by_stage)


@given(on=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_year_later_is_the_same_day_or_28_february(on):
    later = anniversary(on)
    assert later.year == on.year + 1
    assert (later.month, later.day) == (on.month, min(on.day, 28) if on.month == 2 else on.day)


def test_the_estimate_uses_those_who_are_not_a_year_on():
    """Kaplan and Meier by hand: five firms, one event at 30 days, one unseen after 60, one event at 90."""
    start, as_of = dt.date(2025, 6, 1), dt.date(2026, 6, 1)
    rows = [Completed(firm, SUMIDA, start) for firm in (1, 2, 3, 4)]
    rows.append(Completed(5, SUMIDA, as_of - dt.timedelta(days=60)))
    seen = [Invested(firm, start + dt.timedelta(days=on)) for firm, on in ((1, 30), (2, 90))]
    firms = follow(rows, seen)
    found = share(firms, as_of=as_of)
    assert found.estimate == 1 - Fraction(4, 5) * Fraction(2, 3)
    assert found.rate == Fraction(1, 2)
    assert Share().estimate is None
    # Where everybody is a year on, it is the plain share.
    assert share(firms[:4], as_of=as_of).estimate == Fraction(1, 2)


@pytest.fixture
def facts(db):
    """Two firms of 墨田区 and one of 大田区, a year and more ago."""
    firms = [FirmFactory() for _ in range(3)]
    on = dt.date(2025, 6, 10)
    record(firms[0], "dojo.completed", on, person=1)
    record(firms[1], "dojo.completed", on, person=2)
    record(firms[2], "dojo.completed", on, person=3, ward=OTA)
    return firms


def record(firm, kind, on, *, ward=SUMIDA, person=None, key=None, rev="", stage=1):
    fact = services.fact_record(
        event_type=kind,
        event_key=str(key or firm.pk),
        ward_id=ward,
        firm_id=firm.pk,
        person_id=person,
        stage=stage if kind.startswith("grant") else 0,
        occurred_on=on,
        source=("test", f"{kind}{firm.pk}{on}", rev),
    )
    services.work_off()
    return fact


def cell(ward=SUMIDA, month=dt.date(2025, 6, 1)):
    services.work_off()
    found = OutcomeCell.objects.get(ward_id=ward, month=month)
    return (found.completed, found.matured, found.invested, found.replied)


def test_facts_of_every_kind_move_the_cell_of_the_first_completion(facts):
    one, two, _three = facts
    assert cell() == (2, 2, 0, 0)
    assert cell(OTA) == (1, 1, 0, 0)
    # Another ward's application counts where the firm completed.
    submitted = record(one, "grant.submitted", dt.date(2025, 8, 1), ward=OTA)
    reported = record(two, "investment.reported", dt.date(2026, 6, 10))
    record(two, "survey.answered", dt.date(2025, 9, 10))
    assert cell() == (2, 2, 2, 1)
    services.fact_reverse(fact_id=reported.pk, source_rev="undone")
    assert cell() == (2, 2, 1, 1)
    services.fact_reverse(fact_id=submitted.pk, source_rev="mistake")
    assert cell() == (2, 2, 0, 1)


def test_the_split_by_stage_follows_the_facts_and_is_shown(facts, client: Client):
    one, two, _three = facts
    early = record(one, "grant.submitted", dt.date(2025, 8, 1), stage=2)
    record(one, "grant.submitted", dt.date(2025, 9, 1), stage=3)
    record(two, "investment.reported", dt.date(2025, 10, 1))
    found = selectors.cohorts(last_year=2025, years=1, ward_id=SUMIDA)[0]
    assert [(part.count, part.rate) for part in found.parts] == [
        (0, "0.0"),
        (1, "50.0"),
        (0, "0.0"),
        (1, "50.0"),
    ]
    services.fact_reverse(fact_id=early.pk, source_rev="mistake")
    services.work_off()
    assert selectors.cohorts(last_year=2025, years=1, ward_id=SUMIDA)[0].share.by_stage == (0, 0, 1)
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    page = client.get(reverse("kpi:ward", args=[2025, SUMIDA])).content.decode()
    shown = re.findall(r'data-label="ステージ3の申請">(\d)社<span[^>]*>([^<]*)<', page)
    assert shown == [("1", "50.0%"), ("0", "—"), ("0", "—")]


def test_a_reversed_first_completion_moves_the_firm_to_the_next_one(facts):
    firm = FirmFactory()
    first = record(firm, "dojo.completed", dt.date(2025, 6, 1), person=9)
    record(firm, "dojo.completed", dt.date(2026, 1, 20), person=10, ward=OTA)
    assert cell() == (3, 3, 0, 0)
    services.fact_reverse(fact_id=first.pk, source_rev="revoked")
    assert cell() == (2, 2, 0, 0)
    assert cell(OTA, dt.date(2026, 1, 1))[0] == 1


def test_a_rebuild_finds_nothing_wrong_and_counts_as_of_the_day(facts):
    record(facts[0], "grant.submitted", dt.date(2025, 8, 1))
    assert services.outcomes_rebuild(as_of=dt.date(2026, 6, 9)) == []
    assert cell() == (2, 0, 0, 0)
    assert services.outcomes_rebuild(as_of=dt.date(2026, 6, 10)) == []
    assert cell() == (2, 2, 1, 0)
    OutcomeCell.objects.filter(ward_id=OTA).update(completed=5)
    assert services.outcomes_rebuild(as_of=dt.date(2026, 6, 10)) == [
        "1-OC 13111 2025-06: 0/1/5 → 0/1/1"
    ]


def test_cohorts_are_fiscal_years_of_the_first_completion_in_one_query(
    facts, django_assert_num_queries
):
    record(facts[0], "grant.submitted", dt.date(2025, 8, 1))
    with django_assert_num_queries(1):
        found = selectors.cohorts(last_year=2026, years=3, ward_id=None)
    assert [(item.fiscal_year, item.share.completed, item.rate) for item in found] == [
        (2026, 0, "—"),
        (2025, 3, "33.3"),
        (2024, 0, "—"),
    ]


def test_the_page_says_share_parts_maturity_and_target(facts, client: Client):
    record(facts[0], "grant.submitted", dt.date(2025, 8, 1))
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    page = client.get(reverse("kpi:ward", args=[2026, SUMIDA])).content.decode()
    for words in (
        "50.0",
        "1年がたった2社のうち1社",
        "目標70%　成熟率100.0%",
        "目標に届きませんでした",
    ):
        assert words in page
    for code in ("1-OP1", "1-OP2", "1-OP3"):
        assert f'id="k-{code}"' in page
    assert "単位は件（累計）" in page
    other = client.get(reverse("kpi:ward", args=[2026, 13101])).content.decode()
    assert "修了から1年がたった企業はまだありません" in other
    answer = client.get(reverse("exports:file", args=["kpi_outcome", "csv"]), {"year": "2026"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert rows[1] == [
        str(SUMIDA),
        "墨田区",
        "2025",
        "2",
        "2",
        "100.0",
        "1",
        "50.0",
        "1",
        "0",
        "0",
        "0",
        "0",
        "—",
        "70",
    ]
