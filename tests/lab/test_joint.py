"""共同受注 from the call to the last delivery: secret prices, reasons, orders by themselves, taken back."""

import datetime as dt
import random

import pytest
from django.urls import reverse

from kpi.models import Fact
from lab.nakama.cases.models import Invitation, Order
from lab.nakama.cases.selectors import rating
from lab.nakama.exchange import demo, services
from lab.nakama.exchange.codes import JOINT_OPENED
from lab.nakama.exchange.forms.joint import JointForm, OfferForm
from lab.nakama.exchange.models import (
    ExchangeFact,
    JointCall,
    JointOffer,
    JointOrder,
    JointPrivate,
    JointShare,
    JointSplit,
    JointTerms,
)
from lab.nakama.exchange.rules.lots import Taker, decide, faults
from lab.nakama.exchange.selectors import joint as selectors
from portal.accounts.roles import Role
from portal.exports import reports
from portal.kernel import clock, outbox, rls
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import RoleMissing
from portal.letters.models import Letter
from portal.notices.models import Notice
from programs import history
from programs.models import Firm
from programs.services.ties import tie_declare
from tests.factories import cases
from tests.factories import exchange as build
from tests.factories import subsidies as make
from tests.support.people import client_of


def test_reasons_are_what_the_whole_costs_otherwise():
    a, b, c = Taker(1, 10, 60, 0, 100), Taker(2, 10, 60, 500, 120), Taker(3, 50, 60, 0, 300)
    found = decide(100, [a, b, c])
    assert (dict(found.lots), found.cost_yen) == ({1: 60, 2: 40}, 6_000 + 500 + 4_800)
    first, second, third = found.reasons
    assert first.without_yen == (500 + 50 * 120 + 50 * 300) - 11_300
    assert second.without_yen == third.with_yen == (50 * 100 + 50 * 300) - 11_300
    assert decide(120, [a, b]).reasons[0].without_yen is None
    assert decide(200, [a, b, c]).short == 20
    gap = decide(35, [Taker(1, 20, 30, 0, 1), Taker(2, 20, 30, 0, 1)])
    assert (dict(gap.lots), gap.below, gap.above) == ({}, 30, 40)
    assert faults(100, [a, b], {1: 60, 2: 40}) == ("", ())
    assert faults(100, [a, b], {1: 60, 2: 30})[0] == "sum"
    assert faults(100, [a, b], {1: 95, 2: 5}) == ("bounds", (1, 2))
    assert faults(100, [a, b], {1: 60, 2: 40}, 1)[0] == "many"


def test_no_reason_is_below_zero():
    for seed in range(8):
        chance = random.Random(seed)
        takers = [
            Taker(n, chance.randint(1, 5), chance.randint(5, 12), chance.randint(0, 900),
                  chance.randint(50, 200)) for n in range(4)
        ]  # fmt: skip
        for reason in decide(chance.randint(5, 20), takers).reasons:
            assert (reason.without_yen or 0) >= 0
            assert (reason.with_yen or 0) >= 0


@pytest.fixture
def firms(db):
    return [make.firm_actor(make.make_firm()) for _ in range(4)]


def act(name, actor, row, **given):
    with acting(actor):
        done = getattr(services, name)(actor=actor, joint_id=row.pk, **given)
    row.refresh_from_db()
    return done


@pytest.fixture
def row(firms):
    """600 pieces: two cheap firms up to 250 each, a dear one, and the lead itself."""
    row = build.open_joint(firms[0])
    build.offer(firms[0], row, 50, 300, 500)
    build.offer(firms[1], row, 100, 250, 400, 10_000)
    build.offer(firms[2], row, 100, 250, 420)
    build.offer(firms[3], row, 100, 600, 700)
    return build.close(row)


@pytest.fixture
def asked(firms, row):
    act("joint_split", firms[0], row)
    act("joint_propose", firms[0], row, is_independent=True)
    return row


