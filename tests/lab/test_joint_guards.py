"""共同受注 under an attacker and a careless lead: each of these once was possible; and several at once."""

import datetime as dt

import pytest
from django.urls import reverse

from lab.nakama.cases.models import Order
from lab.nakama.cases.services import Payment
from lab.nakama.exchange import services
from lab.nakama.exchange.models import JointOffer, JointOrder
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from tests.factories import exchange as build
from tests.factories import subsidies as make
from tests.support.people import client_of
from tests.support.racing import at_once

SYSTEM = Actor.system("test")


def act(name, actor, row, **given):
    with acting(actor):
        return getattr(services, name)(actor=actor, joint_id=row.pk, **given)


def firms_of(count):
    return [make.firm_actor(make.make_firm()) for _ in range(count)]


def split(firms):
    """400 pieces for the lead and two others, split."""
    row = build.open_joint(firms[0], quantity=400)
    for firm, price in zip(firms, (500, 400, 420), strict=True):
        build.offer(firm, row, 100, 200 if price != 500 else 100, price)
    build.close(row)
    act("joint_split", firms[0], row)
    return row


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_is_one_and_the_last_two_yes_make_one_contract():
    with acting(SYSTEM):
        firms = firms_of(3)
    lead, one, two = firms
    opened = at_once([lambda: build.open_joint(lead, item="歯車")] * 2)
    assert sorted(found is services.Refused for found in opened) == [False, True]
    with acting(SYSTEM):
        row = split(firms)
    act("joint_propose", lead, row, is_independent=True)
    at_once([lambda: act("joint_answer", one, row, accepted=True),
             lambda: act("joint_answer", two, row, accepted=True)])  # fmt: skip
    with acting(SYSTEM):
        row.refresh_from_db()
        assert (row.status, Order.objects.count()) == ("contracted", 2)
        told = OutboxEvent.objects.filter(name="exchange.joint_order_contracted")
        assert told.count() == 1
        assert JointOrder.objects.filter(item="歯車").count() == 1


@pytest.mark.django_db
class TestCareless:
    def test_what_all_firms_read_names_neither_lead_nor_customer(self):
        (lead,) = firms_of(1)
        with pytest.raises(services.Refused, match="「大田重機」を書かないで"):
            build.open_joint(lead, payment=Payment(terms="材料は大田重機が支給"))

    def test_nobody_is_asked_for_a_day_that_has_gone_by_or_answers_after_the_last(self):
        firms = firms_of(3)
        lead, one, _two = firms
        row = split(firms)
        offer = JointOffer.objects.get(joint=row, firm_id=one.firm_id)
        offer.ready_on = clock.today() - dt.timedelta(1)
        offer.save()
        with pytest.raises(services.Refused, match="納められる日を過ぎた"):
            act("joint_propose", lead, row, is_independent=True)
        offer.ready_on = clock.today() + dt.timedelta(2)
        offer.save()
        act("joint_propose", lead, row, is_independent=True)
        row.refresh_from_db()
        # Nobody may say yes later than they would have to deliver.
        assert row.answer_by == offer.ready_on
        JointOrder.objects.update(answer_by=clock.today() - dt.timedelta(1))
        with pytest.raises(services.Refused, match="返事の期限が過ぎました"):
            act("joint_answer", one, row, accepted=True)

    def test_an_office_reads_how_far_it_is_and_no_specification(self):
        (lead,) = firms_of(1)
        row = build.open_joint(lead, detail="SUS304の特殊な溝")
        address = reverse("exchange:joint", args=[row.public_id])
        assert "特殊な溝" in client_of(*firms_of(1)).get(address).content.decode()
        for reader in (make.official_actor(), build.staff_actor()):
            page = client_of(reader).get(address).content.decode()
            assert "件数と状態だけ" in page
            assert "特殊な溝" not in page

    def test_who_has_let_it_pass_reads_of_the_lead_no_more(self):
        firms = firms_of(3)
        lead, one, _two = firms
        row = split(firms)
        act("joint_propose", lead, row, is_independent=True)
        address, client = reverse("exchange:joint", args=[row.public_id]), client_of(one)
        assert "山田　03-0000-0000" in client.get(address).content.decode()
        act("joint_answer", one, row, accepted=False)
        page = client.get(address).content.decode()
        assert "山田" not in page
        assert "墨田区1-1" not in page
        assert AuditRow.objects.filter(action="exchange.contact_seen").count() == 1
