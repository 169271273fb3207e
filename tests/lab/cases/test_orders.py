"""注文 with what 取適法4条 asks: the day of receipt of each step, and material sold for it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from lab.nakama.cases import papers, services
from lab.nakama.cases.models import Order, StepRecord
from lab.nakama.cases.services import Deal, Refused, Seen, Supply
from portal.kernel import clock
from portal.kernel.database import acting
from programs.models import Firm
from tests.factories import cases as build
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
LATHE, HEAT = "cut.lathe", "heat.quench"


def days(number):
    return clock.today() + dt.timedelta(days=number)


def offered():
    owner, makers = build.buyer(), [build.shop(LATHE), build.shop(HEAT)]
    return owner, makers, build.offered(owner, makers, codes=(LATHE, HEAT))


def award(owner, case, **deal):
    with acting(owner):
        services.case_award(actor=owner, case_id=case.pk, deal=Deal("brokered", **deal))
    return list(Order.objects.filter(case=case))


def steel(**changes):
    told = {
        "goods": "SUS304 丸棒 φ20",
        "quantity": "20本",
        "price_yen": 30_000,
        "hand_on": days(3),
        "settle_on": days(90),
    }
    return Supply(**{**told, **changes})


def test_each_step_is_received_on_its_own_day_and_paid_from_it():
    owner, _makers, case = offered()
    with pytest.raises(Refused, match="次の「2 焼入"):
        award(owner, case, receipts={1: days(40), 2: days(20)})
    with pytest.raises(Refused, match="今日以降"):
        award(owner, case, receipts={1: days(-1)})
    with pytest.raises(Refused, match=r"納期（.*）までの日"):
        award(owner, case, receipts={2: case.due_on + dt.timedelta(days=1)})
    first, second = award(owner, case, receipts={1: days(10), 2: days(30)})
    assert (first.deliver_on, second.deliver_on) == (days(10), days(30))
    assert first.pay_on <= days(10 + 59)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"goods": " "}, "品名・数量・対価"),
        ({"quantity": ""}, "品名・数量・対価"),
        ({"price_yen": 0}, "品名・数量・対価"),
        ({"method": "bill"}, "決済の方法"),
        ({"hand_on": days(11)}, "引き渡す期日"),
        ({"hand_on": days(-1)}, "引き渡す期日"),
        ({"settle_on": days(10)}, "先に支払わせることはできません"),
    ],
)
def test_material_that_is_sold_for_a_step_says_all_and_is_not_paid_first(changes, told):
    owner, _makers, case = offered()
    with pytest.raises(Refused, match=told):
        award(owner, case, receipts={1: days(10)}, supplies={1: steel(**changes)})
    assert not Order.objects.filter(case=case).exists()


def test_material_for_a_step_of_the_hub_itself_is_refused_for_want_of_an_order():
    owner, hub, maker = build.buyer(), build.shop(LATHE), build.shop(HEAT)
    case = build.opened(owner, (LATHE, HEAT))
    with acting(build.SYSTEM):
        number = Firm.objects.get(pk=hub.firm_id).corporate_number
    with acting(owner):
        services.hub_name(actor=owner, case_id=case.pk, part="hub", corporate_number=number)
    with acting(hub):
        row = services.team_propose(actor=hub, case_id=case.pk)
        services.team_choose(actor=hub, case_id=case.pk, number=row.number, index=0)
        services.waves_start(actor=hub, case_id=case.pk)
    for firm in (hub, maker):
        asked = build.answer(firm, case)
        with acting(hub):
            services.firm_choose(actor=hub, invitation_id=asked.pk)
    with acting(hub):
        services.case_offer(actor=hub, case_id=case.pk)
    deal = {"receipts": {1: days(10)}, "supplies": {1: steel()}}
    with acting(owner), pytest.raises(Refused, match="1番の工程は、受注統括"):
        services.case_award(actor=owner, case_id=case.pk, deal=Deal("joint", "輪", **deal))
    deal["supplies"] = {2: steel()}
    with acting(owner):
        services.case_award(actor=owner, case_id=case.pk, deal=Deal("joint", "輪", **deal))
    [sold] = Order.objects.filter(case=case).exclude(supply_goods="")
    assert (sold.orderer_id, sold.contractor_id) == (hub.firm_id, maker.firm_id)


def test_the_statement_and_the_page_tell_of_the_material_and_the_database_keeps_the_law():
    owner, makers, case = offered()
    first, second = award(owner, case, receipts={1: days(10)}, supplies={1: steel()})
    told = dict(papers.order_data(first)["facts"])
    assert told["有償支給材の品名・数量"] == "SUS304 丸棒 φ20　20本"
    assert told["有償支給材の対価（税抜）"] == "30,000円"
    assert told["有償支給材の決済の期日"] == clock.wareki(days(90))
    assert told["有償支給材の決済の方法"] == "代金から差し引く（相殺）"
    assert dict(papers.order_data(second)["facts"])["有償で支給する材料"] == "なし"
    page = client_of(makers[0]).get(reverse("cases:order", args=[first.public_id]))
    assert "SUS304 丸棒 φ20" in page.content.decode()
    for wrong in ({"supply_settle_on": first.pay_on - dt.timedelta(days=1)}, {"supply_goods": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(pk=first.pk).update(**wrong)


def test_the_receipt_of_a_step_is_its_own_and_begins_its_sixty_days():
    owner, makers, case = offered()
    first, second = award(owner, case, receipts={1: days(40), 2: days(50)})
    build.make_step(makers[0], case, 1)
    given = {"actor": makers[1], "case_id": case.pk, "position": 1, "kind": "accept"}
    for day in (days(-1), days(1)):
        with acting(makers[1]), pytest.raises(Refused, match="受け取った日は"):
            services.step_record(**given, seen=Seen(received_on=day))
    client, board = client_of(makers[1]), reverse("cases:board", args=[case.public_id])
    assert "accept1-received_on" in client.get(board).content.decode()
    sent = {"step": "1", "kind": "accept", "accept1-received_on": clock.today().isoformat()}
    assert client.post(board, sent).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.received_on, second.received_on) == (clock.today(), None)
    # Forty days early: the sixtieth day comes before the day that was agreed on.
    assert first.pay_by == days(59) < first.pay_on
    page = client_of(makers[0]).get(reverse("cases:order", args=[first.public_id]))
    assert "受領の日から数えた支払期日" in page.content.decode()
    # The last step is received by the hub, and its order has that day too.
    build.make_step(makers[1], case, 2)
    with acting(owner):
        services.step_record(actor=owner, case_id=case.pk, position=2, kind="accept")
    second.refresh_from_db()
    assert second.received_on == clock.today()
    assert StepRecord.objects.filter(case=case, received_on=clock.today()).count() == 2


def test_the_page_of_the_award_asks_for_each_step_and_keeps_what_was_typed():
    owner, _makers, case = offered()
    client, address = client_of(owner), reverse("cases:award", args=[case.public_id])
    page = client.get(address).content.decode()
    assert page.count("有償で支給する材料がある") == 2
    # The day the firm has named; else as late as the steps after it allow.
    for day in (case.due_on - dt.timedelta(days=4), case.due_on):
        assert f'value="{day.year}/{day.month}/{day.day}"' in page
    sent = {
        "form": "brokered",
        "method": "transfer",
        "fee": "0",
        "sure": "on",
        "s1-receive_on": days(10).isoformat(),
        "s2-receive_on": days(20).isoformat(),
        "s1-goods": "SUS304 丸棒",
    }
    page = client.post(address, sent)
    assert page.status_code == 422
    assert page.content.decode().count("有償で支給するときは、すべて入力してください。") >= 5
    assert "SUS304 丸棒" in page.content.decode()
    sent |= {
        "s1-quantity": "20本",
        "s1-price_yen": "３０，０００",
        "s1-hand_on": days(2).isoformat(),
        "s1-settle_on": days(10).isoformat(),
        "s1-settlement": "offset",
    }
    page = client.post(address, sent)
    assert page.status_code == 422
    assert "先に支払わせることはできません" in page.content.decode()
    sent["s1-settle_on"] = days(90).isoformat()
    assert client.post(address, sent).status_code == 302
    first, _second = Order.objects.filter(case=case)
    assert (first.supply_yen, first.supply_quantity) == (30_000, "20本")
