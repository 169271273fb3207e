"""From the request to the rating, through the services; what is refused says how to mend it."""

import datetime as dt

import pytest

from kpi.models import Fact
from lab.nakama.cases import links, policies, services, states
from lab.nakama.cases.models import (
    Award,
    CaseStep,
    Invitation,
    Order,
    Outcome,
    Proposal,
    Quote,
    Reply,
    Wave,
)
from lab.nakama.cases.services import Deal, Given, Incomplete, Refused, Seen, StepWanted
from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent
from portal.kernel.transitions import GuardFailed, RoleMissing, StaleState
from portal.letters.models import Letter
from portal.notices.models import Notice
from programs import history
from programs.models import Firm
from programs.services.ties import tie_declare
from tests.factories import cases as build

HANDLED = {
    "cases.match.concluded": "kpi.case_matched",
    "cases.collab.contracted": "kpi.case_contracted",
}
pytestmark = pytest.mark.django_db
LATHE, HEAT, GRIND = build.STEPS


def shops():
    return [build.shop(LATHE), build.shop(HEAT), build.shop(GRIND)]


def test_a_draft_keeps_what_it_has_and_says_what_it_lacks():
    owner = build.buyer("株式会社かくれ精機")
    case = build.drafted(owner, lot=None, summary="かくれ精機の新しい機械の軸")
    with acting(owner), pytest.raises(Incomplete) as lacking:
        services.case_publish(actor=owner, case_id=case.pk)
    assert set(lacking.value.faults) == {"lot", "summary"}
    assert build.fresh(case).status == states.DRAFT


def test_a_case_is_opened_once_with_a_number():
    owner = build.buyer()
    case = build.opened(owner)
    assert case.number.startswith("NK-R8-13107-0")
    with acting(owner), pytest.raises(StaleState):
        services.case_publish(actor=owner, case_id=case.pk)


def test_a_circle_of_steps_is_refused_in_words():
    owner = build.buyer()
    case = build.opened(owner)
    circle = [StepWanted(LATHE, 60, [3]), StepWanted(HEAT, 60, [1]), StepWanted(GRIND, 60, [2])]
    with acting(owner), pytest.raises(Refused, match="1→2→3→1"):
        services.steps_save(actor=owner, case_id=case.pk, wanted=circle)
    assert CaseStep.objects.filter(case=case).count() == 3


def test_a_proposal_is_kept_with_inputs_weights_and_lines():
    owner, (lathe, *_rest) = build.buyer(), shops()
    cheap = build.shop(LATHE, hourly=3000)
    case = build.opened(owner)
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
    firms = [team["tasks"][0]["firm"] for team in row.teams]
    assert firms == [cheap.firm_id, lathe.firm_id]
    assert row.weights["rotation_yen"] == 500
    assert len(row.inputs["steps"]) == 3
    best = row.teams[0]
    assert best["score_yen"] == sum(best["lines"].values())
    assert "yen_per_hour" not in str(row.inputs), "hourly bands are the firms' own"


def test_nobody_fits_says_what_to_relax():
    owner = build.buyer()
    build.shop(LATHE, lot_max=5)
    case = build.opened(owner, codes=(LATHE,))
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
    assert row.teams == []
    assert [(one["conditions"], one["adds"]) for one in row.relax] == [(["lot"], 1)]


def test_another_firm_needs_a_reason_and_must_fit():
    owner, (lathe, heat, _grind) = build.buyer(), shops()
    case = build.opened(owner)
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
        choice = {"actor": owner, "case_id": case.pk, "number": row.number, "index": 0}
        other = build.shop(LATHE)
        with pytest.raises(Refused, match="理由"):
            services.team_choose(**choice, edits={1: other.firm_id})
        with pytest.raises(Refused, match="条件に合いません"):
            services.team_choose(**choice, edits={1: heat.firm_id}, reason="近い")
        services.team_choose(**choice, edits={1: other.firm_id}, reason="近い")
    assert Proposal.objects.get(pk=row.pk).edits["1"]["firm"] == other.firm_id
    assert lathe.firm_id != other.firm_id


