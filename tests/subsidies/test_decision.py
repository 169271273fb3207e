"""The ward's work: proposal and decision."""

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.roles import Role
from portal.kernel import transitions
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from subsidies import selectors, services, states
from subsidies.models import BudgetEntry, Call, Decision
from tests.factories import subsidies as make

pytestmark = pytest.mark.usefixtures("staged")


@pytest.fixture
def proposed(stage):
    return stage(make.make_proposed)


@pytest.fixture
def reviewer():
    return make.official_actor()


@pytest.fixture
def approver():
    return make.official_actor(make.SUMIDA, Role.APPROVER)


@pytest.fixture
def application(stage):
    return stage(make.make_submitted)


def call(actor, service, **arguments):
    with acting(actor):
        return service(actor=actor, **arguments)


def owner_of(application):
    return make.firm_actor(application.firm)


class TestDecision:
    def test_from_proposal_to_letter_number(self, proposed, approver):
        application = proposed
        decision = call(approver, services.decision_approve, application_id=application.pk)
        application.refresh_from_db()
        assert application.status == states.GRANTED
        assert application.due_on is None
        assert decision.amount_yen == 499_000
        assert decision.document_no == "8墨産第1号"
        assert decision.calculation["steps"][-1]["value"] == 499_000
        assert decision.conditions["conditions"]
        assert decision.conditions["submitted_sha256"] == application.versions.get().sha256
        entry = BudgetEntry.objects.get(application=application)
        assert entry.amount_yen == 499_000
        assert Call.objects.get(pk=application.call_id).committed_yen == 499_000
        payload = OutboxEvent.objects.get(name="subsidies.application_decided").payload
        assert (payload["outcome"], payload["amount_yen"], payload["stage"]) == (
            "grant",
            499_000,
            1,
        )
        assert payload["decided_on"] == decision.decided_on.isoformat()

    def test_a_refusal_takes_no_money(self, approver):
        application = make.make_proposed(outcome="refuse")
        decision = call(approver, services.decision_approve, application_id=application.pk)
        application.refresh_from_db()
        assert application.status == states.REFUSED
        assert decision.amount_yen == 0
        assert not BudgetEntry.objects.exists()
        row = AuditRow.objects.get(action="subsidies.application.refuse")
        assert row.reason == decision.reason

    def test_the_preparer_never_approves(self):
        both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
        application = make.make_proposed(reviewer=both)
        with pytest.raises(transitions.GuardFailed, match="起案した人は決裁できません"):
            call(both, services.decision_approve, application_id=application.pk)
        decision = Decision.objects.get(application=application)
        with pytest.raises(IntegrityError, match="decision_four_eyes"), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(
                approved_by=both.user_id, document_no="x", decided_on="2026-11-21"
            )

    def test_what_the_budget_does_not_hold_is_refused(self, approver):
        application = make.make_proposed(call=make.make_call(budget_yen=498_999))
        with pytest.raises(services.BudgetExceeded) as caught:
            call(approver, services.decision_approve, application_id=application.pk)
        assert caught.value.left_yen == 498_999
        application.refresh_from_db()
        assert application.status == states.AWAITING_APPROVAL
        assert not BudgetEntry.objects.exists()

    def test_the_last_yen_may_be_spent(self, approver):
        application = make.make_proposed(call=make.make_call(budget_yen=499_000))
        call(approver, services.decision_approve, application_id=application.pk)
        found = Call.objects.get(pk=application.call_id)
        assert found.committed_yen == found.budget_yen

    def test_less_may_be_granted_but_not_more(self, application, reviewer):
        make.check_all(reviewer, application)
        with pytest.raises(services.AmountTooHigh):
            call(
                reviewer,
                services.decision_propose,
                application_id=application.pk,
                outcome="grant",
                amount_yen=499_001,
                reason="理由",
            )
        decision = call(
            reviewer,
            services.decision_propose,
            application_id=application.pk,
            outcome="grant",
            amount_yen=300_000,
            reason="一部の経費を認めない。",
        )
        assert decision.amount_yen == 300_000

    @pytest.mark.parametrize(("outcome", "yen"), [("maybe", None), ("grant", 0)])
    def test_odd_proposals_are_refused(self, application, reviewer, outcome, yen):
        make.check_all(reviewer, application)
        with pytest.raises(services.Refused):
            call(
                reviewer,
                services.decision_propose,
                application_id=application.pk,
                outcome=outcome,
                amount_yen=yen,
                reason="理由",
            )

    def test_a_proposal_needs_a_reason(self, application, reviewer):
        make.check_all(reviewer, application)
        with pytest.raises(transitions.ReasonMissing):
            call(
                reviewer,
                services.decision_propose,
                application_id=application.pk,
                outcome="grant",
                reason=" ",
            )

    def test_a_returned_proposal_is_made_anew(self, proposed, reviewer, approver):
        application = proposed
        call(
            approver,
            services.proposal_return,
            application_id=application.pk,
            reason="金額の根拠が弱い。",
        )
        again = call(
            reviewer,
            services.decision_propose,
            application_id=application.pk,
            outcome="grant",
            amount_yen=400_000,
            reason="見積を確かめた。",
        )
        assert Decision.objects.get(application=application) == again
        assert again.prepared_by_id == reviewer.user_id
        call(approver, services.decision_approve, application_id=application.pk)

    def test_a_decision_is_made_once(self, proposed, approver):
        application = proposed
        call(approver, services.decision_approve, application_id=application.pk)
        with pytest.raises(transitions.StaleState):
            call(approver, services.decision_approve, application_id=application.pk)
        assert Call.objects.get(pk=application.call_id).committed_yen == 499_000

    def test_the_firm_sees_nothing_before_the_approval(self, proposed, approver):
        application = proposed
        actor = owner_of(application)
        with acting(actor):
            assert not Decision.objects.exists()
            assert selectors.application_detail(actor, pk=application.pk).decision is None
        call(approver, services.decision_approve, application_id=application.pk)
        with acting(actor):
            assert Decision.objects.count() == 1
            detail = selectors.application_detail(actor, pk=application.pk)
        assert detail.application.status == states.GRANTED

    def test_the_ledger_never_changes(self, proposed, approver):
        application = proposed
        call(approver, services.decision_approve, application_id=application.pk)
        for change in (
            lambda: BudgetEntry.objects.update(amount_yen=1),
            lambda: BudgetEntry.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(Exception, match=r"refused|permission"), transaction.atomic():
                change()
