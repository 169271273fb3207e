"""共同購買: needs stay secret, an offer is never above alone, a no asks the others anew."""

import datetime as dt

import pytest
from django.urls import reverse

from lab.nakama.exchange import services, states
from lab.nakama.exchange.models import (
    ExchangeFact,
    PurchaseDemand,
    PurchaseQuote,
    PurchaseShare,
)
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.factories import exchange as build
from tests.factories import subsidies as make
from tests.support.people import client_of


@pytest.fixture
def staff(db):
    return build.staff_actor()


@pytest.fixture
def firms(db):
    return [make.firm_actor(make.make_firm()) for _ in range(3)]


def quote(staff, row, breaks, supplier="工具商会", delivery_yen=500):
    with acting(staff):
        services.quote_save(
            actor=staff,
            purchase_id=row.pk,
            item_id=row.items.get().pk,
            supplier=supplier,
            breaks=breaks,
            delivery_yen=delivery_yen,
        )


@pytest.fixture
def row(staff, firms):
    """30, 40 and 50 pieces at 1,000 円 alone; 100 of them cost 800 each, 80 of them 990."""
    row = build.add_purchase(staff)
    for firm, quantity in zip(firms, (30, 40, 50), strict=True):
        build.need(firm, row, quantity, quantity * 1_000)
    quote(staff, row, [(1, 1_200), (80, 950), (100, 800)])
    return row


def act(name, actor, row, **given):
    with acting(actor):
        done = getattr(services, name)(actor=actor, purchase_id=row.pk, **given)
    row.refresh_from_db()
    return done


def test_who_stays_is_asked_again_when_it_becomes_dearer_and_never_pays_more_than_alone(
    staff, firms, row
):
    act("purchase_offer", staff, row)
    assert (row.status, row.cost_yen, row.saved_yen) == ("offered", 97_500, 22_500)
    shares = list(PurchaseShare.objects.order_by("firm_id"))
    # 97,500 of 120,000 alone: each pays the same part of its own.
    assert [share.pays_yen for share in shares] == [24_375, 32_500, 40_625]
    with pytest.raises(services.Refused, match="まだ返事のない企業"):
        act("purchase_settle", staff, row)
    act("share_answer", firms[0], row, accepted=False)
    for firm in firms[1:]:
        act("share_answer", firm, row, accepted=True)
    act("purchase_settle", staff, row)
    assert row.status == states.OFFERED  # 90 pieces: 950 each, dearer than was told
    shares = list(PurchaseShare.objects.order_by("firm_id"))
    assert [(one.pays_yen, one.accepted) for one in shares] == [(38_444, None), (48_056, None)]
    assert all(one.pays_yen <= one.alone_yen for one in shares)
    for firm in firms[1:]:
        act("share_answer", firm, row, accepted=True)
    act("purchase_settle", staff, row)
    assert row.status == states.ORDERED
    assert ExchangeFact.objects.get(purchase=row).quantity == 2


def test_needs_and_shares_are_the_firms_own(staff, firms, row):
    act("purchase_offer", staff, row)
    with acting(firms[0]):
        assert PurchaseDemand.objects.count() == PurchaseShare.objects.count() == 1
        assert not PurchaseQuote.objects.exists()
    with acting(staff):
        assert not PurchaseDemand.objects.exists()
        assert not PurchaseShare.objects.exists()
        assert PurchaseQuote.objects.count() == 1


def test_what_a_purchase_refuses(staff, firms):
    with pytest.raises(services.Refused, match="独占禁止法の確認"):
        build.add_purchase(staff, checked_on=clock.today() + dt.timedelta(1))
    row = build.add_purchase(staff)
    for firm in firms:
        build.need(firm, row, 10, 9_000)
    with pytest.raises(services.Refused, match="安くなりません"):
        act("purchase_offer", staff, row)
    with pytest.raises(services.Refused, match="同じか安く"):
        quote(staff, row, [(1, 800), (10, 900)])
    row.closes_on = clock.today() - dt.timedelta(1)
    row.save()
    with pytest.raises(services.Refused, match="受付は終わって"):
        build.need(firms[0], row, 5, 1)
    act("purchase_call_off", staff, row, reason="見積りが集まらなかった")
    assert row.status == states.CALLED_OFF


def test_the_pages_of_firm_and_staff(staff, firms):
    office = client_of(staff)
    typed = {
        "name": "超硬エンドミル",
        "items": "エンドミル φ6、本\nドリル φ3",
        "closes_on": (clock.today() + dt.timedelta(9)).isoformat(),
        "checked_by": "弁護士 法田",
        "checked_on": clock.today().isoformat(),
    }
    refused = office.post(reverse("exchange:purchase_new"), typed)
    assert refused.status_code == 422
    assert "「ドリル φ3」に単位がありません" in refused.content.decode()
    typed["items"] = "エンドミル φ6、本"
    url = office.post(reverse("exchange:purchase_new"), typed)["Location"]
    clients = [client_of(firm) for firm in firms[:2]]
    page = clients[0].get(url)
    item = page.context["form"].items[0].pk
    refused = clients[0].post(url, {"save": "", f"n{item}": "60"})
    assert refused.status_code == 422
    assert 'value="60"' in refused.content.decode()
    for client in clients:
        client.post(url, {"save": "", f"n{item}": "６０", f"y{item}": "60,000"})
    page = office.get(url).content.decode()
    assert "120本" in page
    assert "60,000" not in page
    refused = office.post(url, {"quote": "", "item": item, "supplier": "A", "breaks": "百"})
    assert refused.status_code == 422
    quoted = {"quote": "", "item": item, "supplier": "A", "breaks": "1, 990\n100, 800"}
    office.post(url, {**quoted, "delivery_yen": "500"})
    office.post(url, {"offer": ""})
    build.work()
    page = clients[0].get(url).content.decode()
    assert "48,500円" in page
    for client in clients:
        client.post(url, {"accept": ""})
    watching = office.post(url, {"settle": ""})["Location"]
    build.work()
    assert "2社に、金額または決定を知らせました" in office.get(watching).content.decode()
    assert clients[0].get(watching).status_code == 404
    assert "購入が決まりました" in clients[1].get(url).content.decode()
    stranger = client_of(firms[2])
    assert stranger.post(url, {"accept": ""}).status_code == 404
    assert stranger.post(url, {"save": "", f"n{item}": "1", f"y{item}": "1"}).status_code == 422
    assert AuditRow.objects.filter(action="exchange.refused").exists()
