"""A match made outside the portal: 仮 until the other side or a paper confirms; groups of firms are one."""

import datetime as dt

import pytest
from django.urls import reverse

from kpi.models import Fact
from lab.nakama.cases import probation
from lab.nakama.exchange import demo, policies, services
from lab.nakama.exchange.models import OutsideMatch
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from portal.notices.models import Notice
from programs import history
from programs.models import Firm, FirmWard
from programs.services.ties import tie_declare
from tests.factories import cases
from tests.factories import exchange as build
from tests.factories import subsidies as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def firms():
    return [make.firm_actor(make.make_firm(name=name)) for name in ("発注精機", "受注製作所", "別")]


def counted(name):
    """What the indicators make of the events of that name."""
    for event in OutboxEvent.objects.filter(name=f"exchange.match_{name}"):
        outbox.handle(event.pk, f"kpi.match_{name}")
        outbox.handle(event.pk, f"exchange.notice_match_{name}")
    rows = Fact.objects.filter(source_table="exchange_outsidematch", reverses=None)
    return sorted(rows.filter(reversed_by=None).values_list("event_type", flat=True))


def test_a_claim_counts_once_the_other_side_has_confirmed(firms):
    buyer, supplier, other = firms
    row = build.claim(buyer, supplier)
    assert counted("declared") == ["match.claimed"]
    fact = Fact.objects.get()
    assert (fact.event_key, fact.ward_id) == (
        f"{buyer.firm_id}:{supplier.firm_id}:cut", build.SUMIDA,
    )  # fmt: skip
    assert Notice.objects.filter(
        recipient_id=supplier.user_id, subject__contains="発注精機"
    ).exists()
    for actor in (buyer, other):
        with acting(actor), pytest.raises(RoleMissing):
            services.match_confirm(actor=actor, match_id=row.pk)
    with acting(other), pytest.raises(OutsideMatch.DoesNotExist):
        policies.get_match(other, pk=row.pk)
    client = client_of(supplier)
    url = reverse("exchange:match", args=[row.public_id])
    assert url in client.get("/my/").content.decode()
    assert client.post(url, {"confirm": ""}).status_code == 302
    assert counted("confirmed") == ["match.claimed", "match.concluded"]
    with acting(supplier), pytest.raises(StaleState):
        services.match_confirm(actor=supplier, match_id=row.pk)
    # Taken back by mistake of the firm that told it: it counts no more.
    with acting(buyer):
        with pytest.raises(ReasonMissing):
            services.match_withdraw(actor=buyer, match_id=row.pk, reason=" ")
        services.match_withdraw(actor=buyer, match_id=row.pk, reason="二重に申告した")
    assert counted("taken_back") == []
    assert AuditRow.objects.filter(action="exchange.match.withdraw").exists()


def test_what_nobody_confirms_lapses_and_what_is_denied_is_gone(firms):
    buyer, supplier, _other = firms
    late = build.claim(buyer, supplier)
    denied = build.claim(buyer, supplier, bought=False)
    with acting(supplier):
        services.match_deny(actor=supplier, match_id=denied.pk, reason="見積りだけ")
    day = clock.today() + dt.timedelta(90)
    with acting(make.SYSTEM):
        assert services.matches_lapse(actor=make.SYSTEM, today=day) == 0
        assert services.matches_lapse(actor=make.SYSTEM, today=day + dt.timedelta(1)) == 1
    late.refresh_from_db()
    assert late.status == "lapsed"
    counted("declared")
    assert counted("taken_back") == []


def test_staff_declare_and_look_at_papers_but_not_at_their_own(firms):
    buyer, supplier, _other = firms
    office, lab = make.official_actor(), build.staff_actor()
    far = make.official_actor(build.OTA)
    with pytest.raises(RoleMissing):
        _for(far, buyer, supplier)
    FirmWard.objects.create(
        firm_id=buyer.firm_id, ward_id=build.SUMIDA, basis="site", since=clock.today()
    )
    found = client_of(office).get(reverse("exchange:match_new"), {"q": "発注"}).content.decode()
    assert "発注精機" in found
    row = _for(office, buyer, supplier)
    counted("declared")
    assert Notice.objects.filter(recipient_id=buyer.user_id, subject__contains="代わって").exists()
    with acting(office), pytest.raises(services.Refused, match="ほかの職員"):
        services.match_verify(actor=office, match_id=row.pk, evidence="注文書")
    url = reverse("exchange:match", args=[row.public_id])
    client = client_of(lab)
    assert client.post(url, {"verify": "", "evidence": ""}).status_code == 422
    assert client.post(url, {"verify": "", "evidence": "注文書 114 の写し"}).status_code == 302
    assert counted("confirmed") == ["match.claimed", "match.concluded"]
    page = client_of(office).get(reverse("exchange:matches")).content.decode()
    assert "発注精機" in page
    assert "発注精機" not in client_of(far).get(reverse("exchange:matches")).content.decode()


