"""商談会: the timetable rule, and from the call to the sheets, changes and the end."""

import datetime as dt
import random
from itertools import product

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.models import Fact
from lab.nakama.exchange import services, states
from lab.nakama.exchange.models import ExchangeFact, FairEntry, FairMeeting
from lab.nakama.exchange.rules.timetable import clock_of, mutual, timetable
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent
from tests.factories import exchange as build
from tests.factories import subsidies as make
from tests.support.people import client_of


def conflicts(found, kept=None):
    """People in two places at once, and kept appointments that moved."""
    seen = [(person, slot) for pair, slot in found.items() for person in pair]
    moved = {pair for pair, slot in (kept or {}).items() if found.get(pair) != slot}
    return len(seen) - len(set(seen)), moved


def counted_out(wishes, slots, kept):
    """The most wishes that can be met: every choice of slot or none, one by one."""
    best = 0
    free = [pair for pair in wishes if pair not in kept]
    for choice in product([None, *range(slots)], repeat=len(free)):
        found = kept | {p: s for p, s in zip(free, choice, strict=True) if s is not None}
        if conflicts(found) == (0, set()):
            best = max(best, len(found))
    return best


def test_as_many_wishes_as_counting_out_with_kept_ones_in_place():
    for seed in range(40):
        chance = random.Random(seed)
        slots = chance.randint(1, 3)
        pairs = [(b, s) for b in range(3) for s in range(10, 13)]
        wishes = sorted(chance.sample(pairs, chance.randint(1, 6)))
        kept = {wishes[0]: chance.randrange(slots)} if chance.random() < 0.5 else {}
        found = timetable(wishes, slots, kept)
        assert conflicts(found, kept) == (0, set()), seed
        assert len(found) == counted_out(wishes, slots, kept), seed


@settings(max_examples=15)
@given(st.sets(st.tuples(st.integers(0, 9), st.integers(100, 111)), min_size=1), st.integers(1, 6))
def test_nobody_is_in_two_places_and_who_has_few_wishes_gets_all(wishes, slots):
    found = timetable(sorted(wishes), slots)
    assert conflicts(found) == (0, set())
    busiest = max(sum(person in pair for pair in wishes) for pair in wishes for person in pair)
    if busiest <= slots:  # König: then there is room for every wish
        assert set(found) == wishes
    assert all(0 <= slot < slots for slot in found.values())


def test_words_of_the_rule():
    assert mutual([(1, 10), (10, 1), (2, 10), (11, 2)], {1, 2}) == [(1, 10)]
    assert clock_of(dt.time(13, 0), 2) == ("13:40", "14:00")


@pytest.fixture
def staff(db):
    return build.staff_actor()


def planned(staff, buyers, sellers, slots=3):
    fair = build.add_fair(staff, slots=slots)
    entries = [build.join(actor, fair, "buyer") for actor in buyers]
    entries += [build.join(actor, fair, "seller") for actor in sellers]
    for actor, entry in zip([*buyers, *sellers], entries, strict=True):
        with acting(actor):
            others = [one.pk for one in entries if one.side != entry.side]
            services.wishes_save(actor=actor, fair_id=fair.pk, others=others)
    with acting(staff):
        services.fair_plan(actor=staff, fair_id=fair.pk)
    fair.refresh_from_db()
    return fair


def firms(number):
    return [make.firm_actor(make.make_firm()) for _ in range(number)]


def standing(fair):
    rows = FairMeeting.objects.filter(fair=fair, cancelled_at=None)
    return {(one.buyer_id, one.seller_id): one.slot for one in rows}


def test_who_withdraws_frees_slots_for_others_and_the_rest_stays(staff):
    buyers, sellers = firms(1), firms(3)
    fair = planned(staff, buyers, sellers, slots=2)
    before = standing(fair)
    assert len(before) == 2
    met = FairEntry.objects.get(pk=next(pair[1] for pair, slot in before.items() if slot == 0))
    gone = next(actor for actor in sellers if actor.firm_id == met.firm_id)
    with acting(gone):
        services.entry_withdraw(actor=gone, fair_id=fair.pk)
    assert [run.phase for run in build.work()] == ["done"]
    after = standing(fair)
    kept = {pair: slot for pair, slot in before.items() if pair[1] != met.pk}
    assert len(after) == 2
    assert conflicts(after, kept) == (0, set())
    assert FairMeeting.objects.filter(fair=fair, seller=met, cancelled_at__isnull=False).exists()


