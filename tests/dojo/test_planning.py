"""A cohort is planned: its days, sessions, make-ups and lecturers, and what is refused on the way."""

import datetime as dt
from collections import Counter

import pytest

from dojo import services, states
from dojo.models import Cohort, Session
from dojo.services import reminders
from portal.kernel import clock
from portal.kernel.database import acting
from portal.notices.models import Notice
from tests.dojo.pages import text, url
from tests.factories import dojo
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def given(**changes):
    today = clock.today()
    return {
        "course": dojo.course().pk,
        "first_on": str(today + dt.timedelta(days=30)),
        "starts": "１８：００",
        "every_days": "7",
        "capacity": "12",
        "selection": "first_come",
        "opens_on": str(today),
        "closes_on": str(today + dt.timedelta(days=14)),
        "accept_days": "3",
        "place": "すみだ産業会館",
        "contact": "産業振興課",
        **changes,
    }


def test_days_are_proposed_and_can_be_moved(planner):
    client = client_of(planner)
    page = client.post(url("create"), given(), follow=True)
    assert "成功事例を持つ町工場の経営者" in text(page) or "講師を1人以上" in text(page)
    cohort = Cohort.objects.get()
    sessions = dojo.sessions(cohort)
    assert len(sessions) == 5
    assert {s.starts_at.astimezone(clock.TOKYO).hour for s in sessions} == {18}
    day = clock.to_date(sessions[1].starts_at) + dt.timedelta(days=1)
    moved = {"day": str(day), "starts": "19:00", "ends": "21:00"}
    client.post(url("session_edit", sessions[1].pk), moved)
    assert Session.objects.get(pk=sessions[1].pk).starts_at.astimezone(clock.TOKYO).hour == 19


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"capacity": "0"}, "1"),
        ({"capacity": "501"}, "500"),
        ({"starts": "夕方"}, "18:00のように"),
        ({"closes_on": "2020-01-01"}, "開始以降の日"),
        ({"selection": "chosen"}, "公表する選考の基準"),
        ({"first_on": "2020-01-06"}, "募集の終わりより後"),
        ({"online_url": "javascript:alert(1)"}, "URL"),
        ({"course": "999"}, "選"),
    ],
)
def test_bad_entries_are_named_and_kept(planner, changes, why):
    answer = client_of(planner).post(url("create"), given(**changes))
    assert answer.status_code == 422
    assert why in text(answer)
    assert "すみだ産業会館" in text(answer)
    assert not Cohort.objects.exists()


def test_a_session_that_moves_is_told(planner, cohort):
    actor, _ = dojo.enrolled(cohort)[0]
    session = dojo.sessions(cohort)[0]
    with acting(planner):
        services.session_change(
            actor=planner,
            session_id=session.pk,
            starts_at=session.starts_at + dt.timedelta(days=1),
            ends_at=session.ends_at + dt.timedelta(days=1),
        )
    told = Notice.objects.filter(recipient_id=actor.user_id, event_key__contains=".moved.")
    assert "開催日時・会場が変わりました" in told.get().subject


def test_each_change_of_a_session_is_told_also_of_the_place_alone(planner, cohort):
    actor, _ = dojo.enrolled(cohort)[0]
    session = dojo.sessions(cohort)[0]
    times = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    for place in ("本所地域プラザ", "すみだ生涯学習センター", "本所地域プラザ"):
        with acting(planner):
            services.session_change(actor=planner, session_id=session.pk, place=place, **times)
    told = Notice.objects.filter(recipient_id=actor.user_id, event_key__contains=".moved.")
    named = Counter(("本所" in notice.body, "すみだ生涯" in notice.body) for notice in told)
    assert named == {(True, False): 2, (False, True): 1}


