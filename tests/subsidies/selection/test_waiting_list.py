"""補欠: the waiting list moves up as the money allows, and not any more once it is too late."""

import datetime as dt

import pytest

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent
from portal.notices.models import Notice
from portal.ui.markup import era_date
from subsidies import services as core
from subsidies.models import Application, Call
from subsidies.office import services as calls
from subsidies.selection import selectors, services, states
from subsidies.selection.models import Choice
from tests.factories import selection as build
from tests.factories import subsidies as make
from tests.support.people import sign_in

pytestmark = pytest.mark.usefixtures("staged")


@pytest.fixture
def office():
    return make.official_actor()


@pytest.fixture
def call(stage):
    """Four applications with 100, 80, 60 and 20 points."""
    return stage(lambda: build.make_scored().call)


def test_who_is_held_does_not_move_up(call, office):
    yen = build.only_for(call, 1)
    build.approve(build.propose(call, actor=office))
    held = Choice.objects.filter(status=states.WAITING).order_by("rank").first()
    with acting(office):
        mark = services.mark_put(
            actor=office,
            application_id=held.application_id,
            kind="suspect",
            reason="偽造",
            is_held=True,
        )
    Call.objects.filter(pk=call.pk).update(budget_yen=yen * 2)
    with acting(make.SYSTEM):
        moved = services.waiting_advance(actor=make.SYSTEM, call_id=call.pk)
    assert [row.rank for row in moved] == [held.rank + 1]
    Call.objects.filter(pk=call.pk).update(budget_yen=yen * 3)
    with acting(office):
        services.mark_lift(actor=office, mark_id=mark.pk, reason="原本を確かめた")
    outbox.drain()
    held.refresh_from_db()
    assert (held.status, held.amount_yen) == (states.SELECTED, yen)


def test_the_waiting_list_moves_up_in_order_when_money_is_freed(call, office):
    yen = build.only_for(call, 2)
    build.approve(build.propose(call, actor=office))
    first = Application.objects.filter(call=call).order_by("submitted_at").first()
    firm = make.firm_actor(first.firm)
    with acting(firm):
        core.application_withdraw(actor=firm, application_id=first.pk, reason="計画を見直す")
    outbox.drain()
    third = Choice.objects.get(rank=3)
    assert (third.status, third.amount_yen) == ("selected", yen)
    assert third.promoted_at is not None
    assert selectors.available_yen(Call.objects.get(pk=call.pk)) == 1
    member = make.firm_actor(third.firm).user_id
    told = Notice.objects.filter(url__contains=str(third.application.public_id))
    assert told.filter(subject__startswith="採択されました").exists()
    assert not told.filter(recipient_id=member).exists()  # joined later


def test_the_waiting_list_moves_up_when_the_budget_is_raised(call, office):
    yen = build.only_for(call, 2)
    build.approve(build.propose(call, actor=office))
    admin = make.official_actor(call.ward_id, Role.WARD_ADMIN)
    with acting(admin):
        calls.call_change_budget(
            actor=admin, call_id=call.pk, budget_yen=3 * yen, reserved_yen=0, reason="補正予算。"
        )
    event = OutboxEvent.objects.get(name="subsidies.budget_changed")
    outbox.handle(event.pk, "selection.advance_budget_changed")
    third = Choice.objects.get(rank=3)
    assert (third.status, third.amount_yen) == ("selected", yen)


@pytest.mark.parametrize("event", ["grants.ruled", "grants.recovery_returned"])
def test_the_waiting_list_moves_up_with_a_lower_decision_and_a_return(call, office, event):
    yen = build.only_for(call, 2)
    build.approve(build.propose(call, actor=office))
    with acting(make.SYSTEM):
        # What a change has freed, or a return, stands in the call when its event is heard.
        Call.objects.filter(pk=call.pk).update(budget_yen=3 * yen)
        application = Application.objects.filter(call=call).order_by("submitted_at").first()
        outbox.publish(
            name=event,
            subject=application.pk,
            ward_id=call.ward_id,
            payload={"application_id": application.pk},
        )
    heard = OutboxEvent.objects.get(name=event)
    outbox.handle(heard.pk, f"selection.advance_{event.rpartition('.')[2]}")
    assert Choice.objects.get(rank=3).status == "selected"


def test_nobody_moves_up_while_the_money_does_not_reach(call):
    build.only_for(call, 2)
    build.approve(build.propose(call))
    assert services.waiting_advance(actor=make.SYSTEM, call_id=call.pk) == []


def test_nobody_moves_up_once_the_projects_last_day_has_passed_and_the_official_reads_why(
    client, call, office
):
    yen = build.only_for(call, 1)
    build.approve(build.propose(call, actor=office))
    last = clock.today() - dt.timedelta(days=1)
    Call.objects.filter(pk=call.pk).update(budget_yen=yen * 3, project_ends_on=last)
    first = Application.objects.filter(call=call).order_by("submitted_at").first()
    firm = make.firm_actor(first.firm)
    with acting(firm):
        core.application_withdraw(actor=firm, application_id=first.pk, reason="計画を見直す")
    event = OutboxEvent.objects.get(name="subsidies.application_withdrawn")
    for _ in range(2):
        outbox.handle(event.pk, "selection.advance_application_withdrawn")
    assert not Choice.objects.exclude(promoted_at=None).exists()
    told = Notice.objects.get(event_key=f"selection.over:{call.pk}", recipient_id=office.user_id)
    assert "補欠は繰り上がりません" in told.subject
    sign_in(client, User.objects.get(pk=office.user_id))
    page = client.get(f"/staff/selections/{call.pk}/").content.decode()
    assert "補欠を終えて、企業に知らせてください" in page
    assert f"事業の期限（{era_date(last)}）を過ぎた" in page
