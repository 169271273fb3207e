"""弁明 → 取消 → 返還: at every stage of the money, in full and in part, with what comes back."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import GuardFailed, RoleMissing, StaleState
from programs.history import OF_FIRM, history_of
from programs.models import Firm
from subsidies import grant_states
from subsidies.grants import money_states, progress, services
from subsidies.grants.models import Hearing, Payment, Recovery
from subsidies.grants.services import recovery as recoveries
from subsidies.grants.services.owing import owings
from subsidies.models import Call, Grant
from subsidies.obligations.models import Obligation
from subsidies.obligations.services import closing, obligations_sync
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.factories.obligations import make_asset
from tests.subsidies.grants.money import claimed, finalised, paid, reported
from tests.subsidies.grants.people import approved, columns
from tests.support.people import sign_in

pytestmark = pytest.mark.usefixtures("staged")


def ask(grant, official=None, **changes):
    official = official or make.official_actor(grant.ward_id)
    given = {
        "grounds": ["purpose"],
        "facts": "機器が別の会社で使われていた。",
        "due_on": clock.today() + dt.timedelta(days=14),
        **changes,
    }
    with acting(official):
        return services.hearing_ask(actor=official, grant_id=grant.pk, **given)


def heard(grant, statement="貸したのは修理の間だけです。"):
    hearing = ask(grant)
    firm = make.owner_of(grant)
    with acting(firm):
        return services.hearing_state(actor=firm, hearing_id=hearing.pk, statement=statement)


def propose(grant, hearing, kept_yen=0):
    official = make.official_actor(grant.ward_id)
    with acting(official):
        return services.revocation_propose(
            actor=official,
            grant_id=grant.pk,
            hearing_id=hearing.pk,
            kept_yen=kept_yen,
            reason="他の用途に使用したため。",
        )


def revoked(grant, kept_yen=0):
    ruling = approved(propose(grant, heard(grant), kept_yen))
    return ruling, Grant.objects.get(pk=grant.pk)


def ordering(grant, yen=499_000, surcharged=True):
    official = make.official_actor(grant.ward_id)
    with acting(official):
        return services.recovery_propose(
            actor=official,
            grant_id=grant.pk,
            principal_yen=yen,
            surcharged=surcharged,
            reason="取消により返還を命じる。",
        )


def ordered(grant, yen=499_000, surcharged=True):
    ruling = ordering(grant, yen, surcharged)
    approved(ruling)
    return Recovery.objects.select_related("ruling").get(ruling=ruling)


def give_back(recovery, yen, paid_on=None):
    official = make.official_actor(recovery.ward_id)
    with acting(official):
        return services.recovery_payment_record(
            actor=official, recovery_id=recovery.pk, yen=yen, paid_on=paid_on or clock.today()
        )


STAGES = {
    "in_progress": lambda grant: grant,
    "reported": lambda grant: reported(grant) and grant,
    "finalised": finalised,
    "claimed": lambda grant: claimed(finalised(grant)) and grant,
}


@pytest.mark.parametrize("state", STAGES)
def test_before_the_payment_the_money_returns_to_the_budget(stage, state):
    grant = stage(make.make_grant)
    STAGES[state](grant)
    grant.refresh_from_db()
    assert grant.status == state
    ruling, grant = revoked(grant)
    assert (grant.status, ruling.terms["return_yen"]) == ("revoked", 0)
    assert columns(grant) == (0, 0, 0, 0)


@pytest.mark.parametrize("state", STAGES)
def test_a_part_lowers_what_stands(stage, state):
    grant = stage(make.make_grant)
    STAGES[state](grant)
    grant.refresh_from_db()
    _ruling, grant = revoked(grant, kept_yen=300_000)
    assert grant.status == state
    assert (grant.decided_yen if grant.final_yen is None else grant.final_yen) == 300_000
    assert columns(grant)[0] == 300_000


def test_a_claim_over_more_than_still_stands_is_not_paid(stage):
    grant = stage(make.make_grant, finalised)
    claimed(grant)
    revoked(grant, kept_yen=300_000)
    official = make.official_actor()
    with acting(official), pytest.raises(Refused, match="請求の額"):
        services.payment_record(actor=official, grant_id=grant.pk, paid_on=clock.today())


def test_after_the_payment_the_money_is_ordered_back(stage):
    grant = stage(make.make_grant, paid)
    ruling, grant = revoked(grant)
    assert (grant.status, ruling.terms["return_yen"]) == (grant_states.REVOKED, 499_000)
    assert columns(grant) == (499_000, 0, 0, 499_000)
    recovery = ordered(grant)
    account = recoveries.account_of(recovery, clock.today())
    assert (account.surcharge.yen, account.late.yen) == (149, 0)
    give_back(recovery, 200_000)
    assert columns(grant) == (299_000, 0, 0, 299_000)
    assert OutboxEvent.objects.filter(name="grants.recovery_returned").count() == 1
    give_back(recovery, 299_149)
    recovery.refresh_from_db()
    assert recovery.status == money_states.RETURNED
    assert columns(grant) == (0, 0, 0, 0)
    assert OutboxEvent.objects.filter(name="grants.recovery_settled").count() == 1


def test_a_part_after_the_payment_leaves_the_grant_and_orders_the_difference(stage):
    grant = stage(make.make_grant, paid)
    ruling, grant = revoked(grant, kept_yen=400_000)
    assert (grant.status, ruling.terms["return_yen"]) == (grant_states.PAID, 99_000)
    recovery = ordered(grant, 99_000)
    assert recovery.principal_yen == 99_000
    with acting(make.SYSTEM):
        assert owings(grant) == []  # an order that names no cause covers it
    ruling, grant = revoked(grant, kept_yen=100_000)
    with acting(make.SYSTEM):
        assert [item.yen for item in owings(grant)] == [300_000]
    assert (ruling.terms["standing_yen"], ruling.terms["revoked_yen"]) == (400_000, 300_000)


def test_a_part_after_the_payment_is_the_next_thing_to_order_back_and_keeps_the_grant_open(
    stage, client
):
    grant = stage(make.make_grant, paid)
    ruling, grant = revoked(grant, kept_yen=400_000)
    official = make.official_actor(grant.ward_id)
    with acting(official):
        (owed,) = owings(grant)
    assert (owed.cause, owed.yen, owed.surcharged) == (f"revocation:{ruling.pk}", 99_000, True)
    with acting(make.SYSTEM):
        # Everything else is settled: what was not ordered back alone keeps it open.
        obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=clock.today())
        Obligation.objects.filter(grant=grant).update(
            status="waived", reason="済", settled_at=clock.now()
        )
        refusal = str(grant_states.GRANT.refusal(grant, "close", make.SYSTEM))
        assert closing.grants_close(actor=make.SYSTEM) == 0
    assert "99,000円" in refusal
    sign_in(client, User.objects.get(pk=official.user_id))
    page = client.get(f"/staff/grants/{grant.receipt_no}/").content.decode()
    assert "一部取消に伴う返還を起案してください" in page
    answer = client.post(
        f"/staff/grants/{grant.receipt_no}/recovery/",
        {"principal_yen": "99000", "surcharged": "on", "reason": "一部取消。", "cause": owed.cause},
    )
    assert answer.status_code == 302
    with acting(official):
        assert owings(grant) == []


def test_what_is_listed_for_several_causes_is_together_no_more_than_was_paid(stage):
    grant = stage(make.make_grant, paid)
    _ruling, grant = revoked(grant, kept_yen=400_000)
    for _number in range(2):
        make_asset(grant, returned_yen=300_000)
    with acting(make.SYSTEM):
        listed = owings(grant)
        assert [item.yen for item in listed] == [99_000, 300_000, 100_000]
        assert "100,000円" in listed[-1].text
    waits = ordering(grant, 300_000)
    with acting(make.SYSTEM):
        assert sum(item.yen for item in owings(grant)) == 199_000
    approved(waits)
    with acting(make.SYSTEM):
        assert sum(item.yen for item in owings(grant)) <= 199_000


def test_never_more_than_was_paid_is_ordered_back(stage):
    grant = stage(make.make_grant, paid)
    _ruling, grant = revoked(grant)
    ordered(grant, 400_000)
    with pytest.raises(Refused, match="99,000円"):
        ordered(grant, 99_001)


def test_money_that_comes_back_after_the_years_accounts_is_not_the_calls(stage):
    grant = stage(make.make_grant, paid)
    Call.objects.filter(pk=grant.call_id).update(fiscal_year=2024)
    _ruling, grant = revoked(grant)
    give_back(ordered(grant), 499_149)
    assert columns(grant) == (499_000, 0, 0, 499_000)


@pytest.mark.parametrize("yen", [0, 499_150])
def test_what_comes_back_is_at_most_what_is_owed(stage, yen):
    grant = stage(make.make_grant, paid)
    _ruling, grant = revoked(grant)
    recovery = ordered(grant)
    with pytest.raises(Refused, match="499,149円"):
        give_back(recovery, yen)
    with pytest.raises(Refused, match="納付日"):
        give_back(recovery, 1, clock.today() + dt.timedelta(days=1))


def test_a_return_without_fault_bears_no_surcharge(stage):
    grant = stage(make.make_grant, paid)
    recovery = ordered(grant, 45_363, surcharged=False)
    give_back(recovery, 45_363)
    recovery.refresh_from_db()
    assert recovery.status == money_states.RETURNED
    with pytest.raises(StaleState):
        give_back(recovery, 1)


def test_the_order_freezes_rule_and_receipts(stage):
    grant = stage(make.make_grant, paid)
    terms = ordered(grant).ruling.terms
    assert terms["rule"]["surcharge_rate"] == 1095
    assert terms["received"] == [{"on": Payment.objects.get().paid_on.isoformat(), "yen": 499_000}]


def test_the_firm_is_heard_first(stage):
    grant = stage(make.make_grant)
    hearing = ask(grant)
    with pytest.raises(Refused, match="弁明の機会"):
        propose(grant, hearing)
    official = make.official_actor()
    with acting(official), pytest.raises(GuardFailed, match="期日"):
        services.hearing_close(actor=official, hearing_id=hearing.pk, reason="返事がない。")
    Hearing.objects.filter(pk=hearing.pk).update(due_on=clock.today() - dt.timedelta(days=1))
    with acting(official):
        services.hearing_close(actor=official, hearing_id=hearing.pk, reason="返事がない。")
    ruling = propose(grant, hearing)
    assert ruling.terms["hearing"] == "弁明なし"


def test_what_the_firm_says_stands_in_the_proposal(stage):
    grant = stage(make.make_grant)
    ruling = propose(grant, heard(grant))
    assert ruling.terms["statement"] == "貸したのは修理の間だけです。"
    assert AuditRow.objects.filter(action="grants.hearing.state").count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"grounds": []}, "事由"),
        ({"grounds": ["whim"]}, "事由"),
        ({"facts": " "}, "事実"),
        ({"due_on": dt.date(2026, 1, 1)}, "期日"),
    ],
)
def test_a_bad_hearing_is_refused(stage, changes, words):
    grant = stage(make.make_grant)
    with pytest.raises(Refused, match=words):
        ask(grant, **changes)


def test_one_hearing_at_a_time_and_not_by_approvers(stage):
    from portal.accounts.roles import Role

    grant = stage(make.make_grant)
    ask(grant)
    with pytest.raises(Refused, match="終わっていません"):
        ask(grant)
    with pytest.raises(RoleMissing):
        ask(grant, official=make.official_actor(grant.ward_id, Role.APPROVER))


@pytest.mark.parametrize("kept", [-1, 499_000])
def test_what_is_kept_lies_below_what_stands(stage, kept):
    grant = stage(make.make_grant)
    with pytest.raises(Refused, match="取消後の額"):
        propose(grant, heard(grant), kept)


def test_a_proposal_from_another_amount_is_stale(stage):
    grant = stage(make.make_grant)
    ruling = propose(grant, heard(grant))
    Grant.objects.filter(pk=grant.pk).update(decided_yen=400_000)
    with pytest.raises(StaleState):
        approved(ruling)


def tasks_of(firm):
    with acting(firm):
        return [(grant.pk, step.what, step.until) for grant, step in progress.firm_tasks(firm)]


def test_the_firm_finds_its_hearing_among_its_tasks(stage):
    grant = stage(make.make_grant, paid)
    firm = make.owner_of(grant)
    assert tasks_of(firm) == []
    hearing = ask(grant)
    [(pk, what, until)] = tasks_of(firm)
    assert (pk, until) == (grant.pk, hearing.due_on)
    assert "弁明" in what


def test_what_is_owed_of_a_revoked_grant_stays_among_the_tasks_until_it_is_settled(stage):
    _ruling, grant = revoked(stage(make.make_grant, paid))
    firm = make.owner_of(grant)
    assert tasks_of(firm) == []
    recovery = ordered(grant)
    [(_pk, what, until)] = tasks_of(firm)
    assert (what, until) == ("補助金を返還してください", recovery.due_on)
    give_back(recovery, 499_149)
    assert tasks_of(firm) == []


def card_of(actor, firm):
    with acting(actor):
        found = history_of(actor, firm, clock.today())
    lines = [(todo.what, todo.side, todo.until) for todo in found.todos]
    return [event.words() for event in found.events], lines, found.spans


def test_the_card_of_the_firm_tells_of_hearing_order_and_return(stage):
    grant = stage(make.make_grant, paid)
    owner, office = make.owner_of(grant), make.official_actor(grant.ward_id)
    hearing = ask(grant)
    for actor in (owner, office):
        events, todos, _spans = card_of(actor, grant.firm)
        assert "区が弁明の機会を設けました" in events
        assert ("弁明を提出する", OF_FIRM, hearing.due_on) in todos
    with acting(owner):
        services.hearing_state(actor=owner, hearing_id=hearing.pk, statement="修理の間だけです。")
    approved(propose(grant, hearing))
    recovery = ordered(grant)
    # The project's last day lies ahead; what was revoked ended today.
    events, todos, spans = card_of(owner, grant.firm)
    assert "弁明を提出しました" in events
    assert todos == [("補助金を返還する", OF_FIRM, recovery.due_on)]
    assert [span.last for span in spans if "取消" in str(span.label[1])] == [clock.today()]
    give_back(recovery, 499_149)
    events, todos, _spans = card_of(office, grant.firm)
    assert "返還金が納められました：499,149円" in events
    assert todos == []


def test_the_tasks_cost_the_same_however_many_grants_owe(django_assert_max_num_queries):
    firm = make.firm_actor(make.make_firm())
    owner = Firm.objects.get(pk=firm.firm_id)
    ask(paid(make.make_grant(firm=owner)))
    with acting(firm), django_assert_max_num_queries(12) as one:
        assert len(progress.firm_tasks(firm)) == 1
    for _number in range(3):
        ask(paid(make.make_grant(firm=owner)))
        _ruling, grant = revoked(paid(make.make_grant(firm=owner)))
        ordered(grant)
    # Money that is owed brings its order and what came back.
    with acting(firm), django_assert_max_num_queries(len(one) + 2):
        assert len(progress.firm_tasks(firm)) == 7


def test_the_same_return_sent_twice_is_counted_once(stage, client):
    grant = stage(make.make_grant, paid)
    revoked(grant)
    recovery = ordered(grant)
    official = make.official_actor(grant.ward_id)
    sign_in(client, User.objects.get(pk=official.user_id))
    page = reverse("grants:recovery", args=[grant.receipt_no])
    assert 'name="seen" value="0"' in client.get(page).content.decode()
    typed = {"recovery": recovery.pk, "yen": "100000", "paid_on": clock.today(), "seen": "0"}
    answers = [client.post(page, typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    text = answers[1].content.decode()
    assert "納付の一覧を確かめてから" in text
    assert 'name="seen" value="1"' in text
    assert [payment.yen for payment in recovery.payments.all()] == [100_000]
    assert columns(grant) == (399_000, 0, 0, 399_000)


def test_one_hearing_serves_one_revocation(stage):
    grant = stage(make.make_grant, paid)
    hearing = heard(grant)
    approved(propose(grant, hearing, 400_000))
    with pytest.raises(Refused, match="改めて弁明の機会を設けてください"):
        propose(grant, hearing)
    assert propose(grant, heard(grant)).amount_yen == 400_000
