"""採択 before 交付決定: what a scored call lets officials propose and approve, and when."""

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.transitions import GuardFailed, StaleState
from subsidies import gate
from subsidies import services as core
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.bulk.services import run_prepare
from subsidies.models import Application, Call, Decision
from subsidies.selection import services, states
from subsidies.selection.models import Choice, Selection
from subsidies.selectors.queue import QueueFilters
from tests.factories import selection as build
from tests.factories import subsidies as make
from tests.subsidies.test_races import at_once
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make.official_actor()


@pytest.fixture
def approver():
    return make.official_actor(make.SUMIDA, Role.APPROVER)


@pytest.fixture
def call():
    """100, 80, 60 and 20 points; the money reaches for two, so: 採択, 採択, 補欠, 不採択."""
    return scored()


def scored():
    call = build.make_scored().call
    wanted = Application.objects.filter(call=call).values_list("requested_yen", flat=True)[0]
    Call.objects.filter(pk=call.pk).update(budget_yen=wanted * 2 + 1)
    return Call.objects.get(pk=call.pk)


def rows(call):
    return list(Application.objects.filter(call=call).order_by("submitted_at"))


def propose(actor, application, outcome="grant", **more):
    with acting(actor):
        return core.decision_propose(
            actor=actor,
            application_id=application.pk,
            outcome=outcome,
            **{"reason": "審査会の結論のとおり", **more},
        )


def test_before_the_selection_nobody_is_granted_but_a_formal_fault_can_be_refused(call, office):
    first, second, *_rest = rows(call)
    with pytest.raises(GuardFailed, match="採択の決裁を待って"):
        propose(office, first)
    build.propose(call, actor=office)
    with pytest.raises(GuardFailed, match="採択の決裁を待って"):
        propose(office, first)
    assert not Decision.objects.exists()
    assert propose(office, second, "refuse", reason="区内に事業所がない").amount_yen == 0


def test_selected_ones_are_granted_after_their_quotes_were_checked(call, office):
    build.approve(build.propose(call, actor=office))
    first, second, third, fourth = rows(call)
    with pytest.raises(GuardFailed, match="見積を確認してから"):
        propose(office, first)
    with acting(office):
        services.quotes_check(
            actor=office, call_id=call.pk, choice_ids=[Choice.objects.get(application=first).pk]
        )
    assert propose(office, first).amount_yen == first.requested_yen
    for application, why in ((second, "見積"), (third, "補欠"), (fourth, "採択されませんでした")):
        with pytest.raises(GuardFailed, match=why):
            propose(office, application)


def test_merged_no_quotes_are_asked_for(call, office, approver):
    build.approve(build.propose(call, actor=office, is_separate=False))
    first = rows(call)[0]
    propose(office, first)
    with acting(approver):
        assert core.decision_approve(actor=approver, application_id=first.pk).document_no


def test_a_refusal_takes_its_reason_from_the_ranking(call, office):
    build.approve(build.propose(call, actor=office))
    fourth = rows(call)[3]
    choice = Choice.objects.get(application=fourth)
    assert choice.reason
    assert propose(office, fourth, "refuse", reason="").reason == choice.reason


def test_no_more_than_what_was_selected(call, office):
    build.approve(build.propose(call, actor=office, is_separate=False))
    first = rows(call)[0]
    Choice.objects.filter(application=first).update(amount_yen=100_000)
    with pytest.raises(GuardFailed, match="採択した額（100,000円）"):
        propose(office, first, amount_yen=100_001)
    assert propose(office, first).amount_yen == 100_000


def test_the_approval_asks_again(call, office, approver):
    """What was selected when it was proposed is not any more (a record put right by hand)."""
    run = build.approve(build.propose(call, actor=office, is_separate=False))
    first = rows(call)[0]
    propose(office, first)
    Selection.objects.filter(pk=run.pk).update(status=states.RETURNED)
    with acting(approver), pytest.raises(GuardFailed, match="採択の決裁を待って"):
        core.decision_approve(actor=approver, application_id=first.pk)
    with acting(approver):
        prepared = run_prepare(
            actor=approver,
            kind=BulkRun.Kind.APPROVE,
            filters=QueueFilters(),
            today=make.clock.today(),
        )
        item = prepared.items.get(application=first)
    assert item.outcome == BulkItem.Outcome.EXCLUDED
    assert "採択の決裁を待って" in item.reason


def test_a_first_come_call_is_not_asked(office):
    call = build.make_scored((5,), mode=Call.Mode.FIRST_COME).call
    (only,) = rows(call)
    assert gate.standing(only) == gate.OPEN
    assert propose(office, only).amount_yen == only.requested_yen


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_is_asked_in_one_query(call, office, django_assert_num_queries, count):
    build.approve(build.propose(call, actor=office))
    firm = make.make_firm()
    for _each in range(count):
        make.make_row(call=call, firm=firm, creator_id=office.user_id, status="refused")
    asked = list(Application.objects.filter(call=call).select_related("call", "version"))
    with django_assert_num_queries(1):
        found = gate.standings(asked)
    assert len(found) == 4 + count


def test_the_page_says_why_it_is_closed_and_leads_to_the_ranking(client: Client, call, office):
    sign_in(client, User.objects.get(pk=office.user_id))
    first, *_rest, fourth = rows(call)
    ranking = f"/staff/selections/{call.pk}/"
    page = client.get(f"/staff/applications/{first.receipt_no}/propose/").content.decode()
    assert "採択の決裁を待って" in page
    assert f'href="{ranking}"' in page
    case = client.get(f"/staff/applications/{first.receipt_no}/").content.decode()
    assert f'href="{ranking}"' in case
    refused = client.post(
        f"/staff/applications/{first.receipt_no}/propose/",
        {"outcome": "grant", "reason": "残したい文章", "seen": "1"},
    ).content.decode()
    assert "採択の決裁を待って" in refused
    assert "残したい文章" in refused
    assert not Decision.objects.exists()
    build.approve(build.propose(call, actor=office))
    page = client.get(f"/staff/applications/{fourth.receipt_no}/propose/").content.decode()
    assert Choice.objects.get(application=fourth).reason in page


@pytest.mark.django_db(transaction=True)
def test_returned_or_approved_at_the_same_moment_decides_what_may_be_proposed():
    with acting(make.SYSTEM):
        call = scored()
        first = rows(call)[0]
        office, chief = make.official_actor(), make.official_actor(make.SUMIDA, Role.APPROVER)
        run = build.propose(call, actor=office, is_separate=False)

    def give_back():
        with acting(office):
            services.selection_return(actor=office, selection_id=run.pk, reason="順位の見直し")
        return "returned"

    def approve():
        build.approve(run, actor=chief)
        return "approved"

    def grant():
        return propose(office, first).amount_yen

    given, approved, early = at_once([give_back, approve, grant])
    assert {given, approved} in ({"returned", StaleState}, {"approved", StaleState})
    assert early is GuardFailed or approved == "approved"
    if approved == "approved":
        assert early == first.requested_yen or grant() == first.requested_yen
    else:
        with pytest.raises(GuardFailed, match="採択の決裁を待って"):
            grant()
