"""Invitations do not lift anybody by their own hand, and end with the right to invite."""

import pytest
from django.core import mail

from portal.accounts import services
from portal.accounts.models import Assignment, Invitation
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import FirmMembership
from programs.services import people
from tests.factories import subsidies as make
from tests.factories.programs import FirmFactory, MembershipFactory
from tests.support.people import make_person

pytestmark = pytest.mark.django_db
SUMIDA = make.SUMIDA


def invite(actor: Actor, email: str, role: Role, **place) -> tuple[Invitation, str]:
    with acting(actor):
        return services.invitation_create(
            actor=actor, email=email, role=role, now=clock.now(), **place
        )


def accept(user, token: str) -> None:
    actor = Actor.public(user_id=user.pk, name=user.name)
    services.invitation_accept(actor=actor, token=token, now=clock.now())


class TestByOnesOwnHand:
    def test_an_administrator_does_not_invite_themself(self):
        """What assignment_grant refuses must not be had by way of an e-mail to oneself."""
        from portal.accounts.models import User

        admin = make.official_actor(SUMIDA, Role.WARD_ADMIN)
        own = User.objects.get(pk=admin.user_id).email
        with pytest.raises(services.Refused, match="ご自身"):
            invite(admin, own.upper(), Role.APPROVER, ward_id=SUMIDA)
        assert not Invitation.objects.exists()

    def test_nor_accepts_an_own_invitation_under_an_address_added_later(self):
        from allauth.account.models import EmailAddress

        from portal.accounts.models import User

        admin = make.official_actor(SUMIDA, Role.WARD_ADMIN)
        _, token = invite(admin, "second@example.jp", Role.APPROVER, ward_id=SUMIDA)
        user = User.objects.get(pk=admin.user_id)
        EmailAddress.objects.create(user=user, email="second@example.jp", verified=True)
        with pytest.raises(services.Refused, match="ご自身"):
            accept(user, token)
        assert not Assignment.objects.filter(user=user, role=Role.APPROVER).exists()

    def test_an_official_does_not_become_a_firms_owner_by_an_own_invitation(self):
        from portal.accounts.models import User

        official = make.official_actor()
        firm = FirmFactory()
        own = User.objects.get(pk=official.user_id).email
        with acting(official), pytest.raises(services.Refused):
            people.first_owner_invite(actor=official, firm_id=firm.pk, email=own, now=clock.now())


class TestTheInvitersRight:
    def test_a_link_dies_with_the_role_of_who_sent_it(self):
        """The sender leaves a door open for the day after: an address of their own."""
        leaving = make.official_actor(SUMIDA, Role.WARD_ADMIN)
        _, token = invite(leaving, "backdoor@example.jp", Role.APPROVER, ward_id=SUMIDA)
        admin = make.official_actor(SUMIDA, Role.WARD_ADMIN)
        held = Assignment.objects.get(user_id=leaving.user_id)
        with acting(admin):
            services.assignment_revoke(
                actor=admin, assignment_id=held.pk, reason="異動", now=clock.now()
            )
        assert services.invitation_find(token=token, now=clock.now()) is None

    def test_another_administrators_links_live_on(self):
        leaving, staying = (make.official_actor(SUMIDA, Role.WARD_ADMIN) for _ in range(2))
        _, token = invite(staying, "new@example.jp", Role.REVIEWER, ward_id=SUMIDA)
        held = Assignment.objects.get(user_id=leaving.user_id)
        with acting(staying):
            services.assignment_revoke(
                actor=staying, assignment_id=held.pk, reason="異動", now=clock.now()
            )
        assert services.invitation_find(token=token, now=clock.now())

    @pytest.mark.parametrize("how", ["removed", "demoted"])
    def test_a_link_dies_with_the_owners_membership(self, how):
        firm = FirmFactory()
        rogue, honest = (make.firm_actor(firm) for _ in range(2))
        _, token = invite(rogue, "backdoor@example.jp", Role.FIRM_OWNER, firm_id=firm.pk)
        theirs = FirmMembership.objects.get(firm=firm, user_id=rogue.user_id)
        with acting(honest):
            if how == "removed":
                people.member_remove(
                    actor=honest,
                    firm_id=firm.pk,
                    membership_id=theirs.pk,
                    reason="退職",
                    today=clock.today(),
                )
            else:
                people.member_change_role(
                    actor=honest,
                    firm_id=firm.pk,
                    membership_id=theirs.pk,
                    role=Role.FIRM_MEMBER,
                )
        assert services.invitation_find(token=token, now=clock.now()) is None

    def test_of_two_first_owners_only_the_last_one_invited_comes_in(self):
        """The first mail went to a wrong address; the stranger must not own the firm later."""
        official, firm = make.official_actor(), FirmFactory()
        tokens = []
        for email in ("typo@example.jp", "right@example.jp"):
            with acting(official):
                people.first_owner_invite(
                    actor=official, firm_id=firm.pk, email=email, now=clock.now()
                )
            tokens.append(mail.outbox[-1].body.split("/invitation/")[1].split("/")[0])
        with pytest.raises(services.Refused):
            accept(make_person("typo@example.jp"), tokens[0])
        accept(make_person("right@example.jp"), tokens[1])
        assert FirmMembership.objects.filter(firm=firm).count() == 1


def test_the_portal_is_no_mail_cannon():
    """Anybody may register a firm; so an owner's invitations are counted by the day."""
    firm = FirmFactory()
    owner = make.firm_actor(firm)
    for number in range(services.INVITATIONS_A_DAY):
        invite(owner, f"x{number}@example.jp", Role.FIRM_MEMBER, firm_id=firm.pk)
    with pytest.raises(services.Refused, match="24時間"):
        invite(owner, "one-more@example.jp", Role.FIRM_MEMBER, firm_id=firm.pk)


def test_a_firms_hat_writes_memberships_of_this_firm_alone():
    """At the database: the own user id is no key to another firm."""
    from django.db import DatabaseError, transaction

    rival = make.firm_actor(FirmFactory())
    target = FirmFactory()
    assert rival.hat == Hat.FIRM
    with acting(rival), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
        MembershipFactory(firm_id=target.pk, firm=None, user_id=rival.user_id)


def test_a_firms_hat_does_not_widen_its_own_quota():
    """At the database: what is used up is counted by the system alone."""
    from django.db import DatabaseError, transaction

    from portal.kernel.files.models import FirmQuota

    actor = make.firm_actor(FirmFactory())
    FirmQuota.objects.create(firm_id=actor.firm_id, used_bytes=5)
    with acting(actor):
        assert FirmQuota.objects.get().used_bytes == 5
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            FirmQuota.objects.update(used_bytes=0)
