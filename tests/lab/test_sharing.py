"""資材融通: pairs found, both sides asked, contact shown only then, what is over is let go."""

import datetime as dt
import random
from itertools import permutations

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpi.models import Fact
from lab.nakama.exchange import services, states
from lab.nakama.exchange.models import ExchangeFact, Listing, ListingOwner, Pairing
from lab.nakama.exchange.rules.pairing import Lot, Miss, best_pairs, misses, nearly, pair_of
from lab.nakama.exchange.rules.places import OFFICES
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import ReasonMissing, StaleState
from portal.notices.models import Notice
from tests.factories import exchange as build
from tests.factories import subsidies as make
from tests.support.people import client_of

SUMIDA, OTA = 13107, 13111


def lot(key, firm, quantity=5, a=20, ward=SUMIDA, **changed):
    given = {"material": "SUS304", "shape": "round", "unit": "piece", "b_mm": 0, "length_mm": 0}
    return Lot(key, firm, a_mm=a, quantity=quantity, place=OFFICES[ward], **{**given, **changed})


@pytest.mark.parametrize(
    ("surplus", "missed"),
    [
        (lot(1, 1), []),
        (lot(1, 2), [Miss.OWN]),
        (lot(1, 1, material="S45C"), [Miss.MATERIAL]),
        (lot(1, 1, shape="plate", unit="sheet"), [Miss.SHAPE, Miss.UNIT]),
        (lot(1, 1, a=19), [Miss.SIZE]),
        (lot(1, 1, a=30), []),
        (lot(1, 1, a=31), [Miss.SIZE]),
        (lot(1, 1, length_mm=400), [Miss.SIZE]),
        (lot(1, 1, price_yen=300), []),
        (lot(1, 1, price_yen=301), [Miss.PRICE]),
    ],
)
def test_what_a_surplus_lacks_for_a_need(surplus, missed):
    assert list(misses(surplus, lot(2, 2, length_mm=500, price_yen=300))) == missed


def test_no_count_tells_what_the_other_side_would_pay():
    """Whoever types one price after another reads the same counts, on either side of the limit."""
    needs = [lot(1, 1, price_yen=300), lot(2, 2, a=60, price_yen=300), lot(3, 3, a=60)]
    for price in (1, 300, 301, 10**9):
        found = nearly(lot(9, 9, price_yen=price), needs, is_need=False)
        assert found == {Miss.SIZE: 2}, price


def test_pairs_are_as_many_and_as_near_as_counting_out_finds():
    for seed in range(60):
        chance = random.Random(seed)
        wards = list(OFFICES)
        sides = [
            [
                lot(
                    n,
                    chance.randrange(4),
                    chance.randint(1, 9),
                    chance.choice((18, 20, 25)),
                    chance.choice(wards),
                    material=chance.choice(("SUS304", "SUS304", "S45C")),
                )
                for n in range(chance.randint(1, 5))
            ]
            for _ in range(2)
        ]
        found = best_pairs(*sides)
        assert (-len(found), sum(pair.burden_yen for pair in found)) == counted_out(*sides), seed


def counted_out(surpluses, needs):
    best = (0, 0)
    padded = [*needs, *([None] * len(surpluses))]
    for order in set(permutations(padded, len(surpluses))):
        pairs = [
            pair_of(surplus, need)
            for surplus, need in zip(surpluses, order, strict=True)
            if need is not None and not list(misses(surplus, need))
        ]
        best = min(best, (-len(pairs), sum(pair.burden_yen for pair in pairs)))
    return best


@pytest.fixture
def giver(db):
    return make.firm_actor(make.make_firm(name="余り製作所"))


@pytest.fixture
def taker(db):
    return make.firm_actor(make.make_firm(name="欲しがり工業", ward=OTA))


@pytest.fixture
def pairing(giver, taker):
    build.add(giver, quantity=10)
    build.add(taker, "need", ward_id=OTA, quantity=4, price_yen=800)
    assert build.pair_up() == 1
    return Pairing.objects.get()


def act(name, actor, pairing, **given):
    with acting(actor):
        return getattr(services, f"pairing_{name}")(actor=actor, pairing_id=pairing.pk, **given)


