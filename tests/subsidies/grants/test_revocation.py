"""弁明 → 取消 → 返還: at every stage of the money, in full and in part, with what comes back."""

import datetime as dt

import pytest

from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, RoleMissing, StaleState
from programs.history import OF_FIRM, history_of
from programs.models import Firm
from subsidies.grants import progress, services
from subsidies.grants.models import Hearing
from subsidies.models import Grant
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.subsidies.grants.money import claimed, finalised, paid, reported
from tests.subsidies.grants.people import approved, columns
from tests.subsidies.grants.taking_back import (
    ask,
    give_back,
    heard,
    ordered,
    propose,
    revoked,
)

pytestmark = pytest.mark.usefixtures("staged")


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


def test_one_hearing_serves_one_revocation(stage):
    grant = stage(make.make_grant, paid)
    hearing = heard(grant)
    approved(propose(grant, hearing, 400_000))
    with pytest.raises(Refused, match="改めて弁明の機会を設けてください"):
        propose(grant, hearing)
    assert propose(grant, heard(grant)).amount_yen == 400_000
