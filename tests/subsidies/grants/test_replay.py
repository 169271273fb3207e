"""Whatever officials and firms do in whatever order: the history replays to what is, the money
adds up to what the ledger says, and no grant ever holds more than was decided.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.transitions import TransitionRefused
from subsidies import grant_states, services, states
from subsidies.grants import money_states
from subsidies.grants import services as after
from subsidies.grants import states as grant_room
from subsidies.grants.models import Filing, Hearing, Payment, Recovery, Ruling
from subsidies.models import Application, BudgetEntry, Call, Decision, Grant
from tests.factories import subsidies as make
from tests.subsidies.grants.money import claimed, finalised, reported
from tests.subsidies.grants.people import approved, filed, proposed
from tests.subsidies.grants.taking_back import give_back, heard, ordered
from tests.subsidies.grants.taking_back import propose as propose_revocation
from tests.subsidies.grants.test_changes import change, line
from tests.support.replay import replayed

pytestmark = pytest.mark.django_db

TABLES = {
    Application: states.APPLICATION,
    Grant: grant_states.GRANT,
    Filing: grant_room.FILING,
    Ruling: grant_room.RULING,
    Hearing: money_states.HEARING,
    Recovery: money_states.RECOVERY,
}


@dataclass(frozen=True)
class World:
    """A call with a grant and an application that is not decided."""

    call_id: int
    grant_id: int
    application_id: int

    @property
    def grant(self) -> Grant:
        rows = Grant.objects.select_related("application__version__scheme", "call")
        return rows.get(pk=self.grant_id)

    @property
    def application(self) -> Application:
        return Application.objects.select_related("firm").get(pk=self.application_id)


@pytest.fixture
def world() -> World:
    rules = make.rules_json("DX1", advance_payment=True, advance_percent=50)
    grant = make.make_grant(call=make.make_call(rules=rules))
    application = make.make_submitted(call=grant.call)
    return World(grant.call_id, grant.pk, application.pk)


def official(*roles: str):
    return make.official_actor(make.SUMIDA, *roles)


def by(actor, act: Callable, **arguments):
    with acting(actor):
        return act(actor=actor, **arguments)


# --- the application that is not decided ---------------------------------------------------------


def check(world):
    make.check_all(official(), world.application)


def ask_to_mend(world):
    by(
        official(),
        services.correction_request,
        application_id=world.application_id,
        fields=["answers.problem"],
        notes={},
        message="課題を詳しく書いてください。",
        due_on=clock.today() + dt.timedelta(days=14),
    )


def mend(world):
    by(
        make.firm_actor(world.application.firm),
        services.correction_answer,
        application_id=world.application_id,
        idempotency_key=uuid.uuid4(),
    )


def propose_grant(world):
    by(
        official(),
        services.decision_propose,
        application_id=world.application_id,
        outcome="grant",
        reason="要件を満たす。",
    )


def propose_refusal(world):
    by(
        official(),
        services.decision_propose,
        application_id=world.application_id,
        outcome="refuse",
        reason="要件を満たさない。",
    )


def give_proposal_back(world):
    by(
        official(Role.APPROVER),
        services.proposal_return,
        application_id=world.application_id,
        reason="理由を詳しく。",
    )


def decide(world):
    by(
        official(Role.APPROVER),
        services.decision_approve,
        application_id=world.application_id,
    )


def take_back(world):
    by(
        make.firm_actor(world.application.firm),
        services.application_withdraw,
        application_id=world.application_id,
        reason="計画をやめた。",
    )


# --- the grant -----------------------------------------------------------------------------------


def change_less(world):
    approved(proposed(filed(world.grant, "change", **change(lines=[line(400_000)]))))


def change_refused(world):
    approved(proposed(filed(world.grant, "change", **change(lines=[line(300_000)])), "reject"))


def change_small(world):
    filing = filed(world.grant, "change", **change(lines=[line(700_000)]))
    by(official(), after.filing_accept, filing_id=filing.pk)


def give_up(world):
    filing = filed(world.grant, "withdrawal", why="機器が生産終了になったため。")
    by(official(), after.filing_accept, filing_id=filing.pk)


def cancel(world):
    approved(proposed(filed(world.grant, "cancellation", why="やめる。", state="未発注。")))


def advance(world):
    filing = claimed(world.grant, "advance", wanted_yen="100000", why="前払いのため。")
    approved(proposed(filing))
    by(official(), after.advance_record, grant_id=world.grant_id, paid_on=clock.today())


def report_and_return(world):
    filing = reported(world.grant)
    by(official(), after.filing_return, filing_id=filing.pk, reason="写真を足してください。")


def finalise(world):
    finalised(world.grant, net=600_000)


def finalise_little(world):
    finalised(world.grant, net=150_000)


def claim(world):
    claimed(world.grant)


def pay(world):
    by(official(), after.payment_record, grant_id=world.grant_id, paid_on=clock.today())


def revoke_all(world):
    approved(propose_revocation(world.grant, heard(world.grant), 0))


def revoke_part(world):
    approved(propose_revocation(world.grant, heard(world.grant), 50_000))


def recover(world):
    give_back(ordered(world.grant, 40_000, surcharged=False), 15_000)


ACTS: tuple[Callable[[World], None], ...] = (
    check,
    ask_to_mend,
    mend,
    propose_grant,
    propose_refusal,
    give_proposal_back,
    decide,
    take_back,
    change_less,
    change_refused,
    change_small,
    give_up,
    cancel,
    advance,
    report_and_return,
    finalise,
    finalise_little,
    claim,
    pay,
    revoke_all,
    revoke_part,
    recover,
)
WHOLE_LIFE = [
    change_small,
    change_less,
    advance,
    report_and_return,
    finalise,
    claim,
    pay,
    revoke_part,
    recover,
    revoke_all,
]
BEFORE = [check, ask_to_mend, mend, check, propose_grant, give_proposal_back, propose_grant, decide]


@pytest.mark.slow
@example([*WHOLE_LIFE, *BEFORE])
@example([take_back, advance, finalise_little, recover, check, give_up])
@example([change_refused, give_up, check, propose_refusal, decide, revoke_all])
@given(some.lists(some.sampled_from(ACTS), min_size=3, max_size=7))
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_history_and_money_replay_whatever_happens(world, acts):
    with transaction.atomic():
        for act in acts:
            try:
                with transaction.atomic():
                    act(world)
            except TransitionRefused:
                continue
            _check_money(world)
        for model, table in TABLES.items():
            for row in model.objects.all():
                assert replayed(table, row) == row.status
        transaction.set_rollback(True)


def test_the_examples_go_all_the_way(world):
    """The walk above would prove nothing if everything in it were refused."""
    for act in (*WHOLE_LIFE, *BEFORE):
        act(world)
    assert world.grant.status == grant_states.REVOKED
    assert world.application.status == states.GRANTED
    assert Payment.objects.filter(grant_id=world.grant_id).count() == 2
    assert Recovery.objects.filter(call_id=world.call_id).count() == 1


def _check_money(world: World) -> None:
    """The four columns add up, to the ledger as well; a grant holds its decision's amount at most."""
    call = Call.objects.get(pk=world.call_id)
    assert call.committed_yen == call.decided_yen + call.final_yen + call.paid_yen
    assert 0 <= call.committed_yen <= call.budget_yen
    entries = BudgetEntry.objects.filter(call=call)
    for column in BudgetEntry.Column:
        total = entries.filter(column=column).aggregate(yen=Sum("amount_yen"))["yen"] or 0
        assert total == getattr(call, f"{column.value}_yen")
    held = entries.values("application_id").annotate(yen=Sum("amount_yen"))
    for application_id, yen in held.values_list("application_id", "yen"):
        assert 0 <= yen <= Decision.objects.get(application_id=application_id).amount_yen
    ordered_yen = Recovery.objects.filter(call=call).aggregate(yen=Sum("principal_yen"))["yen"]
    paid_yen = Payment.objects.filter(grant__call=call).aggregate(yen=Sum("yen"))["yen"]
    assert (ordered_yen or 0) <= (paid_yen or 0)
