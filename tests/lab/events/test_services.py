"""Events: seats and the waiting list, what counts as held, vendors, machines, files."""

import datetime as dt
from collections import Counter

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.booking.models import Maintenance, Reservation
from lab.booking.services.errors import Refused as BookingRefused
from lab.events import ical, policies, states
from lab.events.models import Event, HeldFact, Registration, Slot
from lab.events.rules import vendors
from lab.events.rules.held import Candidate, counted
from lab.events.services import attendance, materials, planning, registering, reminders, showcase
from lab.events.services.errors import Refused
from lab.events.services.seats import settle_all
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from portal.notices.models import Notice
from tests.factories import booking
from tests.factories import lab_events as build
from tests.factories.followup import evidence
from tests.factories.programs import OTA
from tests.lab.events.support import acts, fresh, told
from tests.support.racing import at_once

DAY = dt.date(2026, 11, 4)


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_taken_by_many_at_once_goes_to_exactly_one():
    with acting(build.SYSTEM):
        _staff, _lab, event = build.scene(capacity=2)
        build.register(build.owner(), event)
        people = [build.owner() for _ in range(16)]

    def registering_(actor):
        return lambda: build.register(actor, event).status

    found = Counter(at_once([registering_(person) for person in people]))
    assert found == {states.REGISTERED: 1, states.WAITING: 15}
    with acting(build.SYSTEM):
        after = fresh(event)
        assert (after.taken, after.waiting) == (2, 15)
        # The database itself has the last word.
        with pytest.raises(IntegrityError, match="event_seats"), transaction.atomic():
            Event.objects.filter(pk=event.pk).update(taken=3)


@pytest.mark.django_db
class TestSeats:
    def test_whoever_waits_is_asked_in_turn_until_a_day_and_then_the_next(self):
        staff, _lab, event = build.scene(capacity=1)
        seated, first, second = build.owner(), build.owner(), build.owner()
        rows = [build.register(person, event) for person in (seated, first, second)]
        acts(seated, registering.withdraw, registration_id=rows[0].pk)
        offered = fresh(rows[1])
        assert offered.status == states.OFFERED
        assert offered.accept_by == clock.today() + dt.timedelta(days=2)
        assert Notice.objects.filter(
            recipient_id=first.user_id, subject__contains="席が空きました"
        ).exists()
        # An offer holds the seat: a newcomer waits behind.
        assert build.register(build.owner(), event).status == states.WAITING
        Registration.objects.filter(pk=offered.pk).update(
            accept_by=clock.today() - dt.timedelta(days=1)
        )
        with pytest.raises(Refused, match="返事の期限が過ぎた"):
            acts(first, registering.accept, registration_id=offered.pk)
        settle_all(now=clock.now())
        assert fresh(offered).status == states.LAPSED
        acts(second, registering.accept, registration_id=rows[2].pk)
        assert fresh(rows[2]).status == states.REGISTERED
        with pytest.raises(ReasonMissing):
            acts(staff, registering.remove, registration_id=rows[2].pk, reason=" ")
        acts(staff, registering.remove, registration_id=rows[2].pk, reason="二重の申込み")
        assert fresh(rows[2]).reason == "二重の申込み"
        assert (fresh(event).taken, fresh(event).waiting) == (1, 0)

    def test_more_seats_are_offered_and_fewer_than_taken_are_refused(self):
        staff, _lab, event = build.scene(capacity=2)
        people = [build.owner() for _ in range(3)]
        rows = [build.register(person, event) for person in people]
        asked = build.plan(title=event.title, capacity=1)
        with pytest.raises(Refused, match="すでに2人の席が決まっています"):
            acts(staff, planning.event_change, event_id=event.pk, plan=asked)
        acts(
            staff, planning.event_change, event_id=event.pk,
            plan=build.plan(title=event.title, capacity=3),
        )  # fmt: skip
        assert fresh(rows[2]).status == states.OFFERED

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"opens_on": clock.today() + dt.timedelta(days=2)}, "からです"),
            ({"audience": "host"}, "主催する区"),
        ],
    )
    def test_not_yet_and_not_for_this_firm(self, changed, words):
        _staff, _lab, event = build.scene(**changed)
        with pytest.raises(Refused, match=words):
            build.register(build.owner(ward=OTA), event)

    def test_closed_twice_draft_and_staff_are_refused(self):
        staff, lab, event = build.scene()
        person = build.owner()
        build.register(person, event)
        with pytest.raises(Refused, match="すでにこの催しに"):
            build.register(person, event)
        with pytest.raises(RoleMissing):
            acts(staff, registering.register, event_id=event.pk)
        draft = build.draft(staff, lab)
        with pytest.raises(Event.DoesNotExist):
            build.register(person, draft)
        yesterday = clock.today() - dt.timedelta(days=1)
        Event.objects.filter(pk=event.pk).update(opens_on=yesterday, closes_on=yesterday)
        with pytest.raises(Refused, match="申込みは終わりました"):
            build.register(build.owner(), event)

    def test_a_cancelled_event_tells_everybody_and_nobody_can_come(self):
        staff, _lab, event = build.scene(capacity=1, slots=1)
        people = [build.owner(), build.owner()]
        rows = [build.register(person, event) for person in people]
        acts(people[0], showcase.slot_apply, event_id=event.pk, offer=build.offer())
        with pytest.raises(ReasonMissing):
            acts(staff, planning.event_cancel, event_id=event.pk, reason="")
        acts(staff, planning.event_cancel, event_id=event.pk, reason="台風のため")
        assert {fresh(row).status for row in rows} == {states.CALLED_OFF}
        for person in people:
            notice = Notice.objects.get(recipient_id=person.user_id, subject__contains="催しが中止")
            assert "台風のため" in notice.body
        assert Slot.objects.get().status == states.DECLINED
        build.going_on(event)
        with pytest.raises(Refused, match="中止になりました"):
            build.come(fresh(event), rows[0])
        assert told("held") == []

    def test_an_event_that_is_over_ends_and_those_who_waited_are_told(self):
        _staff, _lab, event = build.scene(capacity=1)
        rows = [build.register(build.owner(), event) for _ in range(2)]
        build.going_on(event, minutes=-300)
        settle_all(now=clock.now())
        assert (fresh(event).status, fresh(rows[1]).status) == (states.ENDED, states.LAPSED)
        assert settle_all(now=clock.now()) == 0

    def test_who_comes_tomorrow_is_reminded_once(self):
        _staff, _lab, event = build.scene(ahead=1, closes_on=clock.today())
        person = build.owner()
        row = build.register(person, event)
        for _ in range(2):
            reminders.remind(today=clock.today())
        notice = Notice.objects.get(recipient_id=person.user_id, subject__contains="明日の催し")
        assert row.code in notice.body


