"""A form that was put aside, or stands in another tab, does nothing that nobody wants any more."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Invitation, User
from portal.accounts.roles import Role
from portal.kernel import clock
from subsidies import states
from tests.factories import subsidies as make
from tests.support.people import PASSWORD, assign, make_person, sign_in

pytestmark = pytest.mark.django_db


def grow_old(client: Client, seconds: int = 600) -> None:
    """Let the session's proofs be of some time ago."""
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        record | {"at": clock.now().timestamp() - seconds} for record in records
    ]
    session.save()


class TestPutAside:
    def test_a_decision_given_up_is_not_carried_out_by_opening_the_page_later(self, client: Client):
        """POST 決裁 → asked for the password → goes away → opens 決裁 again → password."""
        application = make.make_proposed()
        approver = make.official_actor(make.SUMIDA, Role.APPROVER)
        sign_in(client, User.objects.get(pk=approver.user_id))
        url = reverse("subsidies:approve", args=[application.receipt_no])
        seen = client.get(url).context["decision"].prepared_at.isoformat()
        grow_old(client)
        asked = client.post(url, {"decide": "", "seen": seen})
        assert "prove-again" in asked["Location"]
        client.get("/staff/queue/")
        asked = client.get(url)
        assert "prove-again" in asked["Location"]
        asked = client.get(asked["Location"])
        client.post(asked["Location"], {"password": PASSWORD})
        application.refresh_from_db()
        assert application.status == states.AWAITING_APPROVAL

    def test_nor_in_another_capacity(self, client: Client):
        """POST 招待 as 墨田区 → asked for the password → switches to 大田区 → password."""
        person = assign(make_person("both@example.jp"), Role.WARD_ADMIN, ward_id=13107)
        assign(person, Role.WARD_ADMIN, ward_id=13111)
        sign_in(client, person, hat="ward:13107")
        grow_old(client)
        data = {"email": "new@example.jp", "role": Role.APPROVER}
        asked = client.post("/staff/people/invite/", data)
        client.post("/accounts/hat/", {"hat": "ward:13111"})
        asked = client.get(asked["Location"])
        client.post(asked["Location"], {"password": PASSWORD})
        assert not Invitation.objects.exists()


class TestStaleTabOfAnotherHat:
    @pytest.fixture
    def strict(self, db: None) -> Client:
        person = assign(make_person("both@example.jp"), Role.WARD_ADMIN, ward_id=13107)
        assign(person, Role.WARD_ADMIN, ward_id=13111)
        client = Client(enforce_csrf_checks=True)
        sign_in(client, person, hat="ward:13107")
        return client

    def token(self, client: Client, address: str) -> str:
        return str(client.get(address).context["csrf_token"])

    def test_a_role_is_not_given_in_the_ward_of_the_other_tab(self, strict: Client):
        """Tab 1: 招待 for 墨田区. Tab 2: switches to 大田区. Tab 1: the button."""
        first_tab = self.token(strict, "/staff/people/invite/")
        second_tab = self.token(strict, "/accounts/hat/")
        switched = strict.post(
            "/accounts/hat/", {"hat": "ward:13111", "csrfmiddlewaretoken": second_tab}
        )
        assert switched.status_code == 302
        data = {"email": "new@example.jp", "role": Role.APPROVER}
        answer = strict.post("/staff/people/invite/", data | {"csrfmiddlewaretoken": first_tab})
        assert answer.status_code == 403
        assert "別の画面で" in answer.content.decode()
        assert not Invitation.objects.exists()
        fresh = self.token(strict, "/staff/people/invite/")
        strict.post("/staff/people/invite/", data | {"csrfmiddlewaretoken": fresh})
        assert Invitation.objects.get().ward_id == 13111

    def test_without_a_switch_the_other_tab_goes_on(self, strict: Client):
        first_tab = self.token(strict, "/staff/people/invite/")
        self.token(strict, "/staff/people/")
        data = {"email": "new@example.jp", "role": Role.APPROVER}
        strict.post("/staff/people/invite/", data | {"csrfmiddlewaretoken": first_tab})
        assert Invitation.objects.get().ward_id == 13107


def test_an_employee_taken_out_of_a_firm_does_not_come_back_by_signing_in():
    """GビズIDメンバー of the firm: removed with a reason, then the next sign-in."""
    from portal.accounts.gbizid.identity import AccountType, CorpType, GbizIdentity
    from programs.models import FirmMembership
    from programs.services.gbizid import join_firm
    from tests.factories.programs import FirmFactory, MembershipFactory

    firm = FirmFactory()
    MembershipFactory(firm=firm, user=make_person("owner@example.jp"))
    employee = make_person("employee@example.jp")
    identity = GbizIdentity(
        subject="x",
        account_type=AccountType.MEMBER,
        corp_type=CorpType.CORPORATION,
        corporate_number=firm.corporate_number,
    )
    join_firm(employee, identity)
    mine = FirmMembership.objects.filter(firm=firm, user=employee)
    assert mine.get().valid_to is None
    mine.update(valid_to=clock.today())
    join_firm(employee, identity)
    assert not mine.filter(valid_to=None).exists()


def test_messages_about_an_application_have_a_limit_by_the_day():
    """Each one is mailed to everybody on the other side."""
    from portal.kernel.database import acting
    from subsidies import services

    application = make.make_submitted()
    actor = make.firm_actor(application.firm)
    reviewer = make.official_actor()
    with acting(actor):
        for number in range(services.MESSAGES_A_DAY):
            services.message_post(actor=actor, application_id=application.pk, body=str(number))
        with pytest.raises(services.Refused, match="24時間"):
            services.message_post(actor=actor, application_id=application.pk, body="もう1件")
    with acting(reviewer):
        services.message_post(actor=reviewer, application_id=application.pk, body="お返事です。")
