"""The pages: what people read, what is kept where it is refused, how many queries a list costs."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lab.booking import ical, states
from lab.booking.models import Reservation, Turn
from lab.booking.services import keeping
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.notices.models import Notice
from tests.factories import booking
from tests.factories import subsidies as make
from tests.kernel.files import corpus
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def url(name, *arguments):
    return reverse(f"booking:{name}", args=arguments)


def posted(machine, span=None, **more):
    span = span or booking.on()
    return {
        "machine": str(machine.pk and machine.public_id),
        "day": f"{span.start:%Y-%m-%d}",
        "begin": f"{span.start:%H:%M}",
        "minutes": str(span.minutes),
        "purpose": "trial",
        "note": "検査の自動化を試したい",
        "weeks": "1",
        **more,
    }


def test_everybody_sees_what_is_free_and_nobody_who_has_the_rest(lab, machine, owner):
    row = booking.book(owner, machine)
    first = clock.to_date(row.starts_at)
    visitor = Client()
    assert machine.name in text(visitor.get(url("labs")))
    page = text(visitor.get(f"{url('machine', machine.public_id)}?week={first}"))
    assert f'value="{row.starts_at.astimezone(clock.TOKYO):%Y-%m-%dT%H:%M}"' not in page
    assert f'value="{booking.on(3, 13).start:%Y-%m-%dT%H:%M}"' in page
    assert "予約済み" in page
    week = text(visitor.get(f"{url('week', lab.public_id)}?week={first}"))
    assert "13:00" not in week
    assert "12:15–17:00" in week
    for shown in (page, week):
        assert row.firm_name not in shown
    found = text(
        visitor.get(
            f"{url('free', lab.public_id)}?day={first:%Y/%m/%d}&begin=13時&end=1500&category="
        )
    )
    assert "空いている設備：1台" in found
    refused = visitor.get(f"{url('free', lab.public_id)}?day=x&begin=15:00&end=13:00")
    assert refused.status_code == 422


def test_from_the_button_to_the_booking(lab, machine, owner):
    booking.fees(lab, machine, discount_percent=50)
    client = client_of(owner)
    form = text(client.get(f"{url('book')}?machine={machine.public_id}&at=2099-01-05T10:00"))
    assert 'value="10:00"' in form
    asked = text(client.post(url("book"), posted(machine, step="check")))
    assert "1,000円" in asked
    assert "この内容で予約する" in asked
    answer = client.post(url("book"), posted(machine, step="book"))
    row = Reservation.objects.get()
    assert answer["Location"] == url("reservation", row.public_id)
    page = text(client.get(answer["Location"]))
    assert row.code in page
    assert "動きやすい服" in page
    assert url("reservation", row.public_id) in text(client.get(url("mine")))
    moved = client.post(url("move", row.public_id), posted(machine, booking.on(4)))
    assert moved.status_code == 302
    client.post(url("cancel", row.public_id))
    assert Reservation.objects.get().status == states.CANCELLED


def test_what_stands_against_it_is_said_before_and_typed_things_stay(lab, owner):
    machine = booking.make_machine(lab, needs_training=True)
    client = client_of(owner)
    page = text(client.post(url("book"), posted(machine, booking.on(3, 16), step="check")))
    for words in ("閉館をまたぐ", "有効な講習の修了がありません", "操作の講習を予約する"):
        assert words in page
    assert "この内容で予約する" not in page
    refused = client.post(url("book"), posted(machine, step="book"))
    assert refused.status_code == 422
    assert "検査の自動化を試したい" in text(refused)
    assert AuditRow.objects.filter(action="booking.refused", actor_id=owner.user_id).exists()
    stranger = booking.owner()
    shown = text(
        client_of(stranger).post(url("book"), posted(booking.make_machine(lab), step="check"))
    )
    assert "先に利用規約に同意してください" in shown
    agree = re.search(r'href="(/lab/[^"]+/rules/[^"]+)"', shown)[1].replace("&amp;", "&")
    client = client_of(stranger)
    assert "規約に同意する" in text(client.get(agree))
    assert client.post(agree, {"version": "1"}).status_code == 302


def test_who_is_too_late_chooses_the_next_time_or_waits(lab, machine, owner):
    booking.book(booking.owner(lab=lab), machine)
    client = client_of(owner)
    answer = client.post(url("book"), posted(machine, step="book"))
    assert answer.status_code == 409
    page = text(answer)
    offered = re.search(
        r'name="day" value="([^"]+)"><input type="hidden" name="begin" value="([^"]+)"', page
    )
    assert offered.groups() == (f"{booking.on().start:%Y-%m-%d}", "13:00")
    again = client.post(url("book"), posted(machine, booking.on(3, 13), step="book"))
    assert again.status_code == 302
    client.post(url("book"), posted(machine, step="wait"))
    turn = Turn.objects.get()
    assert "空き待ち" in text(client.get(url("mine")))
    client.post(url("leave", turn.pk))
    assert Turn.objects.get().status == states.LEFT


def test_the_door_lets_in_by_number_and_by_phone(lab, machine, owner):
    row = booking.now_at(booking.book(owner, machine))
    door = url("kiosk", lab.kiosk)
    visitor = Client()
    shown = text(visitor.get(door))
    assert "ui-qr" in shown
    wrong = visitor.post(door, {"code": "000000" if row.code != "000000" else "111111"})
    assert wrong.status_code == 409
    assert "入室を記録しました" in text(visitor.post(door, {"code": row.code}))
    from lab.booking.views.entering import door_token

    phone = client_of(owner)
    enter = url("enter", door_token(lab))
    assert "退室する" in text(phone.get(enter))
    left = phone.post(enter, {"row": str(row.public_id)}, follow=True)
    assert "試用の結果を書いてください" in text(left)
    assert Client().get(url("kiosk", owner and machine.public_id)).status_code == 404


def test_a_calendar_follows_its_owner_and_ends_with_the_place_in_the_firm(machine, owner):
    row = booking.book(owner, machine)
    address = ical.address(ical.FIRM, owner.firm_id, owner.user_id).removeprefix(
        "http://testserver"
    )
    body = Client().get(address).content.decode()
    assert f"UID:booking-{row.public_id}" in body
    assert machine.name in body.replace("\r\n ", "")
    client = client_of(owner)
    page = client.post(url("calendar_new"), follow=True)
    assert "前のアドレスは、もう使えません" in text(page)
    assert Client().get(address).status_code == 404
    assert client.get(url("calendar_new")).status_code == 405
    assert AuditRow.objects.filter(
        action="booking.calendar_renewed", actor_id=owner.user_id
    ).exists()
    # It says in its signature when it was made, to the second.
    address = re.search(r"/lab/calendar/[^\s\"<]+\.ics", text(page))[0]
    assert Client().get(address).status_code == 200
    from programs.models import FirmMembership

    FirmMembership.objects.filter(user_id=owner.user_id).update(valid_to=clock.today())
    assert Client().get(address).status_code == 404


class TestStaff:
    def test_the_ledger_shows_the_day_and_leaves_a_trace(self, lab, machine, owner):
        row = booking.book(owner, machine)
        staff = booking.staff()
        client = client_of(staff)
        assert client.get(url("home"))["Location"] == url("ledger", lab.public_id)
        page = text(client.get(f"{url('ledger', lab.public_id)}?day={booking.on().start:%Y-%m-%d}"))
        assert 'colspan="2" class="lab-entry" data-status="approved"' in page
        assert row.firm_name in page
        assert AuditRow.objects.filter(action="booking.looked", actor_id=staff.user_id).exists()
        assert row.firm_name in text(client.get(url("desk", row.public_id)))
        elsewhere = client_of(booking.staff(13111))
        assert elsewhere.get(url("ledger", lab.public_id)).status_code == 404
        assert elsewhere.get(url("desk", row.public_id)).status_code == 404

    def test_train_and_record_the_certificate(self, lab, owner):
        machine = booking.make_machine(lab, needs_training=True)
        row = booking.book(owner, machine, purpose="training")
        client = client_of(booking.staff())
        assert str(row.public_id) in text(client.get(url("queue", lab.public_id)))
        client.post(url("act", row.public_id, "approve"))
        booking.now_at(row)
        client.post(url("act", row.public_id, "check_in"))
        assert "修了を記録する" in text(client.get(url("desk", row.public_id)))
        client.post(url("act", row.public_id, "certify"))
        assert row.person_name in text(client.get(url("certificates", lab.public_id)))
        assert booking.book(owner, machine).status == states.APPROVED

    def test_keeping_a_lab(self, lab, machine, owner):
        client = client_of(booking.staff())
        values = {
            "name": "協働ロボット", "category": "robot", "summary": "部品を運ぶ。", "place": "2階",
            "slot_minutes": "30", "most_minutes": "10", "lead_hours": "2", "ahead_days": "30",
            "before_minutes": "0", "after_minutes": "0",
        }  # fmt: skip
        refused = client.post(url("machine_new", lab.public_id), values)
        assert refused.status_code == 422
        assert "予約の単位以上" in text(refused)
        client.post(url("machine_new", lab.public_id), values | {"most_minutes": "120"})
        assert "協働ロボット" in text(client.get(url("machines", lab.public_id)))
        hours = {"step": "hours", "opens_0": "9:00", "closes_0": "21:00", "opens_1": "10時"}
        kept = client.post(url("closures", lab.public_id), hours)
        assert kept.status_code == 422
        client.post(url("closures", lab.public_id), hours | {"closes_1": "1200"})
        assert sorted(lab.hours.values_list("weekday", flat=True)) == [0, 1]
        client.post(
            url("fees", lab.public_id),
            {"step": "fees", "valid_from": "2026/12/1", "discount_percent": "20",
             f"fee_{machine.pk}": "1,500"},
        )  # fmt: skip
        assert "1,500円" in text(client.get(url("fees", lab.public_id)))
        for name in ("visits", "incidents", "consumables", "certificates"):
            assert client.get(url(name, lab.public_id)).status_code == 200

    def test_what_is_used_up_comes_off_the_stock_and_on_the_bill(self, lab, machine, owner):
        staff = booking.staff()
        with acting(staff):
            item = keeping.consumable_add(
                actor=staff, lab_id=lab.pk, name="樹脂", unit="本", price_yen=700, low_at=2
            )
            keeping.consumable_move(actor=staff, consumable_id=item.pk, change=4)
        row = booking.used(owner, machine)
        client = client_of(staff)
        assert "在庫4本、1本 700円" in text(client.get(url("desk", row.public_id)))
        sent = {"consumable": item.pk, "count": "9"}
        refused = client.post(url("use", row.public_id), sent)
        assert refused.status_code == 422
        assert "在庫は4本です" in text(refused)
        assert client.post(url("use", row.public_id), {**sent, "count": "2"}).status_code == 302
        assert (
            Notice.objects.filter(recipient_id=staff.user_id, subject__contains="樹脂").count() == 1
        )
        for who, page in ((client, "desk"), (client_of(owner), "reservation")):
            shown = text(who.get(url(page, row.public_id)))
            assert "2本　1,400円" in shown
            assert f"{row.fee_yen + 1_400:,}円" in shown
        day = f"{row.starts_at.astimezone(clock.TOKYO):%Y-%m-%d}"
        ledger = text(client.get(f"{url('ledger', lab.public_id)}?day={day}"))
        assert "うち消耗品 1,400円" in ledger
        stocked = text(client.get(url("consumables", lab.public_id)))
        assert "補充する消耗品が1品あります" in stocked
        assert row.firm_name in stocked
        # Nothing is used for what has not begun.
        ahead = booking.book(owner, machine, span=booking.on(8))
        told = client.post(url("use", ahead.public_id), sent, follow=True)
        assert "使い始めた予約に" in text(told)
        item.refresh_from_db()
        assert item.stock == 2

    def test_a_photo_is_small_public_and_says_nothing_of_its_place(self, lab, machine):
        client, visitor = client_of(booking.staff()), Client()
        address = url("photo_edit", machine.public_id)
        assert "lab-sign" in text(visitor.get(url("machine", machine.public_id)))
        photo = SimpleUploadedFile("p.jpg", corpus.photo_with_place())
        refused = client.post(address, {"picture": photo, "alt": " "})
        assert refused.status_code == 422
        bad = SimpleUploadedFile("p.jpg", corpus.image("PNG"))
        assert "形式と違います" in text(client.post(address, {"picture": bad, "alt": "箱"}))
        photo.seek(0)
        assert client.post(address, {"picture": photo, "alt": "白い箱"}).status_code == 302
        for page in (url("machine", machine.public_id), url("week", lab.public_id), url("labs")):
            shown = text(visitor.get(page))
            source = re.search(r'class="lab-photo" src="([^"]+)" alt="([^"]*)"', shown)
            assert source, page
        got = visitor.get(source[1])
        assert (got["Content-Type"], "immutable" in got["Cache-Control"]) == ("image/jpeg", True)
        assert b"SECRET-PLACE" not in got.content
        assert got.content[:3] == b"\xff\xd8\xff"
        assert 'alt="白い箱"' in text(visitor.get(url("machine", machine.public_id)))
        other = client_of(booking.staff(13111))
        assert other.get(address).status_code == 404
        assert client.post(address, {"drop": "1"}).status_code == 302
        assert visitor.get(source[1]).status_code == 404

    def test_officials_and_policy_count_without_names(self, lab, machine, owner):
        row = booking.used(owner, machine)
        for actor in (make.official_actor(), make.official_actor(13111), booking.staff()):
            page = text(client_of(actor).get(f"{url('utilisation')}?lab={lab.public_id}"))
            assert "延べ利用者" in page
            assert machine.name in page
            assert row.firm_name not in page


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_pages_cost_the_same_with_one_booking_and_with_many(lab, owner):
    client, staff = client_of(owner), client_of(booking.staff())
    first = booking.make_machine(lab)
    booking.book(owner, first)
    day = f"{booking.on().start:%Y-%m-%d}"
    addresses = [
        (client, f"{url('week', lab.public_id)}?week={day}"),
        (client, url("mine")),
        (staff, f"{url('ledger', lab.public_id)}?day={day}"),
        (staff, url("queue", lab.public_id)),
    ]
    before = [queries(*address) for address in addresses]
    for _ in range(7):
        booking.book(owner, booking.make_machine(lab))
    assert [queries(*address) for address in addresses] == before


def test_a_trial_becomes_the_first_draft_of_an_application(lab, machine, owner):
    row = booking.used(owner, machine)
    client = client_of(owner)
    trial = {"outcome": "worked", "wish": "buy", "problem": "検査が手書きで、集計に3日かかる。",
             "tried": "自動で測れた。", "effect": "半日になる。", "may_prefill": "on"}  # fmt: skip
    assert client.post(url("trial", row.public_id), trial | {"tried": ""}).status_code == 422
    page = text(client.post(url("trial", row.public_id), trial, follow=True))
    assert "使える補助金を探す" in page
    call = make.make_call()
    shown = text(client.get(reverse("subsidies:call_detail", args=[call.pk])))
    key = re.search(r'<option value="(trial:[^"]+)">', shown)[1]
    client.post(reverse("subsidies:start", args=[call.pk]), {"prefill": key})
    from subsidies.models import Application

    with acting(booking.SYSTEM):
        draft = Application.objects.get(call=call)
    assert draft.answers["problem"] == trial["problem"]
    assert machine.name in draft.title
