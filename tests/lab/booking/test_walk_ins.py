"""Who comes without a booking meets the conditions of one, signs on the spot, or is let pass with a reason."""

import datetime as dt

import pytest
from django.urls import reverse

from lab.booking import states
from lab.booking.models import Acceptance, Quota, Reservation, Visit
from lab.booking.services import firms, visits, walk_ins
from lab.booking.services.errors import NotMet, Refused
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from programs.models import Firm
from tests.factories import booking
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Of today, when every lab of the factory is open."""
    at = clock.midnight(clock.today()) + dt.timedelta(hours=12)
    monkeypatch.setattr(clock, "now", lambda: at)
    monkeypatch.setattr(clock, "database_now", lambda: at)
    return at


def number_of(firm_actor):
    return Firm.objects.get(pk=firm_actor.firm_id).corporate_number


def come(staff, machine, firm_actor, **given):
    values = {"minutes": 60, "name": "町田 進", "purpose": "trial"}
    number = number_of(firm_actor)
    with acting(staff):
        return walk_ins.walk_in(
            actor=staff, machine_id=machine.pk, corporate_number=number, **values | given
        )


def spoil(lab, firm_actor):
    """Too many points, and the month's hours used up."""
    row = booking.book(firm_actor, booking.make_machine(lab), span=booking.on(1, 9, 1))
    yesterday = booking.on(-1, 9, 1)
    Reservation.objects.filter(pk=row.pk).update(
        points=3, starts_at=yesterday.start, ends_at=yesterday.end
    )
    Quota.objects.create(lab=lab, of="firm", hours=0)


def test_a_machine_for_a_known_firm_and_a_look_for_anybody(lab, machine, owner, staff):
    with acting(staff):
        with pytest.raises(Refused, match="登録されていません"):
            walk_ins.walk_in(
                actor=staff, machine_id=machine.pk, minutes=60, name="x", corporate_number="123",
                purpose="trial",
            )  # fmt: skip
        visits.visitor(
            actor=staff, lab_id=lab.pk, name="見学 花子", firm_name="大学", purpose="tour"
        )
    row = come(staff, machine, owner)
    assert (row.status, row.is_walk_in) == (states.IN_USE, True)
    assert Visit.objects.filter(way="walk_in").count() == 2
    with pytest.raises(Refused, match="120分まで"):
        come(staff, booking.make_machine(lab, most_minutes=120), owner, minutes=180)


def test_everything_that_is_not_met_is_told_at_once_and_nothing_is_left(lab, staff):
    actor = booking.owner(lab=lab)
    spoil(lab, actor)
    with acting(staff):
        firms.agreement_publish(actor=staff, lab_id=lab.pk, text="新しい規約")
    machine = booking.make_machine(lab, needs_training=True)
    before = Reservation.objects.count()
    # Not even a reason helps as long as the ward lets its staff set nothing aside.
    with pytest.raises(NotMet) as refused:
        come(staff, machine, actor, override="急ぎのため")
    assert refused.value.codes == {"agreement", "quota", "points", "certificate"}
    assert not refused.value.may_override
    told = str(refused.value)
    for words in ("同意していません", "残りは0分", "新しい予約はできません", "講習の修了"):
        assert words in told
    # Rules can still be signed: they are not among what nobody may let pass.
    barred = told.rpartition("認められません：")[2]
    assert "利用の上限" in barred
    assert "利用規約" not in barred
    assert (Reservation.objects.count(), Visit.objects.count()) == (before, 0)


def test_staff_set_aside_with_a_reason_what_the_ward_allows(lab, machine, staff):
    actor = booking.owner(lab=lab)
    spoil(lab, actor)
    lab.overrides = ["quota", "points"]
    lab.save()
    with pytest.raises(NotMet, match="理由を入力してください") as refused:
        come(staff, machine, actor)
    assert refused.value.may_override
    row = come(staff, machine, actor, override="機械の故障で納期が迫るため")
    written = AuditRow.objects.get(action="booking.walk_in_overridden", object_id=str(row.pk))
    assert written.reason == "機械の故障で納期が迫るため"
    assert written.detail["conditions"] == ["points", "quota"]
    assert written.actor_id == staff.user_id


def test_the_certificate_is_that_of_whoever_comes(lab, owner, staff):
    machine = booking.make_machine(lab, needs_training=True)
    with pytest.raises(NotMet, match="講習の修了"):
        come(staff, machine, owner, name=owner.name)
    with acting(staff):
        firms.certify(
            actor=staff, machine_id=machine.pk, firm_id=owner.firm_id, person_id=owner.user_id,
            granted_on=clock.today(),
        )  # fmt: skip
    with pytest.raises(NotMet):
        come(staff, machine, owner, name="別の 社員")
    row = come(staff, machine, owner, name=f" {owner.name.replace(' ', '　')}")
    assert (row.person_id, Visit.objects.get().person_id) == (owner.user_id, owner.user_id)


def test_somebody_stands_by_where_the_machine_asks_for_it(lab, owner, staff):
    mill = booking.make_machine(lab, needs_supervisor=True, needs_approval=True, place="1階")
    with pytest.raises(Refused, match="立ち会う職員を選んで"):
        come(staff, mill, owner)
    row = come(staff, mill, owner, supervisor_id=staff.user_id)
    assert (row.status, row.supervised_by_id) == (states.IN_USE, staff.user_id)
    approved = AuditRow.objects.get(action="booking.reservation.approve", object_id=str(row.pk))
    assert approved.actor_id == staff.user_id
    saw = booking.make_machine(lab, needs_supervisor=True, place="2階")
    with pytest.raises(Refused, match="別の場所で立ち会います"):
        come(staff, saw, booking.owner(lab=lab), supervisor_id=staff.user_id)


def test_the_desk_signs_on_the_spot_and_keeps_what_was_typed(lab, machine, staff):
    actor, client = booking.owner(), client_of(staff)
    address = reverse("booking:visits", args=[lab.public_id])
    assert "署名してもらった" not in client.get(address).content.decode()
    sent = {
        "name": "町田 進", "purpose": "trial", "machine": machine.pk, "minutes": "60",
        "corporate_number": number_of(actor),
    }  # fmt: skip
    refused = client.post(address, sent)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "利用規約にまだ同意していません" in page
    assert 'name="is_signed"' in page
    assert 'name="override"' not in page
    assert 'value="町田 進"' in page
    assert client.post(address, sent | {"is_signed": "on"}).status_code == 302
    held = Acceptance.objects.get(firm_id=actor.firm_id)
    assert (held.signer, held.noted_by_id, held.person_id) == ("町田 進", staff.user_id, None)
    assert AuditRow.objects.filter(action="booking.agreed_at_desk").count() == 1
    # Whoever signed for the firm has done so for its bookings, too.
    booking.book(actor, machine, span=booking.on(3))


def test_the_ward_says_what_its_staff_may_set_aside(lab, staff):
    client, address = client_of(staff), reverse("booking:fees", args=[lab.public_id])
    client.post(address, {"step": "overrides", "overrides": ["points", "quota"]})
    lab.refresh_from_db()
    assert lab.overrides == ["quota", "points"]
    client.post(address, {"step": "overrides", "overrides": ["hours"]})
    lab.refresh_from_db()
    assert lab.overrides == ["quota", "points"]
    written = AuditRow.objects.get(action="booking.overrides_saved")
    assert written.changes == {"overrides": [[], ["quota", "points"]]}
