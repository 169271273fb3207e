"""From the booked hour on: who comes and who does not, waiting, stock and prices, the trial."""

import datetime as dt

import pytest

from lab.booking import states
from lab.booking.models import Booking, Reservation, Turn, Visit
from lab.booking.selectors import figures, free
from lab.booking.services import changes, firms, keeping, turns, visits
from lab.booking.services.errors import Refused, Taken
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import StaleState
from programs import prefills
from tests.factories import booking

pytestmark = pytest.mark.django_db


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

    def test_whoever_was_taken_back_by_mistake_is_recorded_again(self, lab, staff):
        given = {"lab_id": lab.pk, "name": "町田 進", "firm_name": "町田製作所", "purpose": "tour"}
        with acting(staff):
            for _ in range(3):
                visits.visitor(actor=staff, **given)
                visits.visitor(actor=staff, **given)
                standing = Visit.objects.get(takes_back=None, taken_back=None)
                visits.take_back(actor=staff, visit_id=standing.pk, reason="人違い")
            visits.visitor(actor=staff, **given)
        rows = Visit.objects.filter(takes_back=None).order_by("pk")
        assert [row.number for row in rows] == [0, 1, 2, 3]
        year = clock.fiscal_year(clock.today())
        assert figures.utilisation(lab, year, clock.today()).visits == 1
        # Each that stood for a while is a fact of its own for the indicators.
        told = OutboxEvent.objects.filter(name="booking.visited")
        assert {event.payload["visit_id"] for event in told} == {row.pk for row in rows}

    def test_leaving_early_frees_the_rest(self, lab, machine, owner):
        row = booking.used(owner, machine)
        slot = Booking.objects.get(reservation=row)
        assert row.status == states.USED
        assert slot.ends_at == row.ends_at <= clock.now() + dt.timedelta(minutes=1)

    def test_who_does_not_come_loses_the_time_though_nothing_has_run(
        self, lab, machine, owner, monkeypatch
    ):
        row = booking.book(owner, machine)
        begun = row.starts_at

        def at(minutes):
            """The next free hour, seen so many minutes after the booking's beginning."""
            now = begun + dt.timedelta(minutes=minutes)
            monkeypatch.setattr(clock, "now", lambda: now)
            monkeypatch.setattr(clock, "database_now", lambda: now)
            return free.next_free([machine], minutes=60, after=begun, now=now)[0].start

        machine.lead_hours = 0
        hour = dt.timedelta(hours=1)
        # Waited for: free after the two hours and the 15 minutes of cleaning.
        assert at(lab.grace_minutes - 1) == begun + 3 * hour
        # Free for everybody who looks, before anything has been written.
        assert at(lab.grace_minutes) == begun + hour
        assert booking.fresh(row).status == states.APPROVED
        with acting(owner), pytest.raises(changes.Late):
            changes.check_in(actor=owner, reservation_id=row.pk)
        assert (booking.fresh(row).status, booking.fresh(row).points) == (states.MISSED, 2)
        assert Booking.objects.get(reservation=row).released_at is not None

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
        booking.cancel(owner, row)
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
        assert (booking.fresh(offer).status, taken.firm_id) == (states.LAPSED, second.firm_id)
        with acting(second):
            changes.accept_offer(actor=second, reservation_id=taken.pk)
        assert set(Turn.objects.values_list("status", flat=True)) == {"passed", "taken"}

    def test_leaving_the_list_gives_the_offer_back(self, lab, machine, owner):
        row = booking.book(owner, machine)
        waiting = booking.owner(lab=lab)
        with acting(waiting):
            turn = turns.join(actor=waiting, ask=booking.ask(machine))
        booking.cancel(owner, row)
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
        assert booking.fresh(row).fee_yen == 2_000
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
        assert prefills.offer_of(rival, offer.key).answers == {}