def test_what_a_fair_refuses(staff):
    with pytest.raises(services.Refused, match="締切は"):
        build.add_fair(staff, closes_in=90)
    fair = build.add_fair(staff, tables=1)
    buyer, second, seller = firms(3)
    build.join(buyer, fair, "buyer")
    with pytest.raises(services.Refused, match="もう申し込んでいます"):
        build.join(buyer, fair, "buyer")
    with pytest.raises(services.Refused, match="すべて埋まっています"):
        build.join(second, fair, "buyer")
    build.join(seller, fair, "seller")
    with acting(staff), pytest.raises(services.Refused, match="双方が希望した組がまだありません"):
        services.fair_plan(actor=staff, fair_id=fair.pk)
    gone = FairEntry.objects.get(firm_id=seller.firm_id)
    with acting(seller):
        services.entry_withdraw(actor=seller, fair_id=fair.pk)
    with acting(buyer), pytest.raises(services.Refused, match="取りやめた企業"):
        services.wishes_save(actor=buyer, fair_id=fair.pk, others=[gone.pk])
    build.join(seller, fair, "seller")  # and may come back
    fair.closes_on = clock.today() - dt.timedelta(1)
    fair.save()
    with pytest.raises(services.Refused, match="受付は終わって"):
        build.join(second, fair, "seller")


def test_held_and_called_off_are_recorded(staff):
    fair = planned(staff, firms(2), firms(2))
    with acting(staff), pytest.raises(services.Refused, match="開催日より前"):
        services.fair_hold(actor=staff, fair_id=fair.pk)
    fair.day = fair.closes_on = clock.today()
    fair.save()
    with acting(staff):
        services.fair_hold(actor=staff, fair_id=fair.pk)
    fact = ExchangeFact.objects.get(fair=fair)
    assert (fact.kind, fact.quantity) == ("fair.held", 4)
    event = OutboxEvent.objects.get(name="exchange.fair_held")
    assert outbox.handle(event.pk, "kpi.fair_held")
    assert Fact.objects.get().event_key == f"fair:{fair.pk}"
    other = build.add_fair(staff)
    with acting(staff):
        services.fair_call_off(actor=staff, fair_id=other.pk, reason="台風のため")
    other.refresh_from_db()
    assert (other.status, other.reason) == (states.CALLED_OFF, "台風のため")


def test_the_pages_from_the_call_to_the_sheets(staff):
    office = client_of(staff)
    day = clock.today() + dt.timedelta(20)
    typed = {
        "name": "城東ものづくり商談会",
        "place": "DXラボ",
        "day": day.isoformat(),
        "starts": "13:00",
        "slots": "６",
        "tables": "5",
    }
    refused = office.post(reverse("exchange:fair_new"), typed)
    assert refused.status_code == 422
    assert "城東ものづくり商談会" in refused.content.decode()
    closes = (day - dt.timedelta(5)).isoformat()
    url = office.post(reverse("exchange:fair_new"), {**typed, "closes_on": closes})["Location"]
    buyer, seller = (client_of(actor) for actor in firms(2))
    for client, side in ((buyer, "buyer"), (seller, "seller")):
        client.post(url, {"join": "", "side": side, "seeks": f"{side}の話"})
    for client in (buyer, seller):
        other = FairEntry.objects.exclude(side="buyer" if client is buyer else "seller").get()
        assert other.seeks in client.get(url + "wishes/").content.decode()
        client.post(url + "wishes/", {"others": [other.pk]})
    assert "互いに希望した組は1組" in office.get(url).content.decode()
    watching = office.post(url, {"plan": ""})["Location"]
    page = office.get(watching)
    assert page["Refresh"] == "3"
    assert "順番を待っています" in page.content.decode()
    assert office.get(url).context["run"] is not None
    build.work()
    assert "商談1件が決まり" in office.get(watching).content.decode()
    assert "商談は1件です" in seller.get(url).content.decode()
    sheet = seller.get(url + "sheets/").content.decode()
    assert "13:00～13:20" in sheet
    assert "buyerの話" in sheet
    assert office.get(url + "sheets/").content.decode().count("ui-sheet") == 2
    stranger = client_of(firms(1)[0])
    assert stranger.get(url + "sheets/").status_code == 404
    assert "buyerの話" not in stranger.get(url).content.decode()