def test_a_wave_asks_as_many_as_the_response_rate_needs():
    owner, many = build.buyer(), [build.shop(LATHE) for _ in range(9)]
    case = build.asked(owner, codes=(LATHE,))
    wave = Wave.objects.get(case=case)
    assert (wave.size, wave.invitations.count()) == (7, 7)
    assert wave.closes_at - wave.opened_at == dt.timedelta(hours=48)
    assert Notice.objects.filter(event_key__startswith="cases.invited").count() >= 7
    build.late(case)
    assert services.waves_close(actor=build.SYSTEM, now=clock.database_now()) == 1
    assert Invitation.objects.filter(case=case, status=states.LAPSED).count() == 7
    assert Wave.objects.get(case=case, number=2).invitations.count() == 2
    build.late(case)
    services.waves_close(actor=build.SYSTEM, now=clock.database_now())
    assert build.fresh(case).escalated_at is not None
    assert len(many) == 9


def test_everybody_says_no_the_next_wave_need_not_wait():
    owner, first = build.buyer(), build.shop(LATHE, hourly=3000)
    case = build.asked(owner, codes=(LATHE,))
    late = build.shop(LATHE)
    build.answer(first, case, states.CANNOT)
    assert Invitation.objects.get(case=case, status=states.WAITING).firm_id == late.firm_id


def test_a_firm_has_five_open_requests_a_week_at_most():
    busy = build.shop(LATHE)
    for _ in range(5):
        build.asked(build.buyer(), codes=(LATHE,))
    owner = build.buyer()
    case = build.opened(owner, codes=(LATHE,))
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
        services.team_choose(actor=owner, case_id=case.pk, number=row.number, index=0)
        with pytest.raises(Refused, match="声をかけられる企業がありません"):
            services.waves_start(actor=owner, case_id=case.pk)
    assert Invitation.objects.filter(firm_id=busy.firm_id).count() == 5


def test_the_link_answers_once_and_the_same_again_changes_nothing():
    owner, shop = build.buyer(), build.shop(LATHE)
    case = build.asked(owner, codes=(LATHE,))
    row = Invitation.objects.get(case=case)
    token = links.token_of(row)
    for _ in range(2):
        services.answer_by_link(token=token, given=Given(states.CAN))
    assert Reply.objects.filter(invitation=row).count() == 1
    services.answer_by_link(token=token, given=Given(states.CONDITIONAL, condition="材料支給"))
    assert Reply.objects.filter(invitation=row).count() == 2
    with pytest.raises(links.NoSuchLink):
        links.invitation_of(token[:-1] + ("A" if token[-1] != "A" else "B"))
    build.late(case)
    services.waves_close(actor=build.SYSTEM, now=clock.database_now())
    row.refresh_from_db()
    assert row.status == states.CONDITIONAL, "who has answered does not lapse"
    assert shop.firm_id == row.firm_id


def test_an_answer_by_telephone_says_who_spoke():
    owner, _shop = build.buyer(), build.shop(LATHE)
    case, lab = build.asked(owner, codes=(LATHE,)), build.coordinator()
    row = Invitation.objects.get(case=case)
    with acting(lab):
        given = {"actor": lab, "invitation_id": row.pk, "way": "phone"}
        with pytest.raises(Refused, match="話した人"):
            services.answer_for(**given, given=Given(states.CAN))
        services.answer_for(**given, given=Given(states.CAN, said_by="田中社長"))
    reply = Reply.objects.get(invitation=row)
    assert (reply.said_by, reply.written_by_id) == ("田中社長", lab.user_id)