def test_from_proposal_to_the_fact(giver, taker, pairing):
    assert (pairing.quantity, float(pairing.km)) == (4, 18.4)
    act("accept", giver, pairing)
    act("accept", giver, pairing)  # a second tap changes nothing
    pairing.refresh_from_db()
    assert pairing.status == states.PROPOSED
    act("accept", taker, pairing)
    pairing.refresh_from_db()
    assert pairing.status == states.AGREED
    # What is left stands on the board, the need is served.
    assert list(Listing.objects.order_by("pk").values_list("left", "status")) == [
        (6, "open"),
        (0, "placed"),
    ]
    act("report", giver, pairing)
    with pytest.raises(services.Refused, match="相手の企業がします"):
        act("confirm", giver, pairing)
    act("confirm", taker, pairing)
    facts = ExchangeFact.objects.order_by("pk").values_list(
        "kind", "ward", "other_ward", "quantity"
    )
    assert list(facts) == [
        ("sharing.agreed", SUMIDA, OTA, 4),
        ("sharing.done", SUMIDA, OTA, 4),
    ]
    for name, handler in (("reported", "material_claimed"), ("handed_over", "material_concluded")):
        event = OutboxEvent.objects.get(name=f"exchange.{name}")
        assert outbox.handle(event.pk, f"kpi.{handler}")
    matched = Fact.objects.exclude(event_type="member.acted").order_by("pk")
    assert list(matched.values_list("event_type", "ward_id", "firm_id")) == [
        ("match.claimed", OTA, taker.firm_id),
        ("match.concluded", OTA, taker.firm_id),
    ]


def test_the_contact_is_seen_by_the_other_side_only_when_both_have_said_yes(giver, taker, pairing):
    stranger = make.firm_actor(make.make_firm())

    def seen(actor):
        with acting(actor):
            return set(ListingOwner.objects.values_list("firm_name", flat=True))

    act("accept", giver, pairing)
    assert (seen(giver), seen(taker)) == ({"余り製作所"}, {"欲しがり工業"})
    act("accept", taker, pairing)
    both = {"余り製作所", "欲しがり工業"}
    assert (seen(giver), seen(taker), seen(stranger)) == (both, both, set())
    official = make.official_actor()
    with pytest.raises(ProgrammingError, match="permission denied"), acting(official):
        ListingOwner.objects.exists()
    with acting(stranger):
        assert not Pairing.objects.exists()
        assert Listing.objects.count() == 1  # what is open, without a name


def test_a_declined_pair_is_not_proposed_again_but_others_are(giver, taker, pairing):
    act("decline", taker, pairing)
    assert build.pair_up() == 0
    third = make.firm_actor(make.make_firm())
    build.add(third, quantity=3)
    assert build.pair_up() == 1
    with pytest.raises(StaleState):
        act("accept", giver, pairing)


def test_a_withdrawn_listing_cancels_what_was_asked_and_tells_both(giver, taker, pairing):
    from portal.kernel import outbox

    with acting(taker):
        services.listing_withdraw(actor=taker, listing_id=pairing.need_id)
    pairing.refresh_from_db()
    assert pairing.status == states.CANCELLED
    with acting(Actor.system("test")):
        outbox.drain()
        told = Notice.objects.filter(subject__startswith="資材の相手の候補が取り下げられました")
        assert {giver.user_id, taker.user_id} <= set(told.values_list("recipient_id", flat=True))


def test_answers_and_listings_run_out_of_time(giver, taker, pairing):
    system = Actor.system("test")
    Pairing.objects.update(answer_by=clock.today() - dt.timedelta(1))
    with pytest.raises(StaleState):
        act("accept", giver, pairing)
    assert services.lapse(actor=system) == 1
    pairing.refresh_from_db()
    assert pairing.status == states.LAPSED
    Listing.objects.update(until=clock.today() - dt.timedelta(1))
    assert services.lapse(actor=system) == 2
    assert set(Listing.objects.values_list("status", flat=True)) == {states.EXPIRED}
    assert build.pair_up() == 0


