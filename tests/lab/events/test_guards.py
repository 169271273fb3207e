"""The events under an attacker and a careless official: each of these once was possible."""

import dataclasses
import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from kpi.models import Fact
from lab.events import states
from lab.events.models import Event, Registration, Slot
from lab.events.selectors import board
from lab.events.services import attendance, materials, planning, registering, showcase
from lab.events.services.errors import Refused
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.notices.models import Notice
from tests.factories import booking
from tests.factories import lab_events as build
from tests.factories.followup import evidence
from tests.lab.events.support import acts, fresh
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def test_a_firm_has_one_slot_and_one_share_of_a_year_under_whatever_name():
    staff, lab = booking.staff(), booking.make_lab()
    event, maker = build.announced(staff, lab, slots=3), build.owner()
    acts(maker, showcase.slot_apply, event_id=event.pk, offer=build.offer(vendor="甲"))
    with pytest.raises(Refused, match="1社1枠"):
        acts(maker, showcase.slot_apply, event_id=event.pk, offer=build.offer(vendor="乙"))
    for slot in list(Slot.objects.filter(event=event)):
        for _turn in range(4):
            acts(maker, showcase.slot_withdraw, slot_id=slot.pk)
            slot = acts(maker, showcase.slot_apply, event_id=event.pk, offer=build.offer())
        acts(maker, showcase.slot_withdraw, slot_id=slot.pk)
    with pytest.raises(Refused, match="5回申し込んでいます"):
        acts(maker, showcase.slot_apply, event_id=event.pk, offer=build.offer())
    for number in range(5):
        other = build.announced(staff, lab, slots=1)
        asked = acts(
            maker, showcase.slot_apply, event_id=other.pk, offer=build.offer(vendor=f"丙{number}")
        )
        if number < 4:
            acts(staff, showcase.slot_decide, slot_id=asked.pk, action="approve")
            continue
        with pytest.raises(Refused, match="4回出展しています"):
            acts(staff, showcase.slot_decide, slot_id=asked.pk, action="approve")


def test_a_slot_of_an_event_that_is_over_is_not_approved_and_waits_for_nobody():
    staff, _lab, event = build.scene(slots=1)
    asked = acts(build.owner(), showcase.slot_apply, event_id=event.pk, offer=build.offer())
    with acting(staff):
        assert board.to_decide(staff).count() == 1
    build.going_on(event, minutes=-180)
    acts(staff, planning.event_end, event_id=event.pk)
    with pytest.raises(Refused, match="終わった催しの出展"):
        acts(staff, showcase.slot_decide, slot_id=asked.pk, action="approve")
    with acting(staff):
        assert not board.to_decide(staff).exists()


def test_nobody_takes_an_offered_seat_when_all_is_over_or_registers_without_end():
    _staff, _lab, event = build.scene(capacity=1)
    first, second = build.owner(), build.owner()
    rows = [build.register(person, event) for person in (first, second)]
    for _turn in range(4):
        acts(first, registering.withdraw, registration_id=rows[0].pk)
        rows[0] = build.register(first, event)
    acts(first, registering.withdraw, registration_id=rows[0].pk)
    with pytest.raises(Refused, match="5回申し込んでいます"):
        build.register(first, event)
    assert fresh(rows[1]).status == states.OFFERED
    build.going_on(event, minutes=-180)
    with pytest.raises(Refused, match="終わりました"):
        acts(second, registering.accept, registration_id=rows[1].pk)


def test_what_the_door_refuses_is_written_down():
    _staff, _lab, event = build.scene()
    door = reverse("events:door", args=[event.door])
    assert Client().post(door, {"code": "999999"}).status_code == 409
    row = AuditRow.objects.get(action="events.refused")
    assert (row.detail["act"], row.object_id) == ("door", str(event.pk))


