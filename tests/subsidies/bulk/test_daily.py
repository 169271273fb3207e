"""担当割当, 書類確認の完了 and 支払 over everything that is found, not over one page."""

import pytest
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from subsidies import grant_states, states
from subsidies import services as acts
from subsidies.bulk import services
from subsidies.bulk.models import BulkRun
from subsidies.contents import submitted_rules
from subsidies.grants.models import Payment
from subsidies.grants.services import payment_record
from subsidies.models import Application, Grant
from subsidies.rules import checklist
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.subsidies.bulk.test_pages import client_of
from tests.subsidies.bulk.test_runs import outcomes, prepared, reason, worked
from tests.subsidies.grants.money import claimed, finalised

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return make.official_actor()


def test_one_person_is_put_in_charge_of_everything_found(reviewer):
    call = make.make_call()
    found = [make.make_submitted(call=call) for _ in range(2)]
    mine = make.make_submitted(call=call)
    with acting(reviewer):
        acts.assign(actor=reviewer, application_ids=[mine.pk], assignee_id=reviewer.user_id)
    name = User.objects.get(pk=reviewer.user_id).name
    run = prepared(reviewer, "assign", assignee_id=reviewer.user_id, assignee=name)
    assert "すでにこの担当" in reason(run, mine)
    worked(reviewer, run)
    rows = Application.objects.filter(pk__in=[row.pk for row in found])
    assert {row.assignee_name for row in rows} == {name}
    run = worked(reviewer, prepared(reviewer, "assign", assignee_id=None, assignee=""))
    assert list(outcomes(run).values()) == ["done"] * 3
    assert set(rows.values_list("assignee_id", flat=True)) == {None}


def test_somebody_no_longer_a_reviewer_is_put_in_charge_of_nothing(reviewer):
    application = make.make_submitted()
    other = make.official_actor(13101)
    run = worked(reviewer, prepared(reviewer, "assign", assignee_id=other.user_id, assignee="外"))
    assert outcomes(run) == {application.pk: "failed"}


def test_the_check_is_finished_where_every_item_is_good(reviewer):
    call = make.make_call()
    full, empty = (make.make_submitted(call=call) for _ in range(2))
    over = make.make_proposed(call=call)
    with acting(reviewer):
        for item in checklist.items(submitted_rules(full)):
            acts.check_item_set(
                actor=reviewer, application_id=full.pk, item=item.code, verdict="ok"
            )
    run = prepared(reviewer, "finish_check")
    assert "書類点検が終わっていない" in reason(run, empty)
    assert "書類確認中ではありません（決裁待ち）" in reason(run, over)
    worked(reviewer, run)
    full.refresh_from_db()
    assert full.status == states.REVIEWING


def test_all_claims_that_wait_are_recorded_as_paid(reviewer):
    first, second = (claimed(finalised(make.make_grant())).grant for _ in range(2))
    today = clock.today()
    tomorrow = today + make.dt.timedelta(days=1)
    with acting(reviewer):
        with pytest.raises(Refused, match="今日まで"):
            services.payments_prepare(actor=reviewer, paid_on=tomorrow)
        early = today - make.dt.timedelta(days=1)
        run = services.payments_prepare(actor=reviewer, paid_on=early)
        assert {item.reason for item in run.items.all()} == {"支払日より後に届いた請求です。"}
        run = services.payments_prepare(actor=reviewer, paid_on=today)
        payment_record(actor=reviewer, grant_id=second.pk, paid_on=today)
    run = worked(reviewer, run)
    assert outcomes(run) == {first.application_id: "done", second.application_id: "failed"}
    assert "請求が変わったか、支払が済んで" in reason(run, second.application)
    assert Payment.objects.count() == 2
    assert Grant.objects.get(pk=first.pk).status == grant_states.PAID
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    with acting(approver), pytest.raises(RoleMissing):
        services.payments_prepare(actor=approver, paid_on=today)
    with acting(reviewer), pytest.raises(Refused, match="待っている請求はありません"):
        services.payments_prepare(actor=reviewer, paid_on=today)


def test_from_the_payments_to_the_confirmation(reviewer):
    grant = claimed(finalised(make.make_grant())).grant
    client = client_of(reviewer)
    address = reverse("bulk:setup", args=["pay"])
    assert address in client.get(reverse("grants:payments")).content.decode()
    assert "条件に合う1件の準備をします" in client.get(address).content.decode()
    answer = client.post(address, {"paid_on": "きのう"})
    assert answer.status_code == 422
    assert "きのう" in answer.content.decode()
    answer = client.post(address, {"paid_on": clock.today().isoformat()})
    shown = client.get(answer["Location"]).content.decode()
    assert grant.receipt_no in shown
    assert "1件の支払を記録する" in shown


def test_from_the_queue_to_the_confirmation_of_an_assignment(reviewer):
    application = make.make_submitted()
    client = client_of(reviewer)
    shown = client.get("/staff/queue/").content.decode()
    assert "まとめて担当者を割り当てる準備をする" in shown
    assert "まとめて書類確認を完了する準備をする" in shown
    answer = client.post(reverse("bulk:prepare"), {"kind": "assign", "conditions": ""})
    page = client.get(answer["Location"]).content.decode()
    name = User.objects.get(pk=reviewer.user_id).name
    assert name in page
    assert client.post(answer["Location"], {"assignee": ""}).status_code == 422
    answer = client.post(answer["Location"], {"assignee": str(reviewer.user_id)})
    shown = client.get(answer["Location"]).content.decode()
    for part in (application.receipt_no, f"未割当 → {name}", "1件の担当者を変更する"):
        assert part in shown
    answer = client.post(reverse("bulk:prepare"), {"kind": "finish_check", "conditions": ""})
    assert BulkRun.objects.get(kind="finish_check").items.get().outcome == "excluded"
    assert "できる申請が" not in client.get(answer["Location"]).content.decode()
