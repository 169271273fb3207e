"""Events: coming, what the door refuses, corrections, walk-ins."""

import pytest
from django.core import signing

from lab.events import policies
from lab.events.models import Attendance, Event, HeldFact, Registration
from lab.events.services import attendance, registering
from lab.events.services.errors import Full, Refused
from portal.kernel.actor import Actor
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing
from tests.factories import lab_events as build
from tests.lab.events.support import acts, fresh, told


@pytest.mark.django_db
class TestDoor:
    @pytest.fixture
    def running(self):
        """Staff, the event going on, and two who registered."""
        staff, _lab, event = build.scene(capacity=3)
        people = [build.owner(), build.owner()]
        rows = [build.register(person, event) for person in people]
        return staff, build.going_on(event), people, rows

    def test_coming_is_told_once_and_makes_the_event_held(self, running):
        _staff, event, people, rows = running
        build.come(event, rows[0])
        made = Attendance.objects.get()
        assert told("attended") == [
            {
                "attendance_id": made.pk,
                "person_id": people[0].user_id,
                "firm_id": people[0].firm_id,
                "on": event.day.isoformat(),
            }
        ]
        assert told("held") == [{"event_id": event.pk, "on": event.day.isoformat()}]
        with pytest.raises(Refused, match="に受付済みです"):
            build.come(event, rows[0])
        token = attendance.door_token(event)
        acts(people[1], attendance.check_in_phone, token=token)
        assert Attendance.objects.get(registration=rows[1]).way == "qr"
        assert (len(told("attended")), len(told("held"))) == (2, 1)

    def test_what_the_door_refuses(self, running):
        staff, event, people, rows = running
        with pytest.raises(Refused, match="見つかりません"):
            build.come(event, Registration(code="12345x"))
        other = build.going_on(build.announced(staff, event.lab))
        foreign = build.register(build.owner(), build.announced(staff, event.lab))
        Registration.objects.filter(pk=foreign.pk).update(event=other, code="000000")
        with pytest.raises(Refused, match="ほかの催しの受付番号"):
            build.come(event, Registration(code="000000"))
        stranger = build.owner()
        with pytest.raises(Refused, match="申し込んでいません"):
            acts(stranger, attendance.check_in_phone, token=attendance.door_token(event))
        for token in ("x", signing.dumps(event.pk, salt="booking.door")):
            with pytest.raises(signing.BadSignature):
                acts(people[0], attendance.check_in_phone, token=token)
        early = build.going_on(event, minutes=45)
        with pytest.raises(Refused, match="開始の30分前から"):
            build.come(early, rows[0])
        over = build.going_on(event, minutes=-300)
        with pytest.raises(Refused, match="終わりました"):
            build.come(over, rows[0])
        assert told("attended") == []

    def test_an_old_picture_of_the_code_opens_nothing(self, running, monkeypatch):
        _staff, event, people, _rows = running
        token = attendance.door_token(event)
        monkeypatch.setattr(attendance, "DOOR_SECONDS", -1)
        with pytest.raises(Refused, match="古くなりました"):
            acts(people[0], attendance.check_in_phone, token=token)

    def test_a_correction_needs_its_reason_and_takes_the_facts_back(self, running):
        staff, event, _people, rows = running
        marks = {rows[0].pk: True, rows[1].pk: False}
        assert acts(staff, attendance.record_list, event_id=event.pk, marks=marks) == 1
        first = Attendance.objects.get()
        assert acts(staff, attendance.record_list, event_id=event.pk, marks=marks) == 0
        wrong = {rows[0].pk: False}
        with pytest.raises(Refused, match="訂正の理由"):
            acts(staff, attendance.record_list, event_id=event.pk, marks=wrong)
        acts(staff, attendance.record_list, event_id=event.pk, marks=wrong, reason="人違い")
        assert told("attendance_taken_back") == [{"attendance_id": first.pk}]
        assert told("held_taken_back") == [{"event_id": event.pk}]
        assert fresh(rows[0]).attended_on is None
        with pytest.raises(Refused, match="訂正されています"):
            build.come(event, rows[0])
        right = {rows[0].pk: True}
        acts(staff, attendance.record_list, event_id=event.pk, marks=right, reason="本人だった")
        assert [len(told(name)) for name in ("attended", "held")] == [2, 2]
        assert HeldFact.objects.filter(takes_back=None, taken_back=None).count() == 1
        assert AuditRow.objects.filter(action="events.attendance_corrected").count() == 2
        with pytest.raises(RoleMissing):
            policies.run(Actor.system("x"), event.pk)

    def test_a_walk_in_takes_a_free_seat_and_a_helper_is_no_visitor(self, running):
        staff, event, _people, _rows = running
        helper = acts(
            staff, registering.walk_in, event_id=event.pk, name="登壇 花子", is_helper=True
        )
        acts(staff, attendance.record_list, event_id=event.pk, marks={helper.pk: True})
        assert (told("attended"), told("held"), fresh(event).taken) == ([], [], 2)
        guest = acts(
            staff, registering.walk_in, event_id=event.pk, name="飛入 太郎", firm_name="近所の工場"
        )
        acts(staff, attendance.record_list, event_id=event.pk, marks={guest.pk: True})
        assert told("attended")[0]["person_id"] is None
        assert len(told("held")) == 1
        with pytest.raises(Full):
            acts(staff, registering.walk_in, event_id=event.pk, name="満席 三郎")
        Event.objects.filter(pk=event.pk).update(capacity=9)
        with pytest.raises(Refused, match="登録されていません"):
            acts(
                staff, registering.walk_in, event_id=event.pk, name="番号 違子",
                corporate_number="1234567890123",
            )  # fmt: skip