def test_two_officials_who_change_one_event_do_not_undo_each_other():
    staff, _lab, event = build.scene()
    seen = planning.edition(event)
    given = {
        field.name: getattr(event, field.name)
        for field in dataclasses.fields(planning.Plan)
        if field.name != "machine_ids"
    }
    plan = planning.Plan(**{**given, "capacity": 20})
    acts(staff, planning.event_change, event_id=event.pk, plan=plan, seen=seen)
    stale = planning.Plan(**{**given, "title": "別の題"})
    with pytest.raises(Refused, match="ほかの職員が、先に"):
        acts(staff, planning.event_change, event_id=event.pk, plan=stale, seen=seen)
    assert (fresh(event).title, fresh(event).capacity) == (event.title, 20)
    page = client_of(staff).get(reverse("events:event_edit", args=[event.public_id]))
    assert f'value="{planning.edition(fresh(event))}"' in page.content.decode()


def test_there_and_back_and_there_again_is_told_three_times():
    staff, _lab, event = build.scene()
    guest = build.owner()
    build.register(guest, event)
    for place in ("2号館", "すみだDXラボ 2階", "2号館"):
        plan = build.plan(title=event.title, place=place)
        acts(staff, planning.event_change, event_id=event.pk, plan=plan)
    moved = Notice.objects.filter(recipient_id=guest.user_id, subject__contains="会場が変わ")
    assert moved.count() == 3


def test_files_of_an_event_are_not_without_end(monkeypatch):
    staff, _lab, event = build.scene()
    monkeypatch.setattr(materials, "MOST_FILES", 1)
    given = {"event_id": event.pk, "title": "配布", "shown": "registered"}
    acts(staff, materials.material_add, uploaded=evidence(), **given)
    with pytest.raises(Refused, match="1件まで"):
        acts(staff, materials.material_add, uploaded=evidence(), **given)


def test_the_old_address_of_a_calendar_stops_as_soon_as_there_is_a_new_one():
    from lab.events import ical

    owner, rival = build.owner(), build.owner()

    def path(actor):
        return ical.address(actor.firm_id, actor.user_id).removeprefix("http://testserver")

    old, theirs = path(owner), path(rival)
    client_of(owner).post(reverse("events:calendar_new"))
    assert [Client().get(each).status_code for each in (old, path(owner), theirs)] == [
        404, 200, 200,
    ]  # fmt: skip


def test_a_series_is_one_fact_of_3_op1_on_the_day_that_turns_out_to_be_its_first():
    """The event that is told is a day of its own; which of a programme's days counts, the room decides."""
    staff, lab = booking.staff(), booking.make_lab()
    programme = acts(staff, planning.programme_add, lab_id=lab.pk, name="連続講座")
    days = [build.announced(staff, lab, ahead=ahead, programme_id=programme.pk) for ahead in (5, 6)]
    alone = build.announced(staff, lab, programme_id=programme.pk, is_advertised_alone=True)
    came = [build.register(build.owner(), event) for event in (*days, alone)]
    for event, back in zip((*days, alone), (3, 2, 1), strict=True):
        begun = clock.now() - dt.timedelta(days=back)
        with acting(build.SYSTEM):
            Event.objects.filter(pk=event.pk).update(
                starts_at=begun, ends_at=begun + dt.timedelta(minutes=5)
            )

    def mark(index, present, reason=""):
        row = came[index]
        acts(
            staff, attendance.record_list, event_id=row.event_id, marks={row.pk: present},
            reason=reason,
        )  # fmt: skip
        with acting(build.SYSTEM):
            outbox.drain()
            facts = Fact.objects.filter(event_type="event.held", reverses=None, reversed_by=None)
            return sorted(facts.values_list("source_pk", flat=True))

    first, second, own = (str(event.pk) for event in (*days, alone))
    assert mark(1, True) == [second]
    assert mark(2, True) == sorted([second, own])
    # The first day's list is written later: the series moves to it, and is still one.
    assert mark(0, True) == sorted([first, own])
    assert mark(0, False, "隣の会場だった") == sorted([second, own])
    assert mark(0, True, "やはり来ていた") == sorted([first, own])
    assert Registration.objects.exclude(attended_on=None).count() == 3