def test_what_was_not_handed_over_needs_a_reason(giver, taker, pairing):
    act("accept", giver, pairing)
    act("accept", taker, pairing)
    with pytest.raises(ReasonMissing):
        act("fail", giver, pairing, reason=" ")
    act("fail", giver, pairing, reason="現物に傷があった")
    assert ExchangeFact.objects.filter(kind="sharing.failed").exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"ward_id": OTA}, "事業所の登録がありません"),
        ({"until": dt.date(2020, 1, 1)}, "1年以内の日"),
        ({"quantity": 0}, "1以上"),
    ],
)
def test_a_listing_that_cannot_be_is_refused(giver, changed, told):
    with pytest.raises(services.Refused, match=told):
        build.add(giver, **changed)


def test_the_pages_of_both_sides(giver, taker):
    client, other = client_of(giver), client_of(taker)
    new = reverse("exchange:listing_new", args=["surplus"])
    assert "倉庫に眠っている材料" in client.get(reverse("exchange:board")).content.decode()
    day = clock.today() + dt.timedelta(20)
    typed = {
        "material": "SUS304",
        "shape": "round",
        "a_mm": "２２",
        "quantity": "10",
        "unit": "piece",
        "ward": SUMIDA,
        "contact_name": "受渡 花子",
        "contact_phone": "03-1111-2222",
    }
    refused = client.post(new, typed)
    assert refused.status_code == 422
    assert "受渡 花子" in refused.content.decode()
    made = client.post(new, {**typed, "until": day.isoformat(), "price_yen": "300"})
    page = client.get(made["Location"]).content.decode()
    assert "合う相手を毎朝探しています" in page
    build.add(taker, "need", ward_id=OTA, quantity=4, price_yen=200)
    assert build.pair_up() == 0
    page = client.get(made["Location"]).content.decode()
    assert "だけが合わない掲載" not in page
    build.add(taker, "need", ward_id=OTA, quantity=4)
    assert build.pair_up() == 1
    url = reverse("exchange:pairing", args=[Pairing.objects.get().public_id])
    before = other.get(url).content.decode()
    assert "この相手でよい" in before
    assert "03-1111-2222" not in before
    client.post(url, {"accept": ""})
    assert "相手の返事をお待ちください" in client.get(url).content.decode()
    other.post(url, {"accept": ""})
    assert "03-1111-2222" in other.get(url).content.decode()
    assert AuditRow.objects.filter(action="exchange.contact_seen", actor_id=taker.user_id).exists()
    refused = client.post(url, {"fail": "", "reason": ""})
    assert refused.status_code == 422
    assert AuditRow.objects.filter(action="exchange.refused").exists()
    client.post(url, {"report": ""})
    other.post(url, {"confirm": ""})
    assert "受渡し済み" in other.get(url).content.decode()


def test_the_board_costs_the_same_with_many_rows(giver, taker):
    def cost(name, actor):
        client = client_of(actor)
        client.get(reverse(name))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(name)).status_code == 200
        return len(queries)

    staff = build.staff_actor()
    pages = [("exchange:board", giver), ("exchange:desk", staff), ("exchange:wards", staff)]
    build.add(giver)
    build.add(taker, "need", ward_id=OTA)
    build.pair_up()
    few = [cost(*page) for page in pages]
    for number in range(12):
        build.add(giver, a_mm=30 + number)
        build.add(taker, "need", ward_id=OTA, a_mm=30 + number)
    build.pair_up()
    assert [cost(*page) for page in pages] == few


def test_the_coordinator_looks_for_partners_and_sees_no_names(giver, taker):
    staff = build.staff_actor()
    client = client_of(staff)
    done = client.post(reverse("exchange:pair_up"), follow=True).content.decode()
    assert "いま合う組合せはありません" in done
    build.add(giver)
    build.add(taker, "need", ward_id=OTA)
    done = client.post(reverse("exchange:pair_up"), follow=True).content.decode()
    assert "1組の候補を、双方に知らせました" in done
    pairing = Pairing.objects.get()
    page = client.get(reverse("exchange:pairing", args=[pairing.public_id])).content.decode()
    assert "余り製作所" not in done + page
