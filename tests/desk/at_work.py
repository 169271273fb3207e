"""What officials and advisors find beside the cases: firms that no mail reaches, a request to delete
data, consultations, plans to read, texts of mails.
"""

import datetime as dt

import pytest

from lab.booking.demo.live import opened
from lab.booking.models import Reservation
from lab.events.models import Event
from portal.accounts.demo import BY_KEY, SUMIDA
from portal.accounts.models import User
from portal.duty.selectors.inbox import Wanted, inbox
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.notices.models import OptOut
from portal.personal.models import DeletionRequest
from programs import reaching
from subsidies import states
from subsidies.committee.models import Declaration, Exclusion, ReviewRound
from subsidies.committee.selectors.member import own_reviews
from subsidies.consultations.models import Consultation, Tick
from subsidies.evaluation.models import PlanShare
from subsidies.evaluation.selectors import shared_rows
from subsidies.models import Application
from subsidies.office.models import Revision
from tests.desk.demo_people import official


def test_mails_came_back_and_a_deletion_waits(demo):
    actor = official("reviewer")
    with acting(actor):
        told = reaching.unreached(actor)
        firms = list(reaching.dead_firms(actor))
        found = inbox(actor, Wanted(room="firms"), today=clock.today())
    assert told
    assert firms
    assert found.total == len(told) + len(firms)
    assert DeletionRequest.objects.get().status == "asked"


def test_consultations_stand_on_record_for_cases_and_for_firms_that_only_asked(demo):
    rows = Consultation.objects.all()
    assert rows.exclude(need="").exists()
    assert rows.filter(need="").exists()
    assert Tick.objects.filter(check_row__verdict="ok").exists()


def test_the_advisor_finds_plans_in_every_state(demo):
    user = User.objects.get(email=BY_KEY["advisor"].email)
    advisor = Actor(user.pk, user.name, Hat.SUPPORT, frozenset({"advisor"}))
    with acting(advisor):
        rows = shared_rows(advisor)
    assert {row.state.code for row in rows} == {"unread", "commented", "draft", "submitted"}
    assert len([row for row in rows if row.waiting_since]) >= 4
    assert max(row.days for row in rows) >= 8
    assert PlanShare.objects.exclude(ended_at=None).exists()


def test_two_wards_have_mail_texts_and_some_do_without(demo):
    wards = {row.ward_id for row in Revision.objects.all() if row.rules.get("mails")}
    assert {SUMIDA, 13121} <= wards
    assert set(OptOut.objects.values_list("topic", flat=True)) == {
        "subsidies.application_submitted",
        "subsidies.grant_paid",
    }


def test_the_committee_member_of_the_one_click_role_has_something_to_score(demo):
    person = BY_KEY["committee"]
    user = User.objects.get(email=person.email)
    member = Actor(user.pk, user.name, Hat.REVIEW, frozenset({person.role}), ward_id=SUMIDA)
    with acting(member):
        reviews = own_reviews(member)
        assert reviews[0].next is not None
        assert reviews[0].round.is_blind
        assert reviews[0].is_chair
        shut = ReviewRound.objects.get(pk=reviews[0].round.pk)
        assert shut.revealed_at is None
    assert Exclusion.objects.filter(case__round=shut).exists()
    assert Declaration.objects.exclude(relation="none").exists()


def test_the_owner_finds_each_kind_of_thing_to_do(demo):
    owner = User.objects.get(email=BY_KEY["owner"].email)
    rows = Application.objects.filter(firm__memberships__user=owner)
    assert set(rows.values_list("status", flat=True)) == {
        states.DRAFT,
        states.CORRECTION,
        states.GRANTED,
    }
    assert owner.notices.exists()


def test_nobody_is_in_the_lab_before_it_opens_whenever_the_data_are_loaded(demo):
    moments = [*Reservation.objects.values_list("starts_at", flat=True)]
    moments += Reservation.objects.exclude(checked_in_at=None).values_list(
        "checked_in_at", flat=True
    )
    moments += Event.objects.values_list("starts_at", flat=True)
    assert {moment.astimezone(clock.TOKYO).hour for moment in moments} <= set(range(9, 21))


@pytest.mark.parametrize(("loaded", "told"), [(5, 10), (12, 12), (23, 14)])
def test_a_full_hour_of_the_day_at_which_the_lab_is_open(loaded, told):
    moment = dt.datetime(2026, 12, 1, loaded, 40, tzinfo=clock.TOKYO)
    assert opened(moment) == moment.replace(hour=told, minute=0)
