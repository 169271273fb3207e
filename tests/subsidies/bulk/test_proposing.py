"""Proposing many decisions at once: by the rules in a first-come call, by the selection elsewhere."""

import pytest
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import ReasonMissing, RoleMissing
from subsidies import states
from subsidies.bulk import services
from subsidies.bulk.models import BulkRun
from subsidies.models import Application, Call, Decision
from subsidies.selection.models import Choice
from subsidies.selection.services import quotes_check
from subsidies.selectors.queue import QueueFilters
from tests.factories import selection as build
from tests.factories import subsidies as make
from tests.factories.programs import MembershipFactory
from tests.subsidies.bulk.test_pages import client_of
from tests.subsidies.bulk.test_runs import outcomes, prepared, reason, worked

pytestmark = pytest.mark.django_db

WHY = "要件を満たし、予算の範囲内であるため。"


@pytest.fixture
def reviewer():
    return make.official_actor()


def checked(reviewer, **submitted):
    """An application whose documents are checked: it waits for a proposal."""
    application = make.make_submitted(**submitted)
    make.check_all(reviewer, application)
    return application


def of_call(call):
    return QueueFilters(scheme=call.version.scheme.code)


def test_a_first_come_call_gets_the_calculated_amounts_and_one_reason(reviewer):
    call = make.make_call()
    found = [checked(reviewer, call=call) for _ in range(2)]
    early = make.make_submitted(call=call)
    kin = checked(reviewer, call=call)
    MembershipFactory(firm=kin.firm, user_id=reviewer.user_id)
    run = prepared(reviewer, "propose", reason=WHY)
    assert Decision.objects.count() == 0
    assert [item.plan.get("amount_yen") for item in run.items.all()] == [499_000] * 2 + [None] * 2
    assert "審査中ではありません（申請受付）" in reason(run, early)
    assert "あなたが属する企業" in reason(run, kin)
    run = worked(reviewer, run)
    assert list(outcomes(run).values()) == ["done", "done", "excluded", "excluded"]
    for application in found:
        decision = Decision.objects.get(application=application)
        assert (decision.outcome, decision.amount_yen, decision.reason) == ("grant", 499_000, WHY)
        assert decision.prepared_by_id == reviewer.user_id
        application.refresh_from_db()
        assert application.status == states.AWAITING_APPROVAL
    assert AuditRow.objects.filter(action="subsidies.application.propose").count() == 2


def test_a_scored_call_gets_what_its_selection_decided(reviewer):
    call = build.make_scored().call
    Call.objects.filter(pk=call.pk).update(mode="round")
    wanted = Application.objects.filter(call=call).first().requested_yen
    Call.objects.filter(pk=call.pk).update(budget_yen=wanted * 2 + 1)
    early = prepared(reviewer, "propose", of_call(call), reason=WHY)
    assert set(outcomes(early).values()) == {"excluded"}
    assert "採択が決まっていません" in early.items.first().reason
    build.approve(build.propose(Call.objects.get(pk=call.pk), actor=reviewer))
    first, second, waiting, out = Choice.objects.order_by("rank", "id")
    with acting(reviewer):
        quotes_check(actor=reviewer, call_id=call.pk, choice_ids=[first.pk])
    run = prepared(reviewer, "propose", of_call(call), reason=WHY)
    assert "見積の確認が済んでいません" in reason(run, second.application)
    assert "補欠" in reason(run, waiting.application)
    worked(reviewer, run)
    granted = Decision.objects.get(application=first.application)
    assert (granted.outcome, granted.amount_yen) == ("grant", first.amount_yen)
    assert granted.reason == "審査の結果、採択されたため。"
    refused = Decision.objects.get(application=out.application)
    assert (refused.outcome, refused.reason) == ("refuse", out.reason)
    assert Decision.objects.count() == 2


def test_what_was_corrected_since_is_not_proposed(reviewer):
    call = make.make_call()
    application, other = (checked(reviewer, call=call) for _ in range(2))
    run = prepared(reviewer, "propose", reason=WHY)
    version = application.versions.get()
    version.pk, version.number = None, 2
    version.idempotency_key = make.uuid.uuid4()
    version.save()
    run = worked(reviewer, run)
    assert outcomes(run) == {application.pk: "failed", other.pk: "done"}
    assert "第2版" in reason(run, application)


def test_the_number_of_queries_does_not_grow_with_the_matches(
    reviewer, django_assert_max_num_queries
):
    call = make.make_call()
    for _ in range(4):
        checked(reviewer, call=call)
    with acting(reviewer), django_assert_max_num_queries(12):
        services.run_prepare(
            actor=reviewer,
            kind="propose",
            filters=QueueFilters(),
            today=make.clock.today(),
            instructions={"reason": WHY},
        )


def test_who_may_not_propose_one_proposes_not_many(reviewer):
    checked(reviewer)
    with pytest.raises(ReasonMissing):
        prepared(reviewer, "propose", reason=" ")
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    with pytest.raises(RoleMissing):
        prepared(approver, "propose", reason=WHY)
    address = reverse("bulk:setup", args=["propose"])
    assert client_of(approver).get(address).status_code == 404
    assert User.objects.filter(pk=approver.user_id).exists()


def test_from_the_queue_over_the_reason_to_the_confirmation(reviewer):
    application = checked(reviewer)
    client = client_of(reviewer)
    conditions = "status=reviewing"
    shown = client.get(f"/staff/queue/?{conditions}").content.decode()
    assert "まとめて起案する準備をする" in shown
    posted = {"kind": "propose", "conditions": conditions}
    answer = client.post(reverse("bulk:prepare"), posted)
    page = client.get(answer["Location"]).content.decode()
    assert "条件に合う1件の準備をします" in page
    answer = client.post(answer["Location"], {"reason": ""})
    assert answer.status_code == 422
    assert BulkRun.objects.count() == 0
    nothing = reverse("bulk:setup", args=["propose"]) + "?status=correction"
    answer = client.post(nothing, {"reason": WHY})
    assert answer.status_code == 422
    assert WHY in answer.content.decode()
    assert "この条件に合う申請はありません" in answer.content.decode()
    answer = client.post(f"{reverse('bulk:setup', args=['propose'])}?{conditions}", {"reason": WHY})
    shown = client.get(answer["Location"]).content.decode()
    for part in (application.receipt_no, "499,000円", "1件を起案する", WHY):
        assert part in shown
    run = BulkRun.objects.get()
    assert run.instructions == {"reason": WHY}
    assert run.conditions == {"status": "reviewing"}