@pytest.mark.django_db
def test_a_programme_counts_once_with_its_first_day_unless_a_day_was_advertised_alone():
    staff, lab = booking.staff(), booking.make_lab()
    programme = acts(staff, planning.programme_add, lab_id=lab.pk, name="IoT連続講座")
    events = [
        build.announced(staff, lab, programme_id=programme.pk, is_advertised_alone=alone)
        for alone in (False, False, True)
    ]
    rows = [build.register(build.owner(), event) for event in events]
    # The second is looked after first: it counts until the list of the first is brought.
    second = build.going_on(events[1])
    build.come(second, rows[1])
    first = build.going_on(events[0], minutes=-60 * 24 * 3)
    acts(staff, attendance.record_list, event_id=first.pk, marks={rows[0].pk: True})
    alone = build.going_on(events[2])
    build.come(alone, rows[2])
    assert [item["event_id"] for item in told("held")] == [second.pk, first.pk, alone.pk]
    assert told("held_taken_back") == [{"event_id": second.pk}]
    standing = HeldFact.objects.filter(takes_back=None, taken_back=None)
    assert {fact.event_id for fact in standing} == {first.pk, alone.pk}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from([None, 1, 2]))))
def test_the_rule_of_what_counts(given_):
    events = [
        Candidate(key, DAY + dt.timedelta(days=shift), visitors, programme)
        for key, (shift, visitors, programme) in enumerate(given_)
    ]
    found = counted(events)
    assert counted(reversed(events)) == found
    visited = [event for event in events if event.visitors]
    alone = {event.key for event in visited if event.programme is None}
    groups = {event.programme for event in visited} - {None}
    assert len(found) == len(alone) + len(groups)
    for group in groups:
        first = min(event.day for event in visited if event.programme == group)
        assert [found[e.key] for e in events if e.programme == group and e.key in found] == [first]


def test_names_of_vendors_are_known_whatever_their_form():
    same = {
        vendors.key(name) for name in ("株式会社ＡＢＣ", "（株）abc", "ABC 株式会社", "Ａ Ｂ Ｃ")
    }
    assert same == {"abc"}
    assert vendors.key("㈱ABC") == "abc"
    assert vendors.key(" 　") == ""


