"""The call's money: columns that add up, strict order of arrival, the graduates' share."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.roles import Role
from portal.kernel.database import acting
from subsidies import services, states
from subsidies.models import Application, BudgetEntry, Call
from subsidies.rules.pools import Ahead, Pools, Waiting, fits, served
from subsidies.rules.scheme import GENERAL, GRADUATE
from subsidies.services import budget
from tests.factories import subsidies as make

Column = BudgetEntry.Column
groups = st.sampled_from([GENERAL, GRADUATE])
yen = st.integers(0, 2_000)


class TestPools:
    """The rule alone."""

    @given(st.integers(0, 10_000), st.integers(0, 10_000), st.lists(st.tuples(groups, yen)))
    def test_never_beyond_the_budget_and_never_into_the_share(self, whole, reserved, queue):
        pools = Pools(whole, min(reserved, whole))
        for group, amount in queue:
            if fits(pools, group, amount, Ahead()):
                pools = pools.taken_by(group, amount)
        assert pools.committed_yen <= pools.budget_yen
        assert pools.committed_yen - pools.graduate_yen <= pools.budget_yen - pools.reserved_yen

    @given(st.integers(0, 10_000), st.lists(st.tuples(groups, yen)), st.integers(0, 5))
    def test_who_comes_later_never_takes_what_somebody_ahead_needs(self, whole, queue, share):
        """Those within the budget can all be granted, in whatever order they are decided."""
        pools = Pools(whole, whole * share // 10)
        waiting = [Waiting(number, *item) for number, item in enumerate(queue)]
        inside = [item for item in waiting if served(pools, waiting)[item.key]]
        random.Random(len(queue)).shuffle(inside)
        for item in inside:
            assert fits(pools, item.group, item.yen, Ahead())
            pools = pools.taken_by(item.group, item.yen)

    @given(st.integers(0, 10_000), st.lists(st.tuples(groups, yen)))
    def test_more_money_never_hurts(self, whole, queue):
        waiting = [Waiting(number, *item) for number, item in enumerate(queue)]
        before, after = served(Pools(whole), waiting), served(Pools(whole + 1_000), waiting)
        assert all(after[key] for key, inside in before.items() if inside)

    def test_the_reserved_share_waits_for_graduates(self):
        pools = Pools(1_000, reserved_yen=300)
        assert fits(pools, GENERAL, 700, Ahead())
        assert not fits(pools, GENERAL, 701, Ahead())
        assert fits(pools, GRADUATE, 1_000, Ahead())
        full = pools.taken_by(GENERAL, 700)
        assert fits(full, GRADUATE, 300, Ahead(general_yen=5_000))
        assert not fits(full, GRADUATE, 301, Ahead())


@pytest.fixture
def approver(db):
    return make.official_actor(make.SUMIDA, Role.APPROVER)


def proposed(call, minutes, yen_=100_000, group=GENERAL):
    """An application that arrived `minutes` later, with its proposal."""
    application = make.make_proposed(call=call)
    Application.objects.filter(pk=application.pk).update(
        submitted_at=call.opens_at + dt.timedelta(minutes=minutes), applicant_class=group
    )
    application.decision.__class__.objects.filter(application=application).update(amount_yen=yen_)
    return application


def approve(actor, application):
    with acting(actor):
        return services.decision_approve(actor=actor, application_id=application.pk)


class TestStrictOrder:
    def test_a_later_one_waits_while_somebody_ahead_needs_the_money(self, approver):
        call = make.make_call(budget_yen=150_000)
        first, second = proposed(call, 1), proposed(call, 2)
        with pytest.raises(services.BudgetExceeded, match="先に届いた申請") as caught:
            approve(approver, second)
        assert caught.value.in_turn
        approve(approver, first)
        with pytest.raises(services.BudgetExceeded) as caught:
            approve(approver, second)
        assert not caught.value.in_turn

    def test_a_withdrawal_lets_the_next_in(self, approver):
        call = make.make_call(budget_yen=150_000)
        first, second = proposed(call, 1), proposed(call, 2)
        first.refresh_from_db()
        Application.objects.filter(pk=first.pk).update(status=states.WITHDRAWN)
        approve(approver, second)
        call.refresh_from_db()
        assert call.committed_yen == 100_000

    def test_where_there_is_enough_for_all_nobody_waits(self, approver):
        call = make.make_call(budget_yen=200_000)
        _first, second = proposed(call, 1), proposed(call, 2)
        approve(approver, second)

    def test_rounds_know_no_order_of_arrival(self, approver):
        call = make.make_call(budget_yen=150_000)
        Call.objects.filter(pk=call.pk).update(mode=Call.Mode.ROUND)
        _first, second = proposed(call, 1), proposed(call, 2)
        approve(approver, second)

    def test_the_graduates_share(self, approver):
        call = make.make_call(budget_yen=200_000)
        Call.objects.filter(pk=call.pk).update(reserved_yen=100_000)
        first, second = proposed(call, 1), proposed(call, 2)
        graduate = proposed(call, 3, group=GRADUATE)
        approve(approver, graduate)
        with pytest.raises(services.BudgetExceeded):
            approve(approver, second)
        approve(approver, first)
        call.refresh_from_db()
        assert (call.committed_yen, call.graduate_yen) == (200_000, 100_000)

    def test_the_statement_says_what_the_rule_says(self, approver):
        rng, call = random.Random(8), make.make_call(budget_yen=1)
        application = make.make_submitted(call=call)
        for _case in range(150):
            whole = rng.randint(0, 1_000)
            reserved = rng.randint(0, whole)
            general = rng.randint(0, whole - reserved)
            graduate = rng.randint(0, whole - general)
            pools = Pools(whole, reserved, general + graduate, graduate)
            Call.objects.filter(pk=call.pk).update(
                budget_yen=whole,
                reserved_yen=reserved,
                committed_yen=pools.committed_yen,
                decided_yen=pools.committed_yen,
                graduate_yen=graduate,
            )
            group, amount = rng.choice([GENERAL, GRADUATE]), rng.randint(1, 600)
            application.applicant_class = group
            ahead = Ahead(rng.randint(0, 300), rng.randint(0, 300))
            taken = budget._take(application, amount, ahead, kind="change")
            assert taken is fits(pools, group, amount, ahead)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(8))
def test_the_columns_add_up_whatever_happens(seed):
    """Random grants, moves and releases: call, ledger and check agree after every step."""
    rng = random.Random(seed)
    call = make.make_call(budget_yen=2_000_000)
    Call.objects.filter(pk=call.pk).update(reserved_yen=500_000)
    creator = make.official_actor()
    held: list[list] = []
    for _step in range(40):
        if held and rng.random() < 0.6:
            application, column, amount = held.pop(rng.randrange(len(held)))
            onward = {Column.DECIDED: Column.FINAL, Column.FINAL: Column.PAID}.get(column)
            if onward and rng.random() < 0.6:
                budget.move(application, amount, source=column, target=onward, kind="step")
                held.append([application, onward, amount])
            else:
                budget.release(application, amount, column=column, kind="release")
        else:
            application = make.make_row(
                call=call, firm=make.make_firm(), creator_id=creator.user_id, status=states.GRANTED
            )
            application.applicant_class = rng.choice([GENERAL, GRADUATE])
            amount = rng.randint(1, 400_000)
            try:
                budget.commit(application, amount)
            except services.BudgetExceeded:
                continue
            held.append([application, Column.DECIDED, amount])
        call.refresh_from_db()
        sums = dict.fromkeys(Column, 0)
        for entry in BudgetEntry.objects.filter(call=call):
            sums[Column(entry.column)] += entry.amount_yen
        assert sums[Column.DECIDED] == call.decided_yen
        assert sums[Column.FINAL] == call.final_yen
        assert sums[Column.PAID] == call.paid_yen
        assert call.committed_yen == sum(sums.values()) == sum(item[2] for item in held)
        assert call.graduate_yen == sum(
            item[2] for item in held if item[0].applicant_class == GRADUATE
        )
