"""Registering, changing, sites and people, through the services."""

import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from portal.accounts.roles import Role
from portal.accounts.services import invitation_accept
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from programs.models import Firm, FirmMembership, FirmWard, Site
from programs.profiles import FirmProfile
from programs.services import firms, people
from programs.services.errors import AlreadyRegistered, LastOwner, Refused, StaleFirm
from tests.factories.programs import (
    ADDRESSES,
    OTA,
    SUMIDA,
    FirmFactory,
    MembershipFactory,
    corporate_number,
)
from tests.support.people import make_person

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


def profile(**changes) -> FirmProfile:
    postal_code, address = ADDRESSES[SUMIDA]
    values = {
        "name": "株式会社八広製作所",
        "jsic": "24",
        "employees": 12,
        "postal_code": postal_code,
        "address": address,
        "phone": "03-1111-2222",
    }
    return FirmProfile(**values | changes)


def newcomer(email: str = "new@example.jp") -> Actor:
    user = make_person(email)
    return Actor.public(user_id=user.pk, name=user.name)


def register(actor: Actor, number: str = "", **changes) -> Firm:
    with acting(actor):
        return firms.firm_register(
            actor=actor, corporate_number=number, profile=profile(**changes), today=TODAY
        )


def test_a_newcomer_becomes_the_first_owner_and_the_ward_sees_the_firm():
    actor = newcomer()
    firm = register(actor, corporate_number(1))
    assert firm.kind == Firm.Kind.CORPORATION
    membership = FirmMembership.objects.get(firm=firm)
    assert (membership.user_id, membership.role) == (actor.user_id, Role.FIRM_OWNER)
    site = Site.objects.get(firm=firm)
    assert (site.ward_id, site.kind, site.address) == (SUMIDA, "head", firm.address)
    assert FirmWard.objects.get(firm=firm).ward_id == SUMIDA
    row = AuditRow.objects.get(action="firm.registered")
    assert (row.actor_id, row.object_id) == (actor.user_id, str(firm.pk))


def test_a_sole_proprietor_needs_no_number_and_may_share_a_name():
    first = register(newcomer("a@example.jp"), capital_yen=None)
    second = register(newcomer("b@example.jp"), capital_yen=None)
    assert {first.kind, second.kind} == {Firm.Kind.SOLE}
    assert first.pk != second.pk


def test_a_firm_outside_the_wards_has_no_site_and_no_ward():
    firm = register(newcomer(), corporate_number(2), postal_code="3320001", address="埼玉県川口市")
    assert not firm.sites.exists()
    assert not firm.wards.exists()


def test_a_taken_number_is_refused_without_a_word_about_the_firm():
    FirmFactory(ward=OTA, corporate_number=corporate_number(3), name="秘密製作所")
    actor = newcomer()
    with pytest.raises(AlreadyRegistered) as refusal:
        register(actor, corporate_number(3))
    assert "招待" in str(refusal.value.message)
    assert "秘密" not in str(refusal.value.message)
    assert not FirmMembership.objects.filter(user_id=actor.user_id).exists()


def test_visitors_cannot_register():
    with pytest.raises(PermissionDenied):
        firms.firm_register(
            actor=Actor.public(), corporate_number="", profile=profile(), today=TODAY
        )


@pytest.fixture
def owner(of_firm):
    """The actor of a registered firm's owner."""
    register(newcomer("owner@example.jp"), corporate_number(9))
    return of_firm(FirmMembership.objects.select_related("user").get())


def update(owner: Actor, revision: int = 1, **changes) -> Firm:
    with acting(owner):
        return firms.firm_update(
            actor=owner,
            firm_id=owner.firm_id,
            revision=revision,
            profile=profile(**changes),
            today=TODAY,
        )


