"""Nobody decides in their own cause, and nobody decides what they have not read."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import StaleState, TransitionRefused
from subsidies import services, states
from subsidies.models import Application, Decision
from tests.factories import subsidies as make
from tests.factories.programs import SINCE, MembershipFactory
from tests.support.people import assign, sign_in

pytestmark = pytest.mark.django_db


def with_a_second_hat(person: Actor, *roles: str) -> Actor:
    """The same person as an official of 墨田区."""
    from portal.accounts.models import User

    user = User.objects.get(pk=person.user_id)
    for role in roles:
        assign(user, role, ward_id=make.SUMIDA)
    return Actor(user.pk, user.name, Hat.WARD, frozenset(roles), ward_id=make.SUMIDA)


class TestOwnCause:
    def test_who_submitted_for_the_firm_does_not_decide_as_an_official(self):
        firm = make.make_firm()
        applicant = make.firm_actor(firm)
        draft = make.make_draft(applicant, make.make_call())
        make.submit(applicant, draft)
        reviewer = make.official_actor()
        make.check_all(reviewer, draft)
        with acting(reviewer):
            services.decision_propose(
                actor=reviewer, application_id=draft.pk, outcome="grant", reason="適正"
            )
        official = with_a_second_hat(applicant, Role.APPROVER)
        with acting(official), pytest.raises(TransitionRefused, match="申請した企業"):
            services.decision_approve(actor=official, application_id=draft.pk)
        assert Application.objects.get(pk=draft.pk).status == states.AWAITING_APPROVAL

    @pytest.mark.parametrize("left", [False, True])
    def test_a_person_of_the_firm_does_not_propose(self, left):
        application = make.make_submitted()
        make.check_all(make.official_actor(), application)
        official = make.official_actor()
        MembershipFactory(
            firm=application.firm,
            user_id=official.user_id,
            role=Role.FIRM_MEMBER,
            valid_to=SINCE if left else None,
        )
        with acting(official), pytest.raises(TransitionRefused, match="申請した企業"):
            services.decision_propose(
                actor=official, application_id=application.pk, outcome="grant", reason="適正"
            )
        assert not Decision.objects.filter(application=application).exists()


class TestStaleTab:
    def test_a_proposal_made_anew_is_not_decided_from_the_old_page(self, client: Client):
        """GET 決裁 (100,000円) → another approver returns it → proposed anew → POST 決裁."""
        from portal.accounts.models import User

        reviewer = make.official_actor()
        application = make.make_proposed(reviewer=reviewer, amount_yen=100_000)
        approver = make.official_actor(make.SUMIDA, Role.APPROVER)
        sign_in(client, User.objects.get(pk=approver.user_id))
        url = reverse("subsidies:approve", args=[application.receipt_no])
        page = client.get(url)
        seen = page.context["decision"].prepared_at.isoformat()
        other = make.official_actor(make.SUMIDA, Role.APPROVER)
        with acting(other):
            services.proposal_return(actor=other, application_id=application.pk, reason="再検討")
        with acting(reviewer):
            services.decision_propose(
                actor=reviewer, application_id=application.pk, outcome="grant", reason="増額"
            )
        # Within one test transaction the database's clock stands still or goes on a little.
        assert Decision.objects.get(application=application).prepared_at.isoformat() != seen
        client.post(url, {"decide": "", "seen": seen})
        application.refresh_from_db()
        assert application.status == states.AWAITING_APPROVAL
        client.post(url, {"return": "", "reason": "古い画面", "seen": seen})
        application.refresh_from_db()
        assert application.status == states.AWAITING_APPROVAL
        client.post(url, {"decide": ""})
        application.refresh_from_db()
        assert application.status == states.AWAITING_APPROVAL

    def test_the_page_carries_what_it_shows(self, client: Client):
        from portal.accounts.models import User

        application = make.make_proposed()
        approver = make.official_actor(make.SUMIDA, Role.APPROVER)
        sign_in(client, User.objects.get(pk=approver.user_id))
        url = reverse("subsidies:approve", args=[application.receipt_no])
        page = client.get(url)
        seen = page.context["decision"].prepared_at.isoformat()
        assert page.content.decode().count(f'name="seen" value="{seen}"') == 2
        client.post(url, {"decide": "", "seen": seen})
        application.refresh_from_db()
        assert application.status == states.GRANTED

    def test_the_service_compares(self):
        application = make.make_proposed()
        approver = make.official_actor(make.SUMIDA, Role.APPROVER)
        with acting(approver), pytest.raises(StaleState):
            services.decision_approve(
                actor=approver, application_id=application.pk, seen="2026-01-01T00:00:00+00:00"
            )


def test_an_entry_account_of_gbizid_does_not_answer_a_correction():
    """What it may not submit it may not submit by way of a correction either."""
    import datetime as dt
    import uuid

    from allauth.socialaccount.models import SocialAccount

    application = make.make_submitted()
    reviewer, actor = make.official_actor(), make.firm_actor(application.firm)
    with acting(reviewer):
        services.correction_request(
            actor=reviewer,
            application_id=application.pk,
            fields=["expenses"],
            notes={},
            message="見直してください。",
            due_on=dt.date(2099, 1, 1),
        )
    SocialAccount.objects.create(
        user_id=actor.user_id,
        provider="gbizid",
        uid="entry",
        extra_data={"account_type": 1, "corp_type": 1, "corporate_number": "", "parent_id": ""},
    )
    with acting(actor), pytest.raises(services.EntryAccount):
        services.correction_answer(
            actor=actor, application_id=application.pk, idempotency_key=uuid.uuid4()
        )


def test_a_change_of_the_firms_own_data_shows_among_the_changes():
    """The capital decides who counts as small; it may change between two versions unasked."""
    import datetime as dt
    import uuid

    from programs.models import Firm
    from subsidies import reading, selectors

    application = make.make_submitted()
    reviewer, actor = make.official_actor(), make.firm_actor(application.firm)
    with acting(reviewer):
        services.correction_request(
            actor=reviewer,
            application_id=application.pk,
            fields=["answers.problem"],
            notes={},
            message="詳しく書いてください。",
            due_on=dt.date(2099, 1, 1),
        )
    Firm.objects.filter(pk=application.firm_id).update(capital_yen=1, name="別の名前の会社")
    with acting(actor):
        services.correction_answer(
            actor=actor, application_id=application.pk, idempotency_key=uuid.uuid4()
        )
    with acting(reviewer):
        detail = selectors.application_detail(reviewer, pk=application.pk)
        shown = {label: after for label, _before, after in reading.changes(detail)}
    assert (shown["企業名"], shown["資本金"]) == ("別の名前の会社", "1円")


def test_the_attempt_to_decide_ones_own_proposal_is_on_record(client: Client):
    """The page shows no button; the request can be made all the same."""
    from portal.accounts.models import User
    from portal.kernel.models import AuditRow

    both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
    application = make.make_proposed(reviewer=both)
    sign_in(client, User.objects.get(pk=both.user_id))
    url = reverse("subsidies:approve", args=[application.receipt_no])
    seen = client.get(url).context["seen"]
    client.post(url, {"decide": "", "seen": seen})
    row = AuditRow.objects.get(action="subsidies.decision_denied")
    assert (row.actor_id, row.chain) == (both.user_id, make.SUMIDA)
    assert "起案した人は" in row.reason
