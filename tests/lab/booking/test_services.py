"""Booking and what becomes of it: refusals, quotas, waiting, missing, calling off, who may."""

import datetime as dt

import pytest

from lab.booking import states
from lab.booking.models import Booking, Quota, Reservation, Turn, Visit
from lab.booking.selectors import figures, free
from lab.booking.services import changes, firms, keeping, office, reserve, turns, visits
from lab.booking.services.errors import NotAgreed, Refused, Taken
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from portal.notices.models import Notice
from programs import prefills
from tests.factories import booking
from tests.factories.programs import OTA, SUMIDA

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    return booking.make_lab()


@pytest.fixture
def machine(lab):
    return booking.make_machine(lab)


@pytest.fixture
def owner(lab):
    return booking.owner(lab=lab)


@pytest.fixture
def staff():
    return booking.staff()


def fresh(row):
    return Reservation.objects.select_related("lab").get(pk=row.pk)


def cancel(actor, row):
    with acting(actor):
        return changes.cancel(actor=actor, reservation_id=row.pk)


class TestReserving:
    def test_several_machines_are_one_booking_or_none(self, lab, machine, owner):
        tool = booking.make_machine(lab, is_accessory=True)
        booking.book(booking.owner(lab=lab), tool, machine, span=booking.on(3, 13))
        with pytest.raises(Taken):
            booking.book(owner, tool, booking.make_machine(lab), span=booking.on(3, 14))
        row = booking.book(owner, tool, machine)
        assert row.status == states.APPROVED
        assert Booking.objects.filter(reservation=row).count() == 2
        with pytest.raises(Refused, match="付属品だけ"):
            booking.book(owner, tool, span=booking.on(4))

    def test_all_that_is_wrong_is_said_at_once_and_nothing_is_left(self, lab, owner):
        machine = booking.make_machine(lab, most_minutes=60, needs_training=True)
        with pytest.raises(Refused) as refused:
            booking.book(owner, machine, span=booking.on(3, 15, 3))
        told = str(refused.value)
        assert all(word in told for word in ("閉館をまたぐ", "60分までです", "講習の修了"))
        assert not Reservation.objects.exists()
        assert not Booking.objects.exists()

    def test_the_rules_of_use_are_accepted_once_a_fiscal_year(self, lab, machine):
        actor = booking.owner()
        with pytest.raises(NotAgreed):
            booking.book(actor, machine)
        booking.agree(actor, lab)
        booking.book(actor, machine)
        with acting(booking.staff()):
            firms.agreement_publish(actor=booking.staff(), lab_id=lab.pk, text="新しい規約")
        with pytest.raises(NotAgreed):
            booking.book(actor, machine, span=booking.on(4))
        with acting(actor), pytest.raises(Refused, match="改められました"):
            firms.agree(actor=actor, lab_id=lab.pk, version=1, day=clock.today())

    def test_hours_a_month_count_over_all_machines_and_come_back(self, lab, machine, owner):
        Quota.objects.create(lab=lab, of="firm", hours=4)
        day = clock.today().replace(day=1) + dt.timedelta(days=40)
        first = (day.replace(day=10) - clock.today()).days
        booking.agree(owner, lab)
        row = booking.book(owner, machine, span=booking.on(first, 9, 3))
        other = booking.make_machine(lab)
        with pytest.raises(Refused, match="残りは60分"):
            booking.book(owner, other, span=booking.on(first + 1, 9, 2))
        booking.book(owner, other, span=booking.on(first + 1, 9, 1))
        cancel(owner, row)
        booking.book(owner, other, span=booking.on(first + 2, 9, 3))

    def test_firms_of_other_wards_share_a_quota_that_the_host_does_not_have(self, lab, machine):
        Quota.objects.create(lab=lab, of="ward", hours=2)
        booking.book(booking.owner(ward=OTA, lab=lab), machine, span=booking.on(3, 9, 2))
        with pytest.raises(Refused, match="この区の企業"):
            booking.book(booking.owner(ward=OTA, lab=lab), machine, span=booking.on(3, 13, 1))
        booking.book(booking.owner(ward=SUMIDA, lab=lab), machine, span=booking.on(3, 13, 3))

    def test_the_host_wards_firms_pay_less_and_the_first_trial_is_free(self, lab, machine):
        booking.fees(lab, machine, yen=1_000, discount_percent=30)
        here, there = booking.owner(lab=lab), booking.owner(ward=OTA, lab=lab)
        assert booking.book(here, machine, span=booking.on(3, 9)).fee_yen == 1_400
        row = booking.book(there, machine, span=booking.on(3, 13))
        assert (row.fee_yen, row.fee["table_version"]) == (2_000, 1)
        assert fresh(row).fee["discount_yen"] == 0
        other = booking.make_lab()
        tool = booking.make_machine(other)
        booking.fees(other, tool, waives_first=True)
        booking.agree(here, other)
        first = booking.book(here, tool, span=booking.on(4, 9))
        assert (first.fee_yen, first.fee["waived_yen"]) == (0, 2_000)
        assert booking.book(here, tool, span=booking.on(4, 13)).fee_yen == 2_000

    def test_a_series_is_one_object_and_tells_what_was_not_possible(self, lab, machine, owner):
        booking.book(booking.owner(lab=lab), machine, span=booking.on(10))
        with acting(owner):
            made = reserve.reserve_weekly(actor=owner, ask=booking.ask(machine), weeks=3)
        assert [row.starts_at for row in made.bookings] == [
            booking.on(3).start,
            booking.on(17).start,
        ]
        assert "先に入りました" in made.refused[0][1]
        with acting(owner):
            assert changes.cancel_series(actor=owner, reservation_id=made.bookings[0].pk) == 2
        assert {fresh(row).status for row in made.bookings} == {states.CANCELLED}

    def test_only_firms_book_and_only_their_own_is_theirs(self, lab, machine, owner, staff):
        with pytest.raises(RoleMissing):
            booking.book(staff, machine)
        row = booking.book(owner, machine)
        rival = booking.owner(lab=lab)
        with acting(rival), pytest.raises(Reservation.DoesNotExist):
            changes.cancel(actor=rival, reservation_id=row.pk)
        elsewhere = booking.staff(OTA)
        with acting(elsewhere), pytest.raises(Reservation.DoesNotExist):
            changes.call_off(actor=elsewhere, reservation_id=row.pk, reason="x")