def test_a_change_counts_and_leaves_its_trace_without_personal_values(owner):
    firm = update(owner, employees=20, phone="03-3333-4444", name="株式会社新八広")
    firm.refresh_from_db()
    assert (firm.employees, firm.phone, firm.revision) == (20, "03-3333-4444", 2)
    assert "新八広" in firm.search_text
    changes = AuditRow.objects.get(action="firm.updated").changes
    assert changes["employees"] == [12, 20]
    assert changes["phone"] == ["*", "*"]
    assert "03-3333-4444" not in str(changes)


def test_saving_without_a_change_leaves_no_trace(owner):
    assert update(owner).revision == 1
    assert not AuditRow.objects.filter(action="firm.updated").exists()


def test_a_stale_form_is_refused(owner):
    update(owner, employees=20)
    with pytest.raises(StaleFirm, match="ほかの方が"):
        update(owner, revision=1, employees=30)
    assert Firm.objects.get().employees == 20


def test_moving_to_another_ward_closes_the_old_head_office_and_shows_the_new_ward(owner):
    postal_code, address = ADDRESSES[OTA]
    firm = update(owner, postal_code=postal_code, address=address)
    closed, opened = Site.objects.filter(firm=firm).order_by("id")
    assert (closed.ward_id, closed.closed_on) == (SUMIDA, TODAY)
    assert (opened.ward_id, opened.closed_on, opened.address) == (OTA, None, address)
    assert set(firm.wards.values_list("ward_id", flat=True)) == {SUMIDA, OTA}


def test_a_foreign_firm_cannot_be_changed(owner):
    other = FirmFactory()
    with acting(owner), pytest.raises(Firm.DoesNotExist):
        firms.firm_update(actor=owner, firm_id=other.pk, revision=1, profile=profile(), today=TODAY)


def test_officials_do_not_edit_firms(owner, official):
    actor = official()
    with acting(actor), pytest.raises(PermissionDenied):
        firms.firm_update(
            actor=actor, firm_id=owner.firm_id, revision=1, profile=profile(), today=TODAY
        )


def add_site(owner: Actor, postal_code: str = ADDRESSES[OTA][0]) -> Site:
    with acting(owner):
        return firms.site_add(
            actor=owner,
            firm_id=owner.firm_id,
            kind=Site.Kind.FACTORY,
            name="糀谷工場",
            postal_code=postal_code,
            address="東京都大田区西糀谷1-1",
            since=None,
            today=TODAY,
        )


def test_a_site_lets_its_ward_see_the_firm(owner, official):
    site = add_site(owner)
    assert site.ward_id == OTA
    with acting(official(ward_id=OTA)):
        assert Firm.objects.get().pk == owner.firm_id


def test_a_site_outside_the_wards_is_refused(owner):
    with pytest.raises(Refused, match="東京23区"):
        add_site(owner, "3320001")


def test_sites_close_but_the_head_office_does_not(owner):
    site = add_site(owner)
    head = Site.objects.get(kind="head")
    with acting(owner):
        firms.site_close(actor=owner, firm_id=owner.firm_id, site_id=site.pk, today=TODAY)
        with pytest.raises(Refused, match="本社は閉鎖できません"):
            firms.site_close(actor=owner, firm_id=owner.firm_id, site_id=head.pk, today=TODAY)
    site.refresh_from_db()
    assert site.closed_on == TODAY
    assert FirmWard.objects.filter(ward_id=OTA).exists()


def invite(owner: Actor, email: str, role: str = Role.FIRM_MEMBER) -> None:
    with acting(owner):
        people.member_invite(
            actor=owner, firm_id=owner.firm_id, email=email, role=role, now=clock.now()
        )


def accept(email: str) -> Actor:
    actor = newcomer(email)
    url = next(word for word in mail.outbox[-1].body.split() if word.startswith("http"))
    with acting(actor):
        invitation_accept(actor=actor, token=url.rstrip("/").split("/")[-1], now=clock.now())
    return actor