def test_accepted_firms_are_kept_when_the_rest_is_planned_anew():
    owner, (lathe, heat, _grind) = build.buyer(), shops()
    case = build.asked(owner)
    cheap = build.shop(LATHE, hourly=1000)
    row = build.answer(lathe, case)
    build.answer(heat, case, states.CANNOT)
    with acting(owner):
        services.firm_choose(actor=owner, invitation_id=row.pk)
        build.shop(HEAT, name="次の熱処理")
        again = services.team_propose(actor=owner, case_id=case.pk)
    tasks = again.teams[0]["tasks"]
    assert tasks[0]["firm"] == lathe.firm_id != cheap.firm_id
    assert all(task["firm"] != heat.firm_id for team in again.teams for task in team["tasks"])


def test_only_one_firm_is_chosen_for_a_step_and_only_with_a_price():
    owner, one, two = build.buyer(), build.shop(LATHE), build.shop(LATHE)
    case = build.asked(owner, codes=(LATHE,))
    first, second = build.answer(one, case), build.answer(two, case)
    Quote.objects.filter(invitation=second).delete()
    with acting(owner):
        with pytest.raises(Refused, match="金額がまだ"):
            services.firm_choose(actor=owner, invitation_id=second.pk)
        services.firm_choose(actor=owner, invitation_id=first.pk)
    with acting(two):
        services.quote_save(actor=two, invitation_id=second.pk, price_yen=1)
    with acting(owner), pytest.raises(Refused, match="決まっています"):
        services.firm_choose(actor=owner, invitation_id=second.pk)
    with acting(one), pytest.raises(Refused, match="決まっています"):
        services.answer_own(actor=one, invitation_id=first.pk, given=Given(states.CANNOT))


def test_the_buyer_awards_once_and_the_orders_follow():
    owner, makers = build.buyer(), shops()
    case = build.offered(owner, makers)
    late = clock.today() + dt.timedelta(days=200)
    with acting(owner):
        with pytest.raises(Refused, match="60日以内"):
            services.case_award(actor=owner, case_id=case.pk, deal=Deal("joint", "輪", pay_on=late))
        with pytest.raises(Refused, match="手形は使えません"):
            services.case_award(
                actor=owner, case_id=case.pk, deal=Deal("joint", "輪", method="bill")
            )
        services.case_award(actor=owner, case_id=case.pk, deal=Deal("joint", "輪"))
        with pytest.raises(StaleState):
            services.case_award(actor=owner, case_id=case.pk, deal=Deal("joint", "輪"))
    assert Award.objects.filter(case=case).count() == 1
    orders = list(Order.objects.filter(case=case))
    assert [row.price_yen for row in orders] == [100_000, 200_000, 300_000]
    assert {row.orderer_id for row in orders} == {owner.firm_id}
    assert all((row.pay_on - row.deliver_on).days < 60 for row in orders)
    letters = Letter.objects.filter(kind="nakama_order")
    assert letters.count() == 3
    assert {row.ward_id for row in letters} == {0}, "no official sees an order"
    kinds = Outcome.objects.filter(case=case).values_list("kind", "firms")
    assert set(kinds) == {("match.concluded", 3), ("collab.contracted", 3)}
    # Both sides find it on the firm's card.
    for actor, told in ((owner, "案件を出しました"), (makers[0], "工程を受けました")):
        with acting(actor):
            firm = Firm.objects.get(pk=actor.firm_id)
            events = history.history_of(actor, firm, clock.today()).events
        assert {event.lane for event in events if told in event.words()} == {history.PEERS}
    for event in OutboxEvent.objects.filter(name__in=HANDLED):
        assert outbox.handle(event.pk, HANDLED[event.name])
    facts = Fact.objects.exclude(event_type="member.acted").values_list("event_type", "firm_id")
    makers = {row.contractor_id for row in orders}
    told = [("match.concluded", owner.firm_id)] * 3 + [("collab.contracted", min(makers))]
    groups = {step.process_code.partition(".")[0] for step in case.steps.all()}
    told += [("collab.process", min(makers))] * len(groups)
    assert sorted(facts) == sorted(told)