def shares(row):
    found = JointShare.objects.filter(joint=row).order_by("firm_id")
    return {share.firm_id: (share.quantity, share.status) for share in found}


def published(name):
    return list(OutboxEvent.objects.filter(name=name).values_list("payload", flat=True))


def test_a_joint_order_from_the_yes_of_all_to_the_last_delivery(firms, asked):
    lead, one, two, _dear = firms
    assert shares(asked) == {
        lead.firm_id: (100, "accepted"),
        one.firm_id: (250, "asked"),
        two.firm_id: (250, "asked"),
    }
    act("joint_answer", one, asked, accepted=True)
    assert not Order.objects.exists()
    act("joint_answer", two, asked, accepted=True)
    assert (asked.status, asked.contracted_on) == ("contracted", clock.today())
    orders = list(Order.objects.order_by("number"))
    # From the lead to each member; nobody orders from themselves. 取適法: within 60 days.
    assert [(o.orderer_id, o.contractor_id, o.quantity, o.price_yen) for o in orders] == [
        (lead.firm_id, one.firm_id, 250, 250 * 400 + 10_000),
        (lead.firm_id, two.firm_id, 250, 250 * 420),
    ]
    assert all((o.pay_on - o.deliver_on).days < 60 and o.case_id is None for o in orders)
    assert Letter.objects.filter(kind="nakama_order", ward_id=0).count() == 2
    assert published("exchange.joint_order_contracted") == [
        {
            "joint_order_id": asked.pk,
            "on": clock.today().isoformat(),
            "firm_ids": sorted([lead.firm_id, one.firm_id, two.firm_id]),
            "processes": [],
            "independent": 3,
            "ward_ids": [build.SUMIDA],
        }
    ]
    event = OutboxEvent.objects.get(name="exchange.joint_order_contracted")
    assert outbox.handle(event.pk, "kpi.joint_order_contracted")
    assert Fact.objects.get(event_type="collab.contracted").ward_id == build.SUMIDA
    act("joint_progress", one, asked, made=100)
    act("joint_hand", one, asked)
    with acting(lead), pytest.raises(services.Refused, match="最初の納品のあと"):
        services.joint_call_off(actor=lead, joint_id=asked.pk, reason="やめたい")
    given = JointShare.objects.get(firm_id=one.firm_id).public_id
    act("joint_send_back", lead, asked, share_id=given, reason="寸法が外れている")
    act("joint_hand", one, asked)
    act("joint_receive", lead, asked, share_id=given)
    act("joint_hand", lead, asked)
    act("joint_hand", two, asked)
    assert asked.status == "contracted"
    act(
        "joint_receive", lead, asked, share_id=JointShare.objects.get(firm_id=two.firm_id).public_id
    )
    assert asked.status == "complete"
    assert Order.objects.filter(received_on=clock.today()).count() == 2
    with acting(lead):
        assert len(rating.to_rate(lead)) == 2
    assert not published("exchange.joint_order_taken_back")


def test_called_off_before_the_first_delivery_is_taken_back(firms, asked):
    lead, one, two, _dear = firms
    act("joint_answer", one, asked, accepted=True)
    act("joint_answer", two, asked, accepted=True)
    act("joint_call_off", lead, asked, reason="顧客の計画が変わった")
    assert published("exchange.joint_order_taken_back") == [{"joint_order_id": asked.pk}]
    assert Order.objects.filter(cancelled_on=clock.today()).count() == 2
    kinds = ExchangeFact.objects.filter(joint=asked).values_list("kind", flat=True)
    assert set(kinds) == {"joint.ordered", "joint.taken_back"}
    assert {status for _lot, status in shares(asked).values()} == {"off"}


