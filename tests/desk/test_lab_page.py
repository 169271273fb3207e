"""ラボと仲間まわし: one page tells a firm what waits for it there, and the menu stays one row."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lab.nakama.exchange.models import Purchase
from portal.kernel import clock
from portal.kernel.database import acting
from tests.factories import booking as lab
from tests.factories import cases as case
from tests.factories import consortium
from tests.factories import subsidies as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def test_the_page_tells_the_next_step_the_dates_and_the_rooms_at_constant_cost():
    room = lab.make_lab()
    machine = lab.make_machine(room)
    lab.fees(room, machine)
    owner = lab.owner(lab=room)
    client, address = client_of(owner), reverse("desk:lab")
    first = client.get(address).content.decode()
    assert "自社の加工能力を登録する" in first.partition("ほかにすること")[0]
    assert "決まっている日程はありません" in first
    lab.book(owner, machine, span=lab.on(2))
    case.drafted(owner)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for day in range(3, 7):
        lab.book(owner, machine, span=lab.on(day))
    case.opened(owner)
    with acting(lab.SYSTEM):
        for number in range(5):
            Purchase.objects.create(
                ward_id=owner.ward_id or 13107,
                name=f"切削油{number}",
                closes_on=clock.today() + dt.timedelta(days=1),
                checked_by="担当",
                checked_on=clock.today(),
                made_by_id=owner.user_id,
            )
    with CaptureQueriesContext(connection) as many:
        page = client.get(address).content.decode()
    assert len(many) == len(few)
    dates = page.partition("これからの日程")[2].partition("ここでできること")[0]
    assert dates.index("切削油0") < dates.index(room.name), "the nearest day first"
    assert "予約が5件あります" in page
    assert "進行中が1件あります" in page


def test_my_page_asks_all_rooms_in_one_statement_and_then_those_with_something():
    owner = lab.owner()
    client, address = client_of(owner), reverse("desk:my")
    tables = ("consortium_project", "events_registration", "exchange_jointshare")

    def asked():
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return [
            [name for name in tables if name in one["sql"]]
            for one in found
            if any(name in one["sql"] for name in tables)
        ]

    client.get(address)
    assert asked() == [list(tables)]
    consortium.begin(owner, consortium.bank_actor(consortium.staff_actor()))
    assert "見せる内容を確かめ、同意する" in client.get(address).content.decode()
    assert asked() == [list(tables)], "the projects' own question is not put"


def test_a_menu_has_few_words():
    for person in (lab.owner(), lab.staff(), make.official_actor()):
        links = client_of(person).get(reverse("desk:home")).context["chrome"].navigation
        assert 2 <= len(links) <= 11, [link.label for link in links]