def test_with_a_hub_the_order_is_split_and_the_fee_added():
    owner, hub, makers = build.buyer(), build.shop("asm.mech", name="輪の会"), shops()
    case = build.opened(owner)
    with acting(build.SYSTEM):
        number = Firm.objects.get(pk=hub.firm_id).corporate_number
    with acting(owner):
        services.hub_name(actor=owner, case_id=case.pk, part="hub", corporate_number=number)
        with pytest.raises(RoleMissing):
            services.team_propose(actor=owner, case_id=case.pk)
    with acting(hub):
        row = services.team_propose(actor=hub, case_id=case.pk)
        services.team_choose(actor=hub, case_id=case.pk, number=row.number, index=0)
        services.waves_start(actor=hub, case_id=case.pk)
    for maker in makers:
        asked = build.answer(maker, case)
        with acting(hub):
            services.firm_choose(actor=hub, invitation_id=asked.pk)
    with acting(hub):
        services.case_offer(actor=hub, case_id=case.pk)
        with pytest.raises(GuardFailed, match="案件を出した企業だけ"):
            services.case_award(actor=hub, case_id=case.pk, deal=Deal("joint", "輪"))
    with acting(owner):
        services.case_award(actor=owner, case_id=case.pk, deal=Deal("joint", "輪", 100))
    orders = list(Order.objects.filter(case=case))
    assert [(row.orderer_id, row.price_yen) for row in orders] == [
        (owner.firm_id, 330_000),
        *[(hub.firm_id, 100_000)] * 3,
    ]
    with acting(owner):
        assert policies.visible_orders(owner).count() == 1, "members' prices are the hub's"


def test_steps_go_on_in_their_order_with_inspection_and_return():
    owner, makers = build.buyer(), shops()
    case = build.awarded(owner, makers, form="brokered")
    lathe, heat, _grind = makers
    record = {"case_id": case.pk, "position": 2}
    with acting(heat), pytest.raises(GuardFailed, match="前の工程"):
        services.step_record(actor=heat, kind="start", **record)
    first = {"case_id": case.pk, "position": 1}
    with acting(lathe):
        services.step_record(actor=lathe, kind="start", **first)
        with pytest.raises(Refused, match="合格・不合格"):
            services.step_record(actor=lathe, kind="inspect", seen=Seen(good=20), **first)
        seen = Seen(good=20, bad=1, measured="外径")
        with pytest.raises(Refused, match="より多く"):
            services.step_record(actor=lathe, kind="inspect", seen=seen, **first)
        seen = Seen(good=19, bad=1, measured="外径")
        services.step_record(actor=lathe, kind="inspect", seen=seen, **first)
        with pytest.raises(GuardFailed, match="次の工程の企業"):
            services.step_record(actor=lathe, kind="accept", **first)
    with acting(heat):
        back = Seen(note="傷がある", responsible=1)
        row = services.step_record(actor=heat, kind="reject", seen=back, **first)
    assert row.responsible.position == 1
    assert CaseStep.objects.get(case=case, position=1).status == states.DEFECT
    with acting(owner), pytest.raises(GuardFailed, match="まだ終わっていない工程"):
        services.case_deliver(actor=owner, case_id=case.pk)


def test_firms_that_belong_to_the_buyer_are_not_matched_with_it():
    owner, makers = build.buyer(), shops()
    for maker in makers[:2]:
        number = Firm.objects.get(pk=owner.firm_id).corporate_number
        with acting(maker):
            tie_declare(actor=maker, firm_id=maker.firm_id, kind="parent", number=number, name="親")
    case = build.awarded(owner, makers)
    kinds = Outcome.objects.filter(case=case).values_list("kind", "firms")
    # Two firms: the group of the buyer, and the third.
    assert set(kinds) == {("match.concluded", 2), ("collab.contracted", 2)}
    told = OutboxEvent.objects.get(name="cases.match.concluded").payload
    assert [firm for firm, _family in told["pairs"]] == [makers[2].firm_id]
