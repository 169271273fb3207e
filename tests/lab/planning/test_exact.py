"""The planner against counting out: 300 small orders, every team tried."""

import pytest

from lab.nakama.planning.checker import violations
from lab.nakama.planning.planner import propose
from tests.lab.planning.small import case, every_team, held_by

CASES = 300


def by_step(team, order):
    """The shops in the order in which the steps were written."""
    of = {task.step: task.shop for task in team.tasks}
    return tuple(of[step.code] for step in order.steps)


def test_the_best_teams_are_those_of_counting_out():
    served = twice = joined = 0
    for seed in range(CASES):
        order, market = case(seed)
        truth = every_team(order, market)
        proposal = propose(order, market, limit=4)
        assert proposal.proven
        assert [team.score_yen for team in proposal.teams] == sorted(truth.values())[:4], seed
        assert all(truth[by_step(team, order)] == team.score_yen for team in proposal.teams)
        assert len({by_step(team, order) for team in proposal.teams}) == len(proposal.teams)
        assert not [
            found for team in proposal.teams for found in violations([order], market, [team])
        ]
        assert (proposal.diagnosis is None) == bool(truth)
        served += bool(truth)
        joined += any(len(step.after) > 1 for step in order.steps)
        twice += any(
            len({(task.shop, task.period) for task in team.tasks}) < len(team.tasks)
            for team in proposal.teams
        )
    # The sample holds what it is meant to hold.
    assert served > 150
    assert twice > 40
    assert joined > 30


def test_an_accepted_shop_is_kept_and_the_rest_is_still_the_best():
    checked = 0
    for seed in range(0, CASES, 3):
        order, market = case(seed)
        teams = propose(order, market, limit=2).teams
        if len(teams) < 2:
            continue
        held = held_by(teams[1], seed)
        again = propose(order, market, held=held, limit=1).teams[0]
        assert again.score_yen == min(every_team(order, market, held).values()), seed
        assert held[0].shop in {task.shop for task in again.tasks if task.step == held[0].step}
        checked += 1
    assert checked > 30


@pytest.mark.parametrize("seed", [3, 14, 15])
def test_the_lines_of_a_team_add_up_to_its_score(seed):
    order, market = case(seed)
    for team in propose(order, market).teams:
        yen = sum(line.yen for task in team.tasks for line in task.lines)
        assert yen == team.score_yen
        assert all(line.yen for task in team.tasks for line in task.lines)
