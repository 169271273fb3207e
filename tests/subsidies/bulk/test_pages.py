"""The pages of a run: confirmation, progress, result; on a screen, on a telephone, in English."""

import pytest
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from subsidies import services as acts
from subsidies.bulk import services
from subsidies.bulk.models import BulkRun
from subsidies.models import Decision
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import subsidies as make
from tests.flows.story import press
from tests.screens import save_screen
from tests.support.people import client_of


def prepare(client, kind="approve", conditions=""):
    answer = client.post(reverse("bulk:prepare"), {"kind": kind, "conditions": conditions})
    return answer, BulkRun.objects.order_by("pk").last()


@pytest.fixture
def approver():
    return make.official_actor(make.SUMIDA, Role.APPROVER)


@pytest.mark.django_db
def test_from_the_queue_to_the_confirmation_and_the_start(approver):
    call = make.make_call()
    chosen, left_out = make.make_proposed(call=call), make.make_submitted(call=call)
    other = make.make_proposed(call=make.make_call())
    client = client_of(approver)
    conditions = f"scheme={call.version.scheme.code}"
    assert (
        "まとめて決裁する準備をする" in client.get(f"/staff/queue/?{conditions}").content.decode()
    )
    answer, run = prepare(client, conditions=conditions)
    assert answer["Location"] == reverse("bulk:run", args=[run.public_id])
    shown = client.get(answer["Location"]).content.decode()
    for part in (chosen.receipt_no, left_out.receipt_no, "決裁待ちではありません", "1件を決裁する"):
        assert part in shown
    assert other.receipt_no not in shown
    client.post(reverse("bulk:start", args=[run.public_id]))
    answer = client.get(reverse("bulk:run", args=[run.public_id]))
    assert answer["Refresh"] == "3"
    assert "0 / 1件" in answer.content.decode()
    services.work(run_id=run.pk, today=make.clock.today())
    answer = client.get(reverse("bulk:run", args=[run.public_id]))
    assert "Refresh" not in answer
    assert "すべて処理しました" in answer.content.decode()


@pytest.mark.django_db
def test_what_cannot_be_done_is_said_where_it_was_asked(approver):
    client = client_of(approver)
    answer, run = prepare(client, conditions="q=無い会社")
    assert run is None
    assert answer["Location"].startswith("/staff/queue/?q=")
    assert "この条件に合う申請はありません" in client.get(answer["Location"]).content.decode()
    answer, run = prepare(client, kind="everything")
    assert (answer.status_code, run) == (302, None)
    reviewer = client_of(make.official_actor())
    make.make_proposed()
    assert "まとめて決裁する準備をする" not in reviewer.get("/staff/queue/").content.decode()
    assert prepare(reviewer)[1] is None


@pytest.mark.django_db
def test_letters_are_received_by_officials_of_the_ward(approver):
    make.make_grant(approver=approver)
    client = client_of(approver)
    _answer, run = prepare(client, "print", "status=decided")
    empty = client.get(reverse("bulk:file", args=[run.public_id, "zip"]))
    assert empty.status_code == 302
    client.post(reverse("bulk:start", args=[run.public_id]))
    services.work(run_id=run.pk, today=make.clock.today())
    for which, kind in (("print", "application/pdf"), ("zip", "application/zip")):
        answer = client.get(reverse("bulk:file", args=[run.public_id, which]))
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    foreign = client_of(make.official_actor(13101))
    assert foreign.get(reverse("bulk:file", args=[run.public_id, "zip"])).status_code == 404


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, True), (320, False)])
def test_an_approver_decides_many_at_once(signed_in, width, script):
    with acting(make.SYSTEM):
        approver = make.official_actor(make.SUMIDA, Role.APPROVER)
        call = make.make_call()
        for _ in range(2):
            make.make_proposed(call=call)
        gone = make.make_proposed(call=call)
        make.make_submitted(call=call)
        user = User.objects.get(pk=approver.user_id)
    with acting(make.SYSTEM):
        page = signed_in(user, width=width, java_script_enabled=script)
    page.goto("/staff/queue/")
    press(page, "まとめて決裁する準備をする")
    page.get_by_role("heading", name="始める前に確かめてください").wait_for()
    with acting(approver):
        acts.decision_approve(actor=approver, application_id=gone.pk)
    look(page, f"bulk-confirm-{width}", script)
    press(page, "3件を決裁する")
    page.get_by_text("0 / 3件").wait_for()
    look(page, f"bulk-progress-{width}", script)
    with acting(make.SYSTEM):
        run = BulkRun.objects.get()
    services.work(run_id=run.pk, today=make.clock.today())
    page.goto(f"/staff/bulk/{run.public_id}/")
    page.get_by_role("heading", name="できなかった申請があります").wait_for()
    look(page, f"bulk-result-{width}", script)
    with acting(make.SYSTEM):
        assert Decision.objects.filter(approved_at__isnull=False).count() == 3


def look(page, name, script):
    if script:
        assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    save_screen(page, name)
