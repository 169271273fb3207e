"""The demonstration's firms: the same everywhere, with the edge cases, quick."""

import random
import time

import pytest

from portal.accounts.roles import Role
from programs import demo
from programs.corporate_numbers import parse
from programs.models import Firm, FirmMembership, FirmWard, Site

pytestmark = pytest.mark.django_db


def described(seed: int) -> list[tuple]:
    return [
        (item.firm.name, item.firm.corporate_number, item.firm.address, item.ward_ids)
        for item in demo.build_firms(random.Random(seed), 60)
    ]


def test_the_same_seed_makes_the_same_firms():
    assert described(1) == described(1)
    assert described(1) != described(2)


def test_loading_is_quick_complete_and_safe_to_repeat():
    started = time.perf_counter()
    firms = demo.load_demo_firms()
    assert time.perf_counter() - started < 5
    assert len(firms) == 600
    assert [firm.pk for firm in demo.load_demo_firms()] == [firm.pk for firm in firms]
    assert FirmWard.objects.values("ward_id").distinct().count() == 23
    assert Firm.objects.filter(kind="sole").count() > 40
    assert Site.objects.filter(kind="factory").count() > 40
    for firm in firms:
        assert not firm.corporate_number or parse(firm.corporate_number)


def test_the_edge_cases_are_among_them():
    firms = demo.load_demo_firms(count=30)
    assert max(len(firm.name) for firm in firms) > 60
    assert {300, 301} <= {firm.employees for firm in firms}
    assert 300_000_000 in {firm.capital_yen for firm in firms}
    assert "" in {firm.name_kana for firm in firms}


def test_the_owner_of_the_demonstration_has_a_firm_with_sites_in_two_wards():
    firm = demo.load_demo_firms(count=20)[0]
    roles = FirmMembership.objects.filter(firm=firm).values_list("user__email", "role")
    assert dict(roles) == {
        "owner@demo.machikoba.example": Role.FIRM_OWNER,
        "member@demo.machikoba.example": Role.FIRM_MEMBER,
    }
    assert set(firm.sites.values_list("ward_id", flat=True)) == {13107, 13122}