def test_an_invited_person_becomes_a_member_and_sees_the_firm(owner):
    invite(owner, "second@example.jp")
    second = accept("second@example.jp")
    membership = FirmMembership.objects.get(user_id=second.user_id)
    assert (membership.firm_id, membership.role) == (owner.firm_id, Role.FIRM_MEMBER)
    with acting(second):
        assert Firm.objects.get().pk == owner.firm_id
    assert AuditRow.objects.filter(action="firm.member_joined").exists()


def test_members_do_not_invite(owner, of_firm):
    membership = MembershipFactory(
        firm_id=owner.firm_id, firm=None, user=make_person("m@example.jp"), role=Role.FIRM_MEMBER
    )
    member = of_firm(membership)
    with acting(member), pytest.raises(PermissionDenied):
        people.member_invite(
            actor=member,
            firm_id=owner.firm_id,
            email="x@example.jp",
            role=Role.FIRM_MEMBER,
            now=clock.now(),
        )


def test_the_ward_invites_the_first_owner_once(official):
    firm = FirmFactory()
    actor = official()
    with acting(actor):
        people.first_owner_invite(
            actor=actor, firm_id=firm.pk, email="first@example.jp", now=clock.now()
        )
    row = AuditRow.objects.get(action="accounts.invited")
    assert (row.hat, row.actor_id, row.actor_name) == ("ward", actor.user_id, actor.name)
    assert (row.roles, row.chain) == (" ".join(actor.roles), actor.ward_id)
    first = accept("first@example.jp")
    assert FirmMembership.objects.get(firm=firm).user_id == first.user_id
    with acting(actor), pytest.raises(PermissionDenied):
        people.first_owner_invite(
            actor=actor, firm_id=firm.pk, email="thief@example.jp", now=clock.now()
        )


def remove(actor: Actor, membership: FirmMembership, reason: str = "") -> None:
    with acting(actor):
        people.member_remove(
            actor=actor,
            firm_id=actor.firm_id,
            membership_id=membership.pk,
            reason=reason,
            today=TODAY,
        )


def test_removing_somebody_asks_for_a_reason_and_records_it(owner):
    second = MembershipFactory(
        firm_id=owner.firm_id, firm=None, user=make_person("m@example.jp"), role=Role.FIRM_MEMBER
    )
    with pytest.raises(Refused, match="理由"):
        remove(owner, second)
    remove(owner, second, "退職のため")
    second.refresh_from_db()
    assert second.valid_to == TODAY
    assert AuditRow.objects.get(action="firm.member_removed").reason == "退職のため"


def test_the_last_owner_is_told_what_to_do_first(owner):
    mine = FirmMembership.objects.get(user_id=owner.user_id)
    with pytest.raises(LastOwner, match="先に、ほかの方を"):
        remove(owner, mine)
    with acting(owner), pytest.raises(LastOwner):
        people.member_change_role(
            actor=owner, firm_id=owner.firm_id, membership_id=mine.pk, role=Role.FIRM_MEMBER
        )


def test_an_owner_may_leave_after_naming_another(owner):
    mine = FirmMembership.objects.get(user_id=owner.user_id)
    second = MembershipFactory(
        firm_id=owner.firm_id, firm=None, user=make_person("m@example.jp"), role=Role.FIRM_MEMBER
    )
    with acting(owner):
        people.member_change_role(
            actor=owner, firm_id=owner.firm_id, membership_id=second.pk, role=Role.FIRM_OWNER
        )
    remove(owner, mine)
    mine.refresh_from_db()
    assert mine.valid_to == TODAY
    assert AuditRow.objects.filter(action="firm.member_left").exists()


def test_members_do_not_remove_others(owner, of_firm):
    mine = FirmMembership.objects.get(user_id=owner.user_id)
    member = of_firm(
        MembershipFactory(
            firm_id=owner.firm_id, firm=None, user=make_person("m@x.jp"), role=Role.FIRM_MEMBER
        )
    )
    with pytest.raises(PermissionDenied):
        remove(member, mine, "のっとり")
