"""Who sees which firm: the scope alone, the net alone, and the last owner."""

import pytest
from django.db import IntegrityError, connection, transaction

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs import policies, selectors
from programs.models import Firm, FirmMembership, FirmWard, ImportJob, Site, Ward
from programs.wards import WARDS
from tests.factories.programs import OTA, SINCE, SUMIDA, FirmFactory, MembershipFactory, SiteFactory
from tests.support.people import make_person

pytestmark = pytest.mark.django_db


def official(ward_id: int) -> Actor:
    return Actor(1, "職員", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=ward_id)


def of_firm(firm: Firm, user_id: int = 1) -> Actor:
    return Actor(user_id, "社員", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm.pk)


@pytest.fixture
def two() -> tuple[Firm, Firm]:
    """A firm of 墨田区 and one of 大田区, each with a site and an owner."""
    firms = (FirmFactory(), FirmFactory(ward=OTA))
    for firm in firms:
        SiteFactory(firm=firm)
        MembershipFactory(firm=firm, user=make_person(f"owner{firm.pk}@example.jp"))
    return firms


def test_all_wards_are_there():
    rows = Ward.objects.values_list("code", "name", "mayor_title")
    assert list(rows) == [(ward.code, ward.name, f"{ward.name}長") for ward in WARDS]
    assert len(WARDS) == 23


def test_a_ward_sees_its_own_firms_only(two):
    with acting(official(SUMIDA)):
        assert list(policies.visible_firms(official(SUMIDA))) == [two[0]]


@pytest.mark.parametrize("model", [Firm, Site, FirmWard, FirmMembership])
def test_with_the_scope_gone_the_net_holds_for_officials(two, model):
    with acting(official(SUMIDA)):
        found = {getattr(row, "firm_id", row.pk) for row in model.objects.all()}
    assert found == {two[0].pk}


@pytest.mark.parametrize("model", [Firm, Site, FirmWard, FirmMembership])
def test_with_the_scope_gone_the_net_holds_for_firms(two, model):
    with acting(of_firm(two[1])):
        found = {getattr(row, "firm_id", row.pk) for row in model.objects.all()}
    assert found == {two[1].pk}


def test_with_the_net_off_the_scope_holds(two):
    """As the system, which sees every row: the policy's own filter must be enough."""
    assert set(Firm.objects.all()) == set(two)
    assert list(policies.visible_firms(official(SUMIDA))) == [two[0]]
    assert list(policies.visible_firms(of_firm(two[1]))) == [two[1]]


def test_the_patched_policy_leaks_nothing_through_the_list(two, monkeypatch):
    monkeypatch.setattr(selectors, "visible_firms", lambda actor: Firm.objects.all())
    with acting(official(OTA)):
        assert list(selectors.firm_list(official(OTA))) == [two[1]]


@pytest.mark.parametrize("hat", [Hat.POLICY, Hat.SUPPORT, Hat.ADMIN, Hat.REVIEW, Hat.PUBLIC])
def test_other_hats_see_no_firm(two, hat):
    actor = Actor(999, "だれか", hat, ward_id=SUMIDA)
    assert not policies.visible_firms(actor).exists()


def test_a_person_sees_the_own_memberships_before_a_hat_is_worn(two):
    membership = FirmMembership.objects.get(firm=two[0])
    with acting(Actor.public(user_id=membership.user_id)):
        held = list(selectors.firms_held(membership.user_id, SINCE))
    assert [(role, firm_id, place) for role, _ward, firm_id, place, *_ in held] == [
        (Role.FIRM_OWNER, two[0].pk, two[0].name)
    ]


def test_a_member_who_left_sees_nothing(two):
    membership = FirmMembership.objects.get(firm=two[0])
    MembershipFactory(firm=two[0], user=make_person("second@example.jp"))
    FirmMembership.objects.filter(pk=membership.pk).update(valid_to=SINCE)
    with acting(Actor.public(user_id=membership.user_id)):
        assert not Firm.objects.exists()


def test_an_official_cannot_write_another_wards_import(two):
    user = make_person("a@example.jp")
    job = ImportJob(ward_id=OTA, created_by=user, stored_file_id=None, file_name="x")
    with pytest.raises(Exception, match="row-level security"), acting(official(SUMIDA)):
        job.save()


def test_an_official_cannot_grant_the_ward_a_firm(two):
    grant = FirmWard(firm=two[1], ward_id=SUMIDA, basis="site", since=SINCE)
    with pytest.raises(Exception, match="permission denied"), acting(official(SUMIDA)):
        grant.save()


def end(membership: FirmMembership) -> None:
    FirmMembership.objects.filter(pk=membership.pk).update(valid_to=SINCE)


def check_now() -> None:
    """Fire deferred triggers as the commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_last_owner_cannot_leave():
    membership = MembershipFactory(user=make_person("a@example.jp"))
    check_now()
    with pytest.raises(IntegrityError, match="without an owner"), transaction.atomic():
        end(membership)


def test_an_owner_may_leave_where_another_stays():
    membership = MembershipFactory(user=make_person("a@example.jp"))
    MembershipFactory(firm=membership.firm, user=make_person("b@example.jp"))
    end(membership)
    check_now()
    assert FirmMembership.objects.get(pk=membership.pk).valid_to == SINCE


def test_the_last_owner_cannot_become_a_member():
    membership = MembershipFactory(user=make_person("a@example.jp"))
    check_now()
    with pytest.raises(IntegrityError, match="without an owner"), transaction.atomic():
        FirmMembership.objects.filter(pk=membership.pk).update(role=Role.FIRM_MEMBER)


def begin_with_a_member(user) -> None:
    MembershipFactory(user=user, role=Role.FIRM_MEMBER)
    check_now()


def test_a_firm_cannot_begin_with_a_mere_member():
    user = make_person("a@example.jp")
    with pytest.raises(IntegrityError, match="without an owner"), transaction.atomic():
        begin_with_a_member(user)


def test_the_ownership_may_change_hands_within_a_transaction():
    owner = MembershipFactory(user=make_person("a@example.jp"))
    member = MembershipFactory(
        firm=owner.firm, user=make_person("b@example.jp"), role=Role.FIRM_MEMBER
    )
    end(owner)
    FirmMembership.objects.filter(pk=member.pk).update(role=Role.FIRM_OWNER)
    check_now()


@pytest.mark.parametrize(
    "wrong",
    [
        {"corporate_number": ""},
        {"corporate_number": "0123456789012"},
        {"kind": "sole"},
        {"postal_code": "131-004"},
        {"jsic": "33"},
    ],
)
def test_the_database_refuses_impossible_firms(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        FirmFactory(**wrong)


def test_a_corporate_number_stands_once():
    firm = FirmFactory()
    with pytest.raises(IntegrityError, match="firm_corporate_number_once"), transaction.atomic():
        FirmFactory(corporate_number=firm.corporate_number)
