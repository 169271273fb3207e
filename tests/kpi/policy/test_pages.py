"""The logic model and the 試算 as the people who read figures get them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpi.models import Cell, Target
from kpi.policy.boxes import LEVELS
from kpi.policy.model import ACROSS, PACKAGES
from kpi.policy.selectors.inputs import given
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from tests.factories import subsidies as make
from tests.support.people import assign, make_person, sign_in

SUMIDA, OTA = 13107, 13111


def test_every_arrow_leads_from_one_column_to_the_next_and_every_indicator_stands_once():
    order = list(LEVELS)
    for package in PACKAGES.values():
        for arrow in package.arrows:
            start, end = package.box(arrow.start).level, package.box(arrow.end).level
            assert order.index(end) == order.index(start) + 1, arrow
        ends = {arrow.end for arrow in package.arrows} | {arrow.start for arrow in package.arrows}
        assert ends == {box.code for box in package.boxes}
    shown = [box.indicator for one in PACKAGES.values() for box in one.boxes if box.indicator]
    assert len(shown) == len(set(shown)) == 18
    assert {code for arrow in ACROSS for code in (arrow.start, arrow.end)} <= set(shown)


@pytest.fixture
def reader(client, db):
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    return client


def test_a_box_shows_money_value_and_light_and_leads_to_the_records(reader):
    with acting(Actor.system("test")):
        call = make.make_call(ward=SUMIDA)
        Cell.objects.create(indicator="2-OP1", ward_id=SUMIDA, month=dt.date(2025, 9, 1), value=7)
        Target.objects.create(
            indicator="2-OP1", ward_id=SUMIDA, fiscal_year=2025, value=5, basis="試験"
        )
    now = reader.get(reverse("policy:model"), {"ward": SUMIDA}).content.decode()
    assert f"{call.budget_yen:,}円" in now
    page = reader.get(reverse("policy:model"), {"year": 2025, "ward": SUMIDA}).content.decode()
    assert "目標に達しました" in page
    assert reverse("kpi:records", args=[2025, "2-OP1"]) + f"?ward={SUMIDA}" in page
    assert reader.get(reverse("policy:model"), {"year": "9999"}).status_code == 404
    for form, start in (("pdf", b"%PDF"), ("png", b"\x89PNG"), ("svg", b"<svg")):
        address = reverse("policy:model_file", args=[form])
        file = reader.get(address, {"year": 2025, "package": 3})
        assert file.content.startswith(start)
    assert reader.get(reverse("policy:model_file", args=["png"])).status_code == 404


def test_the_money_of_a_grant_is_counted_in_its_ward_and_in_all(db):
    grant = make.make_grant()
    year = grant.call.fiscal_year
    policy = Actor(None, "政策", Hat.POLICY, frozenset({Role.POLICY}))
    own, everywhere = given(policy, first=year, last=year, ward_id=grant.ward_id)
    stage = grant.call.version.scheme.stage
    found = own[year]
    assert found[f"grants_{stage}"] == found[f"asked_{stage}"] == 1
    assert found[f"granted_{stage}"] == found[f"spent_{stage}"] == grant.decided_yen
    assert found[f"eligible_{stage}"] > grant.decided_yen
    assert everywhere[year][f"budget_{stage}"] == grant.call.budget_yen
    other, _all = given(policy, first=year, last=year, ward_id=OTA)
    assert other[year][f"grants_{stage}"] == 0


def test_what_if_keeps_what_was_typed_and_asks_the_same_number_of_questions(reader):
    address = reverse("policy:whatif")
    with CaptureQueriesContext(
        connection,
    ) as few:
        reader.get(address, {"year": 2026, "ward": SUMIDA})
    for ward in (SUMIDA, OTA, 13110):
        for year in (2024, 2025):
            Cell.objects.create(indicator="1-OP1", ward_id=ward, month=dt.date(year, 5, 1), value=9)
    with CaptureQueriesContext(connection) as many:
        reader.get(address, {"year": 2026, "ward": SUMIDA})
    assert len(few) == len(many)
    page = reader.get(address, {"year": 2026, "seats_dojo": "３０", "budget_1": "たくさん"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "円単位の数字で入力してください" in text
    assert "たくさん" in text
    assert "30人" in text
    assert "過去の実績がないため、計算できません。" in text
    assert "seats_dojo=30" in page.context["address"]