class TestDeciding:
    def test_approval_names_who_stands_by_and_a_refusal_frees_the_time(self, lab, owner, staff):
        machine = booking.make_machine(lab, needs_supervisor=True)
        row = booking.book(owner, machine)
        assert row.status == states.REQUESTED
        with acting(staff):
            with pytest.raises(Refused, match="立ち会う職員"):
                changes.decide(actor=staff, reservation_id=row.pk, action="approve")
            changes.decide(actor=staff, reservation_id=row.pk, action="approve", supervisor="加藤")
        assert (fresh(row).status, fresh(row).supervisor) == (states.APPROVED, "加藤")
        other = booking.book(booking.owner(lab=lab), machine, span=booking.on(4))
        with acting(staff):
            with pytest.raises(ReasonMissing):
                changes.decide(actor=staff, reservation_id=other.pk, action="decline")
            changes.decide(
                actor=staff, reservation_id=other.pk, action="decline", reason="職員が不在です"
            )
        assert "職員が不在です" in Notice.objects.get(subject__startswith="予約は見送り").body
        assert booking.book(owner, machine, span=booking.on(4)).status == states.REQUESTED

    def test_another_time_obeys_the_same_rules_and_frees_the_old_one(self, lab, machine, owner):
        row = booking.book(owner, machine)
        rival = booking.owner(lab=lab)
        booking.book(rival, machine, span=booking.on(4))
        with acting(owner):
            with pytest.raises(Taken):
                changes.move(actor=owner, reservation_id=row.pk, span=booking.on(4, 11))
            # Half over itself: its own booking is not in the way.
            changes.move(actor=owner, reservation_id=row.pk, span=booking.on(3, 11))
        assert fresh(row).starts_at == booking.on(3, 11).start
        booking.book(rival, machine, span=booking.on(3, 9, 1))

    def test_late_cancelling_costs_a_point_and_points_end_in_a_pause(self, lab, machine, owner):
        row = booking.book(owner, machine)
        lab.cancel_hours = 24 * 7
        lab.save()
        assert cancel(owner, row).points == 1
        Reservation.objects.filter(pk=row.pk).update(points=3)
        with pytest.raises(Refused, match="まで新しい予約はできません"):
            booking.book(owner, machine)
        booking.book(booking.owner(lab=lab), machine)

    def test_a_machine_that_stops_tells_each_firm_what_else_is_free(
        self, lab, machine, staff, owner
    ):
        row = booking.book(owner, machine)
        twin = booking.make_machine(lab)
        with acting(staff):
            with pytest.raises(ReasonMissing):
                office.machine_stop(actor=staff, machine_id=machine.pk, reason=" ")
            assert office.machine_stop(actor=staff, machine_id=machine.pk, reason="故障") == 1
        assert fresh(row).status == states.CALLED_OFF
        told = Notice.objects.get(subject__startswith="ラボの都合").body
        assert "故障" in told
        assert "10:00–12:00" in told
        with pytest.raises(Refused, match="休止中"):
            booking.book(owner, machine)
        booking.book(owner, twin)

    def test_a_closure_and_an_imported_calendar_call_off_what_lies_in_them(
        self, lab, machine, owner, staff
    ):
        row, later = booking.book(owner, machine), booking.book(owner, machine, span=booking.on(5))
        with acting(staff):
            assert (
                office.closure_add(
                    actor=staff, lab_id=lab.pk, span=booking.on(3, 11, 1), reason="停電"
                )
                == 1
            )
            day = f"{booking.on(5).start:%Y%m%d}"
            content = (
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x\nSUMMARY:点検\n"
                f"DTSTART;VALUE=DATE:{day}\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:bad\nEND:VEVENT\n"
                "END:VCALENDAR\n"
            ).encode()
            first = office.closures_import(actor=staff, lab_id=lab.pk, content=content)
            again = office.closures_import(actor=staff, lab_id=lab.pk, content=content)
            with pytest.raises(Refused, match="iCalendar"):
                office.closures_import(actor=staff, lab_id=lab.pk, content=b"x")
        assert (first.made, first.affected, again.made, again.moved) == (1, 1, 0, 1)
        assert list(first.left_out) == [(7, "time")]
        assert {fresh(row).status, fresh(later).status} == {states.CALLED_OFF}
        assert lab.closures.count() == 2