def _for(actor, firm, partner):
    keys = dict(Firm.objects.values_list("pk", "public_id"))
    claim = services.Claim(True, "cut", clock.today(), "to_100k", "lab")
    with acting(actor):
        return services.match_declare(
            actor=actor, firm_id=keys[firm.firm_id], partner_id=keys[partner.firm_id], claim=claim
        )


def test_what_is_refused_says_how_to_mend_it(firms):
    buyer, supplier, _other = firms
    build.claim(buyer, supplier)
    for changed, told in (
        ({}, "すでにあります"),
        ({"matched_on": clock.today() + dt.timedelta(1)}, "1年以内"),
        ({"family": "cut.lathe"}, "仕事の種類"),
        ({"band": "much"}, "金額の範囲"),
    ):
        with pytest.raises(services.Refused, match=told):
            build.claim(buyer, supplier, **changed)
    parent = Firm.objects.get(pk=supplier.firm_id)
    with acting(buyer):
        tie_declare(
            actor=buyer,
            firm_id=buyer.firm_id,
            kind="parent",
            number=parent.corporate_number,
            name=parent.name,
        )
    with pytest.raises(services.Refused, match="資本関係"):
        build.claim(buyer, supplier, family="heat")


def test_a_firm_finds_its_partner_and_tells(firms):
    buyer = firms[0]
    maker = cases.shop("cut.lathe", name="株式会社みつかる製作所")
    client, url = client_of(buyer), reverse("exchange:match_new")
    assert "みつかる製作所" in client.get(url, {"q": "みつかる"}).content.decode()
    hidden = Firm.objects.get(pk=firms[1].firm_id)
    assert "企業が見つかりません" in client.get(url, {"q": "受注製作所"}).content.decode()
    by_number = client.get(url, {"q": hidden.corporate_number}).content.decode()
    assert "受注製作所" in by_number
    partner = Firm.objects.get(pk=maker.firm_id)
    url = f"{url}?partner={partner.public_id}"
    typed = {"side": "sold", "family": "cut", "band": "to_1m", "trigger": "platform"}
    assert client.post(url, typed).status_code == 422
    sent = client.post(url, {**typed, "matched_on": clock.today().isoformat()})
    assert sent.status_code == 302
    row = OutsideMatch.objects.get()
    assert (row.buyer_id, row.claimed_by_id) == (partner.pk, buyer.firm_id)
    assert "確認をお待ちください" in client.get(sent["Location"]).content.decode()


def test_the_demonstration_shows_each_kind():
    actors = [make.firm_actor(make.make_firm(), role=Role.FIRM_OWNER) for _ in range(6)]
    assert demo.outside.play(actors, clock.today()) == 5
    found = set(OutsideMatch.objects.values_list("status", flat=True))
    assert found == {"claimed", "concluded", "denied"}


def test_three_buyers_who_confirmed_end_the_limits_of_first_jobs(firms):
    buyer, supplier, _other = firms
    more = [make.firm_actor(make.make_firm(name=f"発注元{n}")) for n in range(2)]
    case = cases.opened(cases.buyer(), codes=("cut.lathe",))

    def is_new():
        with acting(cases.SYSTEM):
            return probation.newcomers(case, {supplier.firm_id}) == {supplier.firm_id}

    def confirmed(one, **changed):
        row = build.claim(one, supplier, **changed)
        with acting(supplier):
            services.match_confirm(actor=supplier, match_id=row.pk)

    for family in ("cut", "surf", "form"):
        confirmed(buyer, family=family)
    assert is_new(), "one buyer is one job, however often"
    confirmed(more[0])
    build.claim(more[1], supplier)
    assert is_new(), "nobody has confirmed the third"
    cases.order_alone(buyer, supplier)
    assert not is_new(), "a share of a joint order was delivered here"


def test_the_card_of_both_firms_tells_of_a_match_to_them_and_to_their_ward(firms):
    buyer, supplier, _other = firms
    FirmWard.objects.create(
        firm_id=buyer.firm_id, ward_id=build.SUMIDA, basis="site", since=clock.today()
    )
    row = build.claim(buyer, supplier)

    def told(actor, of):
        with acting(actor):
            firm = Firm.objects.get(pk=of.firm_id)
            card = history.history_of(actor, firm, clock.today())
        words = [event.words() for event in card.events]
        return [text for text in words if "取引" in text], [todo.what for todo in card.todos]

    assert told(supplier, supplier) == (
        ["取引の成立が申告されました（発注精機）"], ["申告された取引の成立を確かめる"],
    )  # fmt: skip
    with acting(supplier):
        services.match_confirm(actor=supplier, match_id=row.pk)
    concluded = "ポータルやラボの縁で取引が成立しました（{}）"
    assert told(supplier, supplier) == ([concluded.format("発注精機")], [])
    assert told(buyer, buyer) == ([concluded.format("受注製作所")], [])
    assert told(make.official_actor(), buyer)[0] == [concluded.format("受注製作所")]
    with acting(buyer):
        services.match_withdraw(actor=buyer, match_id=row.pk, reason="二重に申告した")
    assert told(buyer, buyer) == ([], [])
