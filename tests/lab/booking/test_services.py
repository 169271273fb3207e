"""Booking and what becomes of it: refusals, quotas, series, approval, calling off, who may."""

import datetime as dt

import pytest

from lab.booking import states
from lab.booking.models import Booking, Quota, Reservation
from lab.booking.services import changes, firms, imports, office, reserve
from lab.booking.services.errors import NotAgreed, Refused, Taken
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import ReasonMissing, RoleMissing
from portal.notices.models import Notice
from tests.factories import booking
from tests.factories.programs import OTA, SUMIDA

pytestmark = pytest.mark.django_db


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
        booking.cancel(owner, row)
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
        assert booking.fresh(row).fee["discount_yen"] == 0
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
        assert {booking.fresh(row).status for row in made.bookings} == {states.CANCELLED}

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
            # Not staff of this lab.
            with pytest.raises(Refused, match="立ち会う職員"):
                changes.decide(
                    actor=staff, reservation_id=row.pk, action="approve",
                    supervisor_id=booking.staff(OTA).user_id,
                )  # fmt: skip
            changes.decide(
                actor=staff, reservation_id=row.pk, action="approve", supervisor_id=staff.user_id
            )
        approved = booking.fresh(row)
        assert (approved.status, approved.supervisor, approved.supervised_by_id) == (
            states.APPROVED, staff.name, staff.user_id,
        )  # fmt: skip
        other = booking.book(booking.owner(lab=lab), machine, span=booking.on(4))
        with acting(staff):
            with pytest.raises(ReasonMissing):
                changes.decide(actor=staff, reservation_id=other.pk, action="decline")
            changes.decide(
                actor=staff, reservation_id=other.pk, action="decline", reason="職員が不在です"
            )
        assert "職員が不在です" in Notice.objects.get(subject__startswith="予約は見送り").body
        assert booking.book(owner, machine, span=booking.on(4)).status == states.REQUESTED

    def test_nobody_stands_by_in_two_rooms_at_once(self, lab, owner, staff):
        second = booking.staff()
        given = {"needs_supervisor": True, "after_minutes": 0}
        mill, saw = (booking.make_machine(lab, place=place, **given) for place in ("1階", "１ 階"))
        laser = booking.make_machine(lab, place="2階", **given)
        elsewhere = booking.make_lab()
        booking.agree(owner, elsewhere)
        drill = booking.make_machine(elsewhere, needs_supervisor=True, place="1階")

        def approve(machine, span, who=staff):
            row = booking.book(owner, machine, span=span)
            with acting(staff):
                return changes.decide(
                    actor=staff, reservation_id=row.pk, action="approve", supervisor_id=who.user_id
                )

        first = approve(mill, booking.on(3, 10))
        # Beside it in the same room: yes. In another room or lab: not before it ends.
        approve(saw, booking.on(3, 11))
        for machine in (laser, drill):
            with pytest.raises(Refused, match="10:00〜12:00に別の場所"):
                approve(machine, booking.on(3, 11))
        approve(laser, booking.on(3, 13))
        waiting = Reservation.objects.get(status=states.REQUESTED, bookings__machine=drill)
        with acting(staff):
            changes.decide(
                actor=staff, reservation_id=waiting.pk, action="approve",
                supervisor_id=second.user_id,
            )  # fmt: skip
        # At another time somebody else may be free: it is asked anew.
        with acting(owner):
            moved = changes.move(actor=owner, reservation_id=first.pk, span=booking.on(6, 10))
        assert (moved.status, moved.supervisor, moved.supervised_by_id) == (
            states.REQUESTED, "", None,
        )  # fmt: skip

    def test_another_time_obeys_the_same_rules_and_frees_the_old_one(self, lab, machine, owner):
        row = booking.book(owner, machine)
        rival = booking.owner(lab=lab)
        booking.book(rival, machine, span=booking.on(4))
        with acting(owner):
            with pytest.raises(Taken):
                changes.move(actor=owner, reservation_id=row.pk, span=booking.on(4, 11))
            # Half over itself: its own booking is not in the way.
            changes.move(actor=owner, reservation_id=row.pk, span=booking.on(3, 11))
        assert booking.fresh(row).starts_at == booking.on(3, 11).start
        booking.book(rival, machine, span=booking.on(3, 9, 1))

    def test_another_time_keeps_what_was_free_and_what_was_waived(self, lab, machine, owner, staff):
        booking.fees(lab, machine, waives_first=True)
        first = booking.book(owner, machine)
        billed = booking.book(owner, machine, span=booking.on(4))
        waived = booking.book(owner, machine, span=booking.on(5))
        assert (first.fee_yen, billed.fee_yen, waived.fee_yen) == (0, 2_000, 2_000)
        with acting(staff):
            changes.waive(actor=staff, reservation_id=waived.pk, reason="区の催しのため")
        # A dearer list since: as long a time costs what it did, another length is reckoned anew.
        booking.fees(
            lab, machine, yen=1_500, version=2, valid_from=clock.today(), waives_first=True
        )
        with acting(owner):
            for row, day in ((first, 13), (billed, 14), (waived, 15)):
                changes.move(actor=owner, reservation_id=row.pk, span=booking.on(day))
            same = [booking.fresh(row).fee_yen for row in (first, billed, waived)]
            for row, day in ((first, 13), (billed, 14), (waived, 15)):
                changes.move(actor=owner, reservation_id=row.pk, span=booking.on(day, 10, 3))
        longer = [booking.fresh(row) for row in (first, billed, waived)]
        assert same == [0, 2_000, 0]
        assert [row.fee_yen for row in longer] == [0, 4_500, 0]
        assert [row.fee["waived_yen"] for row in longer] == [4_500, 0, 4_500]
        assert longer[2].waiver == "区の催しのため"

    def test_a_longer_time_is_held_to_the_months_hours(self, lab, machine, owner):
        Quota.objects.create(lab=lab, of="firm", hours=3)
        # Both in one month, whichever day it is.
        first = (clock.today().replace(day=1) + dt.timedelta(days=40)).replace(day=10)
        day = (first - clock.today()).days
        row = booking.book(owner, machine, span=booking.on(day))
        with acting(owner):
            with pytest.raises(Refused, match="残りは180分"):
                changes.move(actor=owner, reservation_id=row.pk, span=booking.on(day, 9, 4))
            changes.move(actor=owner, reservation_id=row.pk, span=booking.on(day + 1, 9, 3))
        assert booking.fresh(row).starts_at == booking.on(day + 1, 9).start

    def test_late_cancelling_costs_a_point_and_points_end_in_a_pause(self, lab, machine, owner):
        row = booking.book(owner, machine)
        lab.cancel_hours = 24 * 7
        lab.save()
        assert booking.cancel(owner, row).points == 1
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
        assert booking.fresh(row).status == states.CALLED_OFF
        # Nobody looks for other times while the machines are held.
        assert not Notice.objects.filter(subject__startswith="ラボの都合").exists()
        with acting(booking.SYSTEM):
            outbox.drain()
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
            first = imports.calendar_import(actor=staff, lab_id=lab.pk, content=content)
            again = imports.calendar_import(actor=staff, lab_id=lab.pk, content=content)
            with pytest.raises(Refused, match="iCalendar"):
                imports.calendar_import(actor=staff, lab_id=lab.pk, content=b"x")
        assert (first.made, first.affected, again.made, again.same) == (1, 1, 0, 1)
        assert list(first.left_out) == [(7, "time")]
        assert {booking.fresh(row).status, booking.fresh(later).status} == {states.CALLED_OFF}
        assert lab.closures.count() == 2

    def test_a_closure_whose_event_is_cancelled_or_gone_goes_with_it(self, lab, staff):
        def calendar(name, *events):
            lines = [f"BEGIN:VCALENDAR\nX-WR-CALNAME:{name}"]
            for uid, day, more in events:
                lines.append(
                    f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{uid}\n{more}"
                    f"DTSTART;VALUE=DATE:{booking.on(day).start:%Y%m%d}\nEND:VEVENT"
                )
            with acting(staff):
                content = "\n".join([*lines, "END:VCALENDAR\n"]).encode()
                return imports.calendar_import(actor=staff, lab_id=lab.pk, content=content)

        def left():
            return set(lab.closures.values_list("uid", flat=True))

        calendar("施設", *((uid, day, "") for uid, day in zip("abcd", (3, 4, 5, 9), strict=True)))
        calendar("祝日", ("x", 4, ""))
        with acting(staff):
            office.closure_add(actor=staff, lab_id=lab.pk, span=booking.on(4), reason="停電")
        # `b` is called off, `c` has vanished; `d` lies outside of what was written out this time.
        found = calendar("施設", ("a", 3, ""), ("b", 4, "STATUS:CANCELLED\n"), ("e", 6, ""))
        assert (found.gone, left()) == (2, {"a", "d", "e", "x", ""})
        # What could not be read may still be meant.
        calendar("施設", ("a", 3, ""), ("e", 6, "RRULE:FREQ=HOURLY\n"), ("f", 8, ""))
        assert left() == {"a", "d", "e", "f", "x", ""}
        row = AuditRow.objects.filter(action="booking.closures_imported").order_by("pk")[2]
        assert row.detail["gone"] == 2