class TestBeingThere:
    def test_a_visit_is_a_person_and_a_day_and_a_booking_is_none(self, lab, machine, owner):
        booking.book(owner, machine, span=booking.on(9))
        assert not Visit.objects.exists()
        for _ in range(2):
            booking.used(owner, booking.make_machine(lab))
        assert Visit.objects.count() == 1
        event = OutboxEvent.objects.get(name="booking.visited")
        assert event.payload["firm_id"] == owner.firm_id
        staff = booking.staff()
        visit = Visit.objects.get()
        with acting(staff):
            visits.take_back(actor=staff, visit_id=visit.pk, reason="別の方だった")
            with pytest.raises(Refused, match="すでに訂正"):
                visits.take_back(actor=staff, visit_id=visit.pk, reason="別の方だった")
        found = figures.utilisation(lab, clock.fiscal_year(clock.today()), clock.today())
        assert found.visits == 0

    def test_leaving_early_frees_the_rest(self, lab, machine, owner):
        row = booking.used(owner, machine)
        slot = Booking.objects.get(reservation=row)
        assert row.status == states.USED
        assert slot.ends_at == row.ends_at <= clock.now() + dt.timedelta(minutes=1)

    def test_who_does_not_come_loses_the_time_though_nothing_has_run(self, lab, machine, owner):
        row = booking.now_at(booking.book(owner, machine), minutes=-30)
        machine.lead_hours = 0
        machine.save()
        start = clock.now().replace(second=0, microsecond=0)
        begun = type(booking.on())(start, start + dt.timedelta(hours=1))
        found = free.next_free([machine], minutes=60, after=start, now=clock.now())
        # Free for everybody who looks, before anything has been written.
        assert fresh(row).status == states.APPROVED
        if found and found[0].start < row.ends_at:
            assert found[0].start >= start
        with acting(owner), pytest.raises(changes.Late):
            changes.check_in(actor=owner, reservation_id=row.pk)
        assert (fresh(row).status, fresh(row).points) == (states.MISSED, 2)
        assert Booking.objects.get(reservation=row).released_at is not None
        assert begun.minutes == 60

    def test_what_has_lapsed_since_the_booking_is_asked_at_the_door(self, lab, owner, staff):
        machine = booking.make_machine(lab, needs_training=True)
        with acting(staff):
            held = firms.certify(
                actor=staff,
                machine_id=machine.pk,
                firm_id=owner.firm_id,
                person_id=owner.user_id,
                granted_on=clock.today(),
            )
        row = booking.now_at(booking.book(owner, machine))
        with acting(staff):
            firms.certificate_withdraw(actor=staff, certificate_id=held.pk, reason="危険な操作")
        with acting(owner), pytest.raises(Refused, match="有効な講習の修了"):
            changes.check_in(actor=owner, reservation_id=row.pk)
        assert AuditRow.objects.filter(action="booking.certificate_withdrawn").exists()

    def test_somebody_who_just_walks_in(self, lab, machine, staff):
        firm_actor = booking.owner()
        from programs.models import Firm

        number = Firm.objects.get(pk=firm_actor.firm_id).corporate_number
        from lab.booking.models import OpeningHours

        OpeningHours.objects.filter(lab=lab).update(opens=dt.time(0), closes=dt.time(23, 59, 59))
        given = {"actor": staff, "machine_id": machine.pk, "minutes": 1, "name": "町田 進"}
        with acting(staff):
            with pytest.raises(Refused, match="登録されていません"):
                visits.walk_in(**given, corporate_number="123", purpose="trial")
            visits.visitor(
                actor=staff, lab_id=lab.pk, name="見学 花子", firm_name="大学", purpose="tour"
            )
        if clock.now().time() < dt.time(23, 55):
            with acting(staff):
                row = visits.walk_in(**given, corporate_number=number, purpose="trial")
            assert (row.status, row.is_walk_in) == (states.IN_USE, True)
            assert Visit.objects.filter(way="walk_in").count() == 2