def test_firms_that_can_do_it_are_told_and_none_too_often(db):
    lots = {"lot_min": 10, "lot_max": 900}
    lead, one = (cases.shop("cut.lathe", **lots) for _ in range(2))
    cases.shop("cut.lathe", lot_min=10, lot_max=50)  # an even part is 100
    cases.shop("surf.anod", **lots)
    row = build.open_joint(lead, process="cut.lathe")
    event = OutboxEvent.objects.get(name="exchange.joint_opened", subject=row.pk)
    assert outbox.handle(event.pk, "exchange.notice_joint_opened")
    row.refresh_from_db()
    assert row.told == 1
    assert list(JointCall.objects.values_list("firm_id", flat=True)) == [one.firm_id]
    notice = Notice.objects.get(subject__contains="仲間を募っています", recipient_id=one.user_id)
    assert notice.topic == JOINT_OPENED
    with acting(one):
        assert [found.part for found in selectors.listed(one)] == ["call"]
    # Without a process the words are read; the sixth of a week is left out.
    for number in range(5):
        row = build.open_joint(lead, item=f"旋盤加工の丸物 {number}")
        with acting(make.SYSTEM):
            told = services.joint_call(actor=make.SYSTEM, joint_id=row.pk, now=clock.database_now())
        assert told == ([one.firm_id] if number < 4 else [])
    # Nor does a case ask it: calls are among the five.
    case = cases.asked(cases.buyer(), codes=("cut.lathe",))
    with acting(make.SYSTEM):
        invited = set(Invitation.objects.filter(case=case).values_list("firm_id", flat=True))
    assert lead.firm_id in invited
    assert one.firm_id not in invited


def test_a_no_is_split_anew_and_the_same_part_is_not_asked_twice(firms, asked):
    lead, one, two, dear = firms
    act("joint_answer", one, asked, accepted=True)
    act("joint_answer", two, asked, accepted=False)
    act("joint_split", lead, asked)
    lots = dict(JointSplit.objects.first().lots)
    assert lots == {lead.firm_id: 250, one.firm_id: 250, dear.firm_id: 100}
    act("joint_propose", lead, asked, is_independent=False)
    assert shares(asked)[one.firm_id] == (250, "accepted")
    assert shares(asked)[dear.firm_id] == (100, "asked")
    act("joint_answer", dear, asked, accepted=True)
    assert asked.status == "contracted"
    # Firms of one group do not count (3-KGI).
    assert not published("exchange.joint_order_contracted")


def test_firms_that_the_register_knows_as_one_do_not_count(firms, row):
    lead, one, two, _dear = firms
    for actor in (lead, one, two):
        with acting(actor):
            tie_declare(
                actor=actor, firm_id=actor.firm_id, kind="parent", number="7000012050002", name="親"
            )
    act("joint_split", lead, row)
    act("joint_propose", lead, row, is_independent=True)
    for actor in (one, two):
        act("joint_answer", actor, row, accepted=True)
    assert row.status == "contracted"
    assert not published("exchange.joint_order_contracted")


def test_answers_that_do_not_come_count_as_no(firms, asked):
    JointOrder.objects.update(answer_by=clock.today() - dt.timedelta(1))
    with acting(make.SYSTEM):
        assert services.joint_lapse(actor=make.SYSTEM, today=clock.today()) == 2
    assert {status for _lot, status in shares(asked).values()} == {"accepted", "declined"}
    assert [turn.code for turn in _turns(firms[1])] == []


def _turns(actor):
    with acting(actor):
        return selectors.turns(actor, clock.today())