def test_a_session_that_moves_after_its_reminder_is_called_to_mind_again(planner, cohort):
    actor, _ = dojo.enrolled(cohort)[0]
    session = dojo.sessions(cohort)[0]
    before = clock.to_date(session.starts_at)
    later = dt.timedelta(days=3)
    with acting(dojo.SYSTEM):
        reminders.remind(today=before - dt.timedelta(days=1))
    with acting(planner):
        services.session_change(
            actor=planner,
            session_id=session.pk,
            starts_at=session.starts_at + later,
            ends_at=session.ends_at + later,
        )
    with acting(dojo.SYSTEM):
        reminders.remind(today=before + later - dt.timedelta(days=1))
    key = f".coming.{session.pk}.1."
    mine = Notice.objects.filter(recipient_id=actor.user_id, event_key__contains=key)
    assert mine.count() == 2


def made_up(planner, cohort, unit):
    """A make-up session of the unit in a week."""
    starts_at = clock.midnight(clock.today() + dt.timedelta(days=7)) + dt.timedelta(hours=18)
    with acting(planner):
        return services.make_up_add(
            actor=planner,
            cohort_id=cohort.pk,
            unit_id=unit.pk,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=2),
        )


def test_a_make_up_session_that_moves_or_is_called_off_is_told_to_whom_it_has_called(
    planner, cohort
):
    (_came, there), (missed, _away) = dojo.enrolled(cohort, 2)
    unit = dojo.held(cohort)[0].unit
    dojo.attend(planner, there, "p", plan=False)
    extra = made_up(planner, cohort, unit)
    with acting(planner):
        services.session_change(
            actor=planner,
            session_id=extra.pk,
            starts_at=extra.starts_at + dt.timedelta(days=30),
            ends_at=extra.ends_at + dt.timedelta(days=30),
        )
        services.make_up_remove(actor=planner, session_id=extra.pk)
    for subject in ("開催日時・会場が変わりました", "補講は取りやめになりました"):
        told = Notice.objects.filter(subject__startswith=subject)
        assert list(told.values_list("recipient_id", flat=True)) == [missed.user_id], subject


def test_a_make_up_session_calls_whoever_missed_the_unit_and_nobody_else(planner, cohort):
    (came, there), (missed, _away) = dojo.enrolled(cohort, 2)
    unit = dojo.held(cohort)[0].unit
    dojo.attend(planner, there, "p", plan=False)
    starts_at = made_up(planner, cohort, unit).starts_at
    with acting(dojo.SYSTEM):
        assert reminders.remind(today=clock.to_date(starts_at) - dt.timedelta(days=7)) == 1
    told = Notice.objects.filter(subject__startswith="補講を行います")
    assert list(told.values_list("recipient_id", flat=True)) == [missed.user_id]
    assert not Notice.objects.filter(
        recipient_id=came.user_id, event_key__contains=".coming."
    ).exists()


def test_the_plan_page_announces_and_cancels(planner):
    cohort = dojo.make_draft(planner)
    client = client_of(planner)
    page = client.post(url("move", cohort.public_id, "announce"), follow=True)
    assert "講師を1人以上加えてください" in text(page)
    assert client.post(url("move", cohort.public_id, "cancel"), {}).status_code == 422
    client.post(url("move", cohort.public_id, "cancel"), {"reason": "会場が使えないため"})
    assert Cohort.objects.get().status == states.CANCELLED
    assert client.post(url("move", cohort.public_id, "other")).status_code == 404


def test_make_ups_and_lecturers_come_and_go(planner, cohort):
    client = client_of(planner)
    teacher = dojo.lecturer_actor()
    unit = dojo.sessions(cohort)[0].unit
    day = str(clock.today() + dt.timedelta(days=60))
    client.post(
        url("make_up", cohort.public_id),
        {"unit": unit.pk, "day": day, "starts": "18:00", "ends": "20:00"},
    )
    extra = Session.objects.get(is_make_up=True)
    client.post(url("unmake_up", extra.pk))
    client.post(url("lecturer", cohort.public_id), {"user": teacher.user_id, "profile": "診断士"})
    assert [row.name for row in cohort.lecturers.all()] == ["押上 実", teacher.name]
    for row in cohort.lecturers.order_by("pk"):
        client.post(url("unlecture", row.pk))
    assert not Session.objects.filter(is_make_up=True).exists()
    assert cohort.lecturers.count() == 1, "the last lecturer of a published cohort stays"