class TestWaiting:
    def test_the_list_moves_up_by_itself_and_an_offer_ends(self, lab, machine, owner):
        row = booking.book(owner, machine)
        first, second = (booking.owner(lab=lab) for _ in range(2))
        for actor in (first, second):
            with acting(actor):
                turns.join(actor=actor, ask=booking.ask(machine))
                with pytest.raises(Refused, match="すでに入っています"):
                    turns.join(actor=actor, ask=booking.ask(machine))
        assert turns.settle() == 0
        cancel(owner, row)
        event = OutboxEvent.objects.get(name="booking.released")
        assert event.payload == {"lab_id": lab.pk}
        assert turns.settle(lab_id=lab.pk) == 1
        offer = Reservation.objects.get(status=states.HELD)
        assert offer.firm_id == first.firm_id
        with pytest.raises(Taken):
            booking.book(owner, machine)
        past = clock.now() - dt.timedelta(minutes=1)
        Reservation.objects.filter(pk=offer.pk).update(offer_until=past)
        Booking.objects.filter(reservation=offer).update(due_by=past)
        with acting(first), pytest.raises(Refused, match="期限が過ぎた"):
            changes.accept_offer(actor=first, reservation_id=offer.pk)
        assert turns.settle() == 2
        taken = Reservation.objects.get(status=states.HELD)
        assert (fresh(offer).status, taken.firm_id) == (states.LAPSED, second.firm_id)
        with acting(second):
            changes.accept_offer(actor=second, reservation_id=taken.pk)
        assert set(Turn.objects.values_list("status", flat=True)) == {"passed", "taken"}

    def test_leaving_the_list_gives_the_offer_back(self, lab, machine, owner):
        row = booking.book(owner, machine)
        waiting = booking.owner(lab=lab)
        with acting(waiting):
            turn = turns.join(actor=waiting, ask=booking.ask(machine))
        cancel(owner, row)
        turns.settle()
        with acting(waiting):
            turns.leave(actor=waiting, turn_id=turn.pk)
            with pytest.raises(StaleState):
                turns.leave(actor=waiting, turn_id=turn.pk)
        booking.book(owner, machine)


class TestKeeping:
    def test_stock_never_falls_below_nothing(self, lab, staff):
        with acting(staff):
            item = keeping.consumable_add(
                actor=staff, lab_id=lab.pk, name="樹脂", unit="本", price_yen=500, low_at=2
            )
            keeping.consumable_move(actor=staff, consumable_id=item.pk, change=3)
            with pytest.raises(Refused, match="在庫は3本"):
                keeping.consumable_move(actor=staff, consumable_id=item.pk, change=-4)
            left = keeping.consumable_move(actor=staff, consumable_id=item.pk, change=-2)
        assert (left.stock, left.is_low) == (1, True)
        assert left.uses.first().amount_yen == 1_000

    def test_a_new_price_list_leaves_what_is_booked_alone(self, lab, machine, owner, staff):
        booking.fees(lab, machine)
        row = booking.book(owner, machine)
        with acting(staff):
            keeping.fees_publish(
                actor=staff,
                lab_id=lab.pk,
                valid_from=clock.today(),
                discount_percent=0,
                waives_first=False,
                lines={machine.pk: ("slot", 300)},
            )
            with pytest.raises(Refused, match="料金表がすでに"):
                keeping.fees_publish(
                    actor=staff, lab_id=lab.pk, valid_from=clock.today(), discount_percent=0,
                    waives_first=False, lines={},
                )  # fmt: skip
        assert fresh(row).fee_yen == 2_000
        assert booking.book(owner, machine, span=booking.on(4)).fee_yen == 600


def test_a_trial_begins_an_application_only_with_consent(lab, machine, owner):
    row = booking.used(owner, machine)
    given = {"outcome": "worked", "wish": "buy", "problem": "手書きの記録", "tried": "1日試した。"}
    with acting(owner):
        report = firms.trial_report(actor=owner, reservation_id=row.pk, **given)
        assert prefills.offers(owner) == []
        firms.consent_change(actor=owner, trial_id=report.pk, may_prefill=True)
        (offer,) = prefills.offers(owner)
        assert offer.answers["problem"] == "手書きの記録"
        assert machine.name in offer.answers["solution"]
        with pytest.raises(Refused, match="すでに書かれて"):
            firms.trial_report(actor=owner, reservation_id=row.pk, **given)
    rival = booking.owner()
    with acting(rival):
        assert prefills.answers_of(rival, offer.key) == {}