@pytest.mark.django_db
class TestShowcase:
    def test_a_slot_is_applied_for_and_decided_on_the_record(self):
        staff, _lab, event = build.scene(slots=1)
        maker, other = build.owner(), build.owner()
        asked = acts(
            maker, showcase.slot_apply, event_id=event.pk,
            offer=build.offer(conflict="区の相談員が顧問"),
        )  # fmt: skip
        with pytest.raises(Refused, match="1社1枠"):
            acts(
                other, showcase.slot_apply, event_id=event.pk,
                offer=build.offer(vendor="センサー屋（株）"),
            )  # fmt: skip
        with pytest.raises(Refused, match="認める理由"):
            acts(staff, showcase.slot_decide, slot_id=asked.pk, action="approve")
        acts(
            staff, showcase.slot_decide, slot_id=asked.pk, action="approve", reason="他社も2社招く"
        )
        row = AuditRow.objects.get(action="events.slot.approve")
        assert (row.reason, row.actor_id) == ("他社も2社招く", staff.user_id)
        with acting(build.owner()):
            # Everybody reads who shows what; nobody else who answers for it.
            seen = Slot.objects.get()
            assert seen.product == build.OFFER["product"]
            with pytest.raises(Slot.applicant.RelatedObjectDoesNotExist):
                _ = seen.applicant
        with pytest.raises(Refused, match="埋まっています"):
            acts(staff, showcase.slot_give, event_id=event.pk, offer=build.offer(vendor="別の会社"))
        acts(maker, showcase.slot_withdraw, slot_id=asked.pk)
        acts(staff, showcase.slot_give, event_id=event.pk, offer=build.offer(vendor="別の会社"))
        assert Slot.objects.filter(status=states.APPROVED).get().vendor == "別の会社"

    def test_a_vendor_has_its_share_of_a_year(self):
        staff, lab = booking.staff(), booking.make_lab()
        for number in range(vendors.MOST_A_YEAR + 1):
            event = build.announced(staff, lab, slots=1)
            given_ = {
                "event_id": event.pk,
                "offer": build.offer(vendor=f"株式会社 甲{'　' * number}"),
            }
            if number < vendors.MOST_A_YEAR:
                acts(staff, showcase.slot_give, **given_)
                continue
            with pytest.raises(Refused, match="4回出展しています"):
                acts(staff, showcase.slot_give, **given_)


@pytest.mark.django_db
class TestMachines:
    def test_a_machine_of_the_event_cannot_be_booked_and_who_had_it_is_told(self):
        staff, lab = booking.staff(), booking.make_lab()
        machine = booking.make_machine(lab)
        firm = booking.owner(lab=lab)
        span = booking.on(10, 14, 2)
        row = booking.book(firm, machine, span=span)
        event = build.draft(staff, lab, machine_ids=(machine.pk,))
        assert Reservation.objects.get(pk=row.pk).status == "approved"
        acts(staff, planning.event_announce, event_id=event.pk)
        assert Reservation.objects.get(pk=row.pk).status == "called_off"
        with acting(build.SYSTEM):
            outbox.drain()
        notice = Notice.objects.get(
            recipient_id=firm.user_id, subject__contains="ラボの都合で予約が取り消されました"
        )
        assert event.title in notice.body
        assert "代わりに空いている時間" in notice.body
        with pytest.raises(BookingRefused, match="保守"):
            booking.book(firm, machine, span=span)
        # Another time: the closing moves with it, and everybody who registered is told.
        guest = build.owner()
        build.register(guest, event)
        later = build.plan(ahead=12, title=event.title, machine_ids=(machine.pk,))
        acts(staff, planning.event_change, event_id=event.pk, plan=later)
        assert Maintenance.objects.get().starts_at == later.starts_at
        assert Notice.objects.filter(
            recipient_id=guest.user_id, subject__contains="日時・会場が変わりました"
        ).exists()
        booking.book(firm, machine, span=span)
        acts(staff, planning.event_cancel, event_id=event.pk, reason="講師の都合")
        assert not Maintenance.objects.exists()

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"ahead": -1, "closes_on": clock.today()}, "これからの日時"),
            ({"closes_on": clock.today() + dt.timedelta(days=30)}, "開催日まで"),
            ({"machine_ids": (0,)}, "このラボのもの"),
            ({"programme_id": 0}, "連続企画"),
            ({"capacity": 0}, "定員は1人から"),
        ],
    )
    def test_a_plan_that_cannot_be_says_why(self, changed, words):
        staff, lab = booking.staff(), booking.make_lab()
        with pytest.raises(Refused, match=words):
            build.draft(staff, lab, **changed)

    def test_only_the_hosts_staff_run_it(self):
        _staff, _lab, event = build.scene()
        other = booking.staff(OTA)
        with pytest.raises(Event.DoesNotExist):
            acts(other, planning.event_cancel, event_id=event.pk, reason="x")
        with pytest.raises(StaleState):
            acts(_staff, planning.event_announce, event_id=event.pk)


@pytest.mark.django_db
def test_files_for_those_who_came_open_when_they_have_come():
    staff, _lab, event = build.scene()
    person, other = build.owner(), build.owner()
    row = build.register(person, event)
    for shown in ("registered", "attended"):
        acts(
            staff, materials.material_add, event_id=event.pk, title=shown, shown=shown,
            uploaded=evidence(),
        )  # fmt: skip

    def titles(actor):
        with acting(actor):
            return set(policies.readable_materials(actor).values_list("title", flat=True))

    assert (titles(person), titles(other)) == ({"registered"}, set())
    build.come(build.going_on(event), row)
    assert titles(person) == {"registered", "attended"}
    assert titles(staff) == {"registered", "attended"}


@pytest.mark.django_db
def test_a_calendar_holds_the_seats_of_one_person_in_utc():
    _staff, _lab, event = build.scene(capacity=1)
    person = build.owner()
    row = build.register(person, event)
    body = ical.calendar([Registration.objects.select_related("event").get(pk=row.pk)],
                         name="催し", stamp=clock.now()).decode()  # fmt: skip
    assert f"DTSTART:{event.starts_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" in body
    assert f"UID:lab-event-{event.public_id}@machikoba-dx" in body
