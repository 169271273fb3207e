"""Attendance: the room's code, the list, corrections; what is refused and in which words."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from dojo import services
from dojo.models import Attendance
from dojo.services import attendance
from dojo.services.errors import Refused
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing
from tests.factories import dojo
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def seated(cohort):
    return dojo.enrolled(cohort)[0]


def by_qr(actor, session, at=None):
    token = attendance.room_token(session.pk)
    with acting(actor):
        return services.check_in(actor=actor, now=at or clock.now(), token=token)


def by_digits(actor, session, digits=None):
    now = clock.now()
    typed = digits or attendance.room_digits(session.pk, now)
    with acting(actor):
        return services.check_in(actor=actor, now=now, session_id=session.pk, digits=typed)


def test_the_rooms_code_counts_on_time_and_late(cohort):
    (first, _), (second, _) = dojo.enrolled(cohort, 2)
    session = dojo.begin(cohort, ago=dt.timedelta(minutes=5))
    assert by_qr(first, session).mark == "present"
    late = by_digits(second, dojo.begin(cohort, ago=dt.timedelta(minutes=40)))
    assert (late.mark, late.minutes, late.way) == ("late", 109, "code")


def test_reading_it_again_changes_nothing_and_says_when(cohort, seated):
    actor, _ = seated
    session = dojo.begin(cohort)
    by_qr(actor, session)
    with pytest.raises(Refused, match=r"\d\d:\d\dに記録済みです"):
        by_qr(actor, session)
    assert Attendance.objects.count() == 1


def test_an_old_code_is_refused(cohort, seated, monkeypatch):
    actor, _ = seated
    session = dojo.begin(cohort)
    token = attendance.room_token(session.pk)
    monkeypatch.setattr(attendance, "TOKEN_SECONDS", -1)
    with acting(actor), pytest.raises(Refused, match="期限が切れています"):
        services.check_in(actor=actor, now=clock.now(), token=token)


def test_a_forged_code_and_another_cohorts_code_are_refused(planner, cohort, seated):
    actor, _ = seated
    other = dojo.begin(dojo.make_cohort(planner))
    with acting(actor), pytest.raises(Refused, match="出席のコードではない"):
        services.check_in(actor=actor, now=clock.now(), token="Zm9v:1a:b")
    with pytest.raises(Refused, match="この回の受講者ではありません"):
        by_qr(actor, other)
    with acting(actor), pytest.raises(Refused, match="この回の受講者ではありません"):
        services.check_in(actor=actor, now=clock.now(), session_id=999999, digits="000000")


def test_before_and_after_the_session_nobody_checks_in(cohort, seated):
    actor, _ = seated
    session = dojo.begin(cohort)
    for at, why in (
        (session.starts_at - dt.timedelta(minutes=31), "30分前から"),
        (session.ends_at + dt.timedelta(minutes=1), "この回は終わりました"),
    ):
        with pytest.raises(Refused, match=why):
            by_qr(actor, session, at)


def test_digits_cannot_be_tried_out(cohort, seated):
    actor, _ = seated
    session = dojo.begin(cohort)
    for _ in range(attendance.MOST_GUESSES):
        with pytest.raises(Refused, match="数字が違うか"):
            by_digits(actor, session, "x")
    with pytest.raises(Refused, match="10分待つか"):
        by_digits(actor, session)


def test_only_the_person_with_the_seat(cohort, seated):
    _, row = seated
    colleague = make.firm_actor(row.firm)
    session = dojo.begin(cohort)
    with pytest.raises(Refused, match="この回の受講者ではありません"):
        by_qr(colleague, session)
    official = make.official_actor()
    with pytest.raises(RoleMissing):
        by_qr(official, session)


def write(keeper, session, row, mark, minutes=None, reason=""):
    with acting(keeper):
        return services.attendance_record(
            actor=keeper, session_id=session.pk, marks={row.pk: (mark, minutes)}, reason=reason
        )


def test_the_list_and_its_corrections_keep_every_record(planner, cohort, seated):
    _, row = seated
    session = dojo.begin(cohort)
    assert write(planner, session, row, "present") == 1
    assert write(planner, session, row, "present") == 0, "the same again is no correction"
    with pytest.raises(Refused, match="訂正の理由"):
        write(planner, session, row, "absent")
    write(planner, session, row, "partial", 60, reason="途中で工場に戻ったため")
    rows = list(Attendance.objects.filter(enrolment=row))
    assert [(r.mark, r.minutes, r.replaces_id) for r in rows] == [
        ("present", 150, None),
        ("partial", 60, rows[0].pk),
    ]
    told = AuditRow.objects.get(action="dojo.attendance_corrected")
    assert (told.reason, told.changes) == (
        "途中で工場に戻ったため",
        {"mark": ["present", "partial"]},
    )


def test_two_corrections_of_one_record_collide(planner, cohort, seated):
    _, row = seated
    session = dojo.begin(cohort)
    write(planner, session, row, "present")
    first = Attendance.objects.get()
    again = {"enrolment": row, "session": session, "minutes": 0, "way": "list", "reason": "x"}
    Attendance.objects.create(mark="absent", replaces=first, **again)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(mark="absent", replaces=first, **again)


@pytest.mark.parametrize(
    ("mark", "minutes", "why"),
    [
        ("late", None, "分数を書いてください"),
        ("partial", 0, "1分から150分まで"),
        ("partial", 151, "1分から150分まで"),
        ("elsewhere", None, "選び直して"),
    ],
)
def test_impossible_entries_are_refused(planner, cohort, seated, mark, minutes, why):
    with pytest.raises(Refused, match=why):
        write(planner, dojo.begin(cohort), seated[1], mark, minutes)


def test_nothing_is_recorded_before_it_begins(planner, cohort, seated):
    with pytest.raises(Refused, match="まだ始まっていない"):
        write(planner, dojo.sessions(cohort)[0], seated[1], "present")


def test_lecturers_keep_the_list_of_their_own_cohort(planner):
    teacher = dojo.lecturer_actor()
    cohort = dojo.make_cohort(planner, lecturer=teacher)
    _, row = dojo.enrolled(cohort)[0]
    session = dojo.begin(cohort)
    assert write(teacher, session, row, "present") == 1
    with pytest.raises(RoleMissing):
        write(dojo.lecturer_actor(), session, row, "absent", reason="x")
    with acting(teacher):
        services.feedback_write(
            actor=teacher,
            session_id=session.pk,
            enrolment_id=row.pk,
            text="流れ図がよく描けています。",
        )
    with acting(dojo.lecturer_actor()):
        assert not type(row).objects.exists(), "another lecturer sees nobody"


def test_nobody_changes_a_record_beneath_the_services(planner, cohort, seated):
    _, row = seated
    write(planner, dojo.begin(cohort), row, "present")
    for actor in (planner, seated[0], dojo.SYSTEM):
        with (
            acting(actor),
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
        ):
            Attendance.objects.update(minutes=1)
