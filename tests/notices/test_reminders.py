"""Reminders of the yearly confirmation: who hears, when, and only once."""

import datetime as dt

import pytest
from django.core import mail

from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.notices import services
from portal.notices.models import Notice
from portal.notices.reminders import remind, stage
from portal.notices.tasks import remind_roles
from tests.support.people import assign, make_person

SUMIDA = 13107
TODAY = dt.date(2026, 11, 21)
LAST_DAY = TODAY + dt.timedelta(days=28)

pytestmark = pytest.mark.django_db


def holder(key, role, last_day=LAST_DAY, *, ward_id=SUMIDA, **fields):
    user = assign(make_person(f"{key}@example.jp", name=key, **fields), role, ward_id=ward_id)
    Assignment.objects.filter(user=user).update(confirmed_on=last_day - dt.timedelta(days=365))
    return user


def heard(user):
    return list(Notice.objects.filter(recipient=user).order_by("created_at", "event_key"))


@pytest.mark.parametrize(
    ("days", "expected"), [(28, "first"), (8, "first"), (7, "last"), (0, "last"), (-1, "asleep")]
)
def test_stages(days, expected):
    assert stage(TODAY + dt.timedelta(days=days), TODAY) == expected


@pytest.fixture
def admin():
    return holder("admin", Role.WARD_ADMIN, TODAY + dt.timedelta(days=300))


def test_nothing_before_the_notice(admin):
    holder("a", Role.REVIEWER)
    remind(today=TODAY - dt.timedelta(days=1))
    assert not Notice.objects.exists()


def test_one_notice_for_all_roles_of_a_day_and_only_once(admin):
    person = holder("a", Role.REVIEWER)
    holder("b", Role.APPROVER)
    for day in range(3):
        remind(today=TODAY + dt.timedelta(days=day))
    (notice,) = heard(admin)
    assert notice.subject == "役割の確認をお願いします（令和8年12月19日まで）"
    assert notice.body.startswith("2件の役割について、令和8年12月19日までに")
    assert notice.url == "/staff/people/confirm/"
    assert heard(person) == []


def test_the_last_week_and_the_sleep_are_told_to_the_person_too(admin):
    person = holder("a", Role.REVIEWER)
    for left in (7, 3, -1, -20):
        remind(today=LAST_DAY - dt.timedelta(days=left))
    assert [notice.subject for notice in heard(person)] == [
        "「墨田区 担当」の役割の確認期限が近づいています（令和8年12月19日まで）",
        "「墨田区 担当」の役割が休止しました",
    ]
    assert len(heard(admin)) == 2


def test_a_confirmed_role_is_no_longer_mentioned(admin):
    person = holder("a", Role.REVIEWER)
    Assignment.objects.filter(user=person).update(confirmed_on=TODAY)
    remind(today=LAST_DAY)
    assert not Notice.objects.exists()


def test_an_administrators_own_role_is_another_ones_business(admin):
    Assignment.objects.filter(user=admin).update(confirmed_on=LAST_DAY - dt.timedelta(days=365))
    system = holder("system", Role.SYSADMIN, TODAY + dt.timedelta(days=300), ward_id=None)
    remind(today=TODAY)
    assert heard(admin) == []
    assert len(heard(system)) == 1


def test_everybody_reads_in_their_own_language():
    admin = holder("admin", Role.WARD_ADMIN, TODAY + dt.timedelta(days=300), language="en")
    holder("a", Role.REVIEWER)
    remind(today=TODAY)
    (notice,) = heard(admin)
    assert "19 December 2026" in notice.subject
    assert notice.body.startswith("1 role ")


def test_the_task_of_every_morning_ends_in_a_mail(admin, settings):
    holder("a", Role.REVIEWER, clock.today())
    remind_roles()
    while services.send_next():
        pass
    assert sorted(message.to[0] for message in mail.outbox) == ["a@example.jp", "admin@example.jp"]
    entry = settings.CELERY_BEAT_SCHEDULE["notices-remind-roles"]
    assert entry["task"] == remind_roles.name