def test_the_lead_mends_with_a_reason_within_what_was_offered(firms, row):
    lead, one, two, dear = (actor.firm_id for actor in firms)
    act("joint_split", firms[0], row)
    for lots, told in (
        ({lead: 100, one: 250}, "合計を600個"),
        ({lead: 300, one: 50, two: 250}, "最小から最大まで"),
    ):
        with pytest.raises(services.Refused, match=told):
            act("joint_adjust", firms[0], row, lots=lots, reason="順番")
    act("joint_adjust", firms[0], row, lots={dear: 600}, reason="1社で")
    with pytest.raises(services.Refused, match="2社以上"):
        act("joint_propose", firms[0], row, is_independent=True)
    split = act(
        "joint_adjust", firms[0], row, lots={lead: 200, one: 200, two: 200}, reason="均等に"
    )
    assert split.more_yen == 200 * (500 + 400 + 420) + 10_000 - split.best_yen
    act("joint_propose", firms[0], row, is_independent=True)
    assert shares(row) == {lead: (200, "accepted"), one: (200, "asked"), two: (200, "asked")}
    trail = AuditRow.objects.get(action="exchange.joint.adjust", reason="均等に")
    assert trail.detail["lots"] == {str(lead): 200, str(one): 200, str(two): 200}


def test_prices_are_nobody_elses(firms, asked):
    lead, one, _two, dear = firms
    with acting(lead):
        assert (JointOffer.objects.count(), JointShare.objects.count()) == (4, 3)
    with acting(one):
        assert JointOffer.objects.count() == JointShare.objects.count() == 1
        assert not JointPrivate.objects.exists()
        assert not JointSplit.objects.exists()
    others = (build.staff_actor(), make.official_actor(), make.official_actor(build.OTA))
    for actor, seen in zip(others, (1, 1, 0), strict=True):
        with acting(actor):
            assert JointOrder.objects.count() == seen
            for table in (JointTerms, JointPrivate, JointOffer, JointSplit, JointShare):
                assert not rls.is_readable(table._meta.db_table, actor.database_role)
    with acting(dear), pytest.raises(JointShare.DoesNotExist):
        services.joint_answer(actor=dear, joint_id=asked.pk, accepted=True)
    for name, given in (("joint_call_off", {"reason": "x"}), ("joint_split", {})):
        with acting(one), pytest.raises(RoleMissing):
            getattr(services, name)(actor=one, joint_id=asked.pk, **given)


def test_what_a_joint_order_refuses(firms):
    lead, one = firms[:2]
    name = Firm.objects.get(pk=lead.firm_id).name
    for changed, told in (
        ({"item": "大田重機のピン"}, "大田重機"),
        ({"item": "城南ギヤ向けピン", "customer": "株式会社城南ｷﾞﾔ"}, "城南ｷﾞﾔ"),
        ({"detail": f"{name}の図面による"}, "書かないで"),
        ({"closes_on": clock.today() + dt.timedelta(90)}, "締切は"),
        ({"pricing": "uniform"}, "単価を入力"),
    ):
        with pytest.raises(services.Refused, match=told):
            build.open_joint(lead, **changed)
    row = build.open_joint(lead, form="brokered", pricing="uniform", unit_yen=450)
    open_prices = JointOrder(pricing="offered")
    huge = OfferForm({"unit_yen": "3000000000", "setup_yen": "3000000000"}, joint=open_prices)
    assert {"unit_yen", "setup_yen"} <= set(huge.errors)
    assert {"unit_yen", "customer_unit_yen"} <= set(
        JointForm({"unit_yen": "3000000000", "customer_unit_yen": "3000000000"}).errors
    )
    with pytest.raises(services.Refused, match="斡旋では"):
        build.offer(lead, row, 1, 10, 1)
    with pytest.raises(services.Refused, match="最小の数量は"):
        build.offer(one, row, 20, 10, 1)
    build.offer(one, row, 100, 900, 1)
    offer = JointOffer.objects.get()
    assert (offer.most, offer.unit_yen) == (600, 450)  # one price for all
    with pytest.raises(services.Refused, match="締切のあとに"):
        act("joint_split", lead, row)
    build.close(row)
    with pytest.raises(services.Refused, match="2社以上"):
        act("joint_split", lead, row)
    with pytest.raises(services.Refused, match="受付は終わって"):
        build.offer(firms[2], row, 1, 10, 1)


