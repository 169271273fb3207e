"""予算待ち: a firm knows its place in line, and is told when money that came back reaches it."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent
from portal.notices.models import Notice
from subsidies import services
from subsidies.grants import services as grants
from subsidies.models import Call
from subsidies.office import services as office
from subsidies.services.turns import Turn, in_turn, turn_of
from tests.factories import subsidies as make
from tests.subsidies.grants.people import filed
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db

# An application of the factory asks for 499,000 yen.
ENOUGH_FOR_ONE = 600_000


def deliver(name: str, application, *, times: int = 1) -> None:
    """Run the handlers of turns on the event of the application, as a worker does."""
    event = OutboxEvent.objects.get(name=name, payload__application_id=application.pk)
    for handler in outbox.handlers_of(name):
        if "turn" in handler.name:
            for _ in range(times):
                outbox.handle(event.pk, handler.name)


@pytest.fixture
def call():
    return make.make_call(budget_yen=ENOUGH_FOR_ONE)


@pytest.fixture
def pair(call):
    return make.make_submitted(call=call), make.make_submitted(call=call)


def owner(client: Client, application):
    actor = make.firm_actor(application.firm)
    sign_in(client, User.objects.get(pk=actor.user_id))
    return actor


def status_of(client: Client, application) -> str:
    return client.get(reverse("subsidies:status", args=[application.public_id])).content.decode()


def withdraw(application) -> None:
    actor = make.firm_actor(application.firm)
    with acting(actor):
        services.application_withdraw(
            actor=actor, application_id=application.pk, reason="計画をやめた。"
        )


def turn_notices(application):
    return Notice.objects.filter(event_key=f"subsidies.turn:{application.pk}")


def test_the_status_page_says_who_waits_and_at_which_place(client, pair):
    first, second = pair
    owner(client, second)
    page = status_of(client, second)
    assert "予算待ちです" in page
    assert "受付の順で2番目です" in page
    owner(client, first)
    page = status_of(client, first)
    assert "予算待ち" not in page
    assert "受付の順で1番目です" in page


def test_a_round_has_no_line_and_a_decided_one_left_it(pair, call):
    first, second = pair
    actor = make.firm_actor(second.firm)
    withdraw(first)
    first.refresh_from_db()
    assert turn_of(first, actor=actor) is None
    assert turn_of(second, actor=actor) == Turn(1, waits=False)
    Call.objects.filter(pk=call.pk).update(mode=Call.Mode.ROUND)
    second.refresh_from_db()
    assert turn_of(second, actor=actor) is None


def test_whoever_comes_too_late_is_told_in_writing_and_nobody_else(pair):
    _first, second = pair
    for application in pair:
        deliver("subsidies.application_submitted", application, times=2)
    told = Notice.objects.filter(event_key__startswith="subsidies.waits:")
    assert {notice.event_key for notice in told} == {f"subsidies.waits:{second.pk}"}
    assert told.count() == second.firm.memberships.count()
    assert "2番目" in told[0].body


def test_a_withdrawal_tells_the_next_firm_and_the_official_once(pair):
    first, second = pair
    reviewer = make.official_actor(second.ward_id)
    deliver("subsidies.application_submitted", second)
    assert not turn_notices(second)
    withdraw(first)
    deliver("subsidies.application_withdrawn", first, times=3)
    told = turn_notices(second)
    assert told.filter(url__startswith="/apply/").count() == second.firm.memberships.count()
    assert told.get(recipient_id=reviewer.user_id).url.endswith(f"{second.receipt_no}/")


def test_after_the_projects_last_day_nobodys_turn_comes_and_the_official_is_told_why(pair, call):
    first, second = pair
    reviewer = make.official_actor(second.ward_id)
    deliver("subsidies.application_submitted", second)
    Call.objects.filter(pk=call.pk).update(
        project_ends_on=clock.today() - dt.timedelta(days=1),
    )
    withdraw(first)
    deliver("subsidies.application_withdrawn", first, times=2)
    assert not turn_notices(second)
    told = Notice.objects.get(event_key=f"subsidies.turn_over:{second.pk}")
    assert told.recipient_id == reviewer.user_id
    assert "事業の期限" in told.subject


def test_who_never_waited_is_not_told_that_money_came_back():
    call = make.make_call(budget_yen=5_000_000)
    first, second = make.make_submitted(call=call), make.make_submitted(call=call)
    deliver("subsidies.application_submitted", second)
    withdraw(first)
    deliver("subsidies.application_withdrawn", first)
    assert not Notice.objects.filter(event_key__startswith="subsidies.turn:")


def test_a_raised_budget_tells_who_waits_as_money_that_comes_back_does(pair, call):
    _first, second = pair
    reviewer = make.official_actor(call.ward_id)
    deliver("subsidies.application_submitted", second)
    admin = make.official_actor(call.ward_id, Role.WARD_ADMIN)
    for budget_yen in (ENOUGH_FOR_ONE + 1, 2 * ENOUGH_FOR_ONE):
        with acting(admin):
            office.call_change_budget(
                actor=admin, call_id=call.pk, budget_yen=budget_yen, reserved_yen=0, reason="補正。"
            )
        event = OutboxEvent.objects.filter(name="subsidies.budget_changed").latest("created_at")
        for _ in range(2):
            outbox.handle(event.pk, "subsidies.turns_budget_changed")
        assert turn_notices(second).exists() == (budget_yen == 2 * ENOUGH_FOR_ONE)
    told = turn_notices(second)
    assert told.filter(url__startswith="/apply/").count() == second.firm.memberships.count()
    assert told.filter(recipient_id=reviewer.user_id).count() == 1


def test_money_of_a_grant_that_is_given_up_reaches_the_next(call):
    grant = make.make_grant(call=call)
    late = make.make_submitted(call=call)
    deliver("subsidies.application_submitted", late)
    approver = make.official_actor(call.ward_id, Role.APPROVER)
    with acting(approver):
        assert in_turn(Call.objects.get(pk=call.pk)) == []
    filing = filed(grant, "withdrawal", why="資金の見通しが立たない。")
    reviewer = make.official_actor(call.ward_id)
    with acting(reviewer):
        grants.filing_accept(actor=reviewer, filing_id=filing.pk)
    deliver("subsidies.grant_withdrawn", grant.application)
    assert turn_notices(late).filter(url__startswith="/apply/").exists()


def test_a_call_without_money_says_so_before_anybody_applies(client, call):
    address = reverse("subsidies:call_detail", args=[call.pk])
    assert "予算待ち）" not in client.get(address).content.decode()
    Call.objects.filter(pk=call.pk).update(committed_yen=599_500, decided_yen=599_500)
    page = client.get(address).content.decode()
    assert "受付中（予算待ち）" in page
    assert "いまは予算の残りがありません" in page
    cards = client.get(reverse("subsidies:call_list"), {"ward": call.ward_id}).content.decode()
    assert "受付中（予算待ち）" in cards