def test_the_pages_of_lead_firm_and_office(firms):
    lead, one, two, _rest = firms
    office = client_of(make.official_actor())
    clients = [client_of(actor) for actor in (lead, one, two)]
    today = clock.today()
    typed = {
        "item": "位置決めピン", "quantity": "６００", "form": "joint", "pricing": "offered",
        "most_firms": "4", "fee": "5", "customer": "大田重機", "customer_unit_yen": "420",
        "due_on": (today + dt.timedelta(60)).isoformat(), "deliver_to": "墨田区1-1",
        "contact": "山田", "method": "transfer", "lead_name": "城東統括",
    }  # fmt: skip
    refused = clients[0].post(reverse("exchange:joint_new"), typed)
    assert refused.status_code == 422
    assert "大田重機" in refused.content.decode()
    typed["closes_on"] = (today + dt.timedelta(9)).isoformat()
    url = clients[0].post(reverse("exchange:joint_new"), typed)["Location"]
    ready = (today + dt.timedelta(50)).isoformat()
    for client, unit in zip(clients[1:], ("400", "450"), strict=True):
        page = client.get(url).content.decode()
        assert "城東統括" not in page
        assert client.post(url, {"offer": "", "least": "100"}).status_code == 422
        given = {"least": "100", "most": "400", "unit_yen": unit, "ready_on": ready}
        client.post(url, {"offer": "", **given})
    build.close(JointOrder.objects.get())
    watching = clients[0].post(url, {"split": ""})["Location"]
    assert clients[1].get(watching).status_code == 404
    build.work()
    assert "2社で分担する案" in clients[0].get(watching).content.decode()
    page = clients[0].get(url + "split/").content.decode()
    assert "この企業がないと、数量をまかなえません" in page
    assert "顧客の単価に収まりません" in page
    refused = clients[0].post(url + "split/", {"adjust": "", "reason": "均等に"})
    assert refused.status_code == 422
    clients[0].post(url + "split/", {"propose": "", "is_independent": "on"})
    assert "400個の分担に、返事をする" in clients[1].get(url).content.decode()
    for client in clients[1:]:
        client.post(url, {"accept": ""})
    order = Order.objects.get(contractor_id=one.firm_id)
    assert "位置決めピン" in clients[1].get(f"/nakama/orders/{order.public_id}/").content.decode()
    clients[1].post(url, {"progress": "", "done": "150"})
    assert "できた数 150" in clients[0].get(url).content.decode()
    clients[1].post(url, {"hand": ""})
    share = JointShare.objects.get(firm_id=one.firm_id)
    clients[0].post(url, {"receive": str(share.public_id)})
    page = office.get(url).content.decode()
    assert "2社" in page
    for secret in ("400円", "450円", "大田重機", share.firm_name):
        assert secret not in page
    assert "位置決めピン" in office.get(reverse("exchange:joints")).content.decode()
    assert "位置決めピン" in clients[2].get("/my/").content.decode()
    _exported(office, share.firm_name)
    with acting(one):
        told = history.history_of(one, Firm.objects.get(pk=one.firm_id), today)
    assert "共同受注の分担を受けました" in [event.words() for event in told.events]


def _exported(office, firm_name):
    for code in ("exchange-joints", "exchange-wards"):
        text = b"".join(office.get(f"/exports/{code}.csv").streaming_content).decode("utf-8-sig")
        assert "墨田区" in text
        assert firm_name not in text
        for column in reports.find(code).columns:
            assert column.kind != "yen"
    assert office.get("/exports/exchange-listings.csv").status_code == 404


@pytest.mark.django_db
def test_each_state_can_be_seen_in_the_demonstration():
    actors = [make.firm_actor(make.make_firm(), role=Role.FIRM_OWNER) for _ in range(6)]
    assert demo.joint.play(actors, clock.today()) == 5
    found = set(JointOrder.objects.values_list("status", flat=True))
    assert found == {"offering", "split", "asking", "contracted", "complete"}
