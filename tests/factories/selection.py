"""A scored call with a ranking, and a selection in any state, made through the services."""

import datetime as dt
from typing import Any

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import Firm
from programs.services.qualifications import qualification_grant
from subsidies.committee.models import ReviewRound
from subsidies.models import Application, Call
from subsidies.selection import services
from subsidies.selection.models import Selection
from tests.factories import committee as review
from tests.factories import subsidies as make

BONUS = [{"code": "dojo", "name": "DX道場の修了", "fact": "dojo_graduate", "points": 5}]
# What the factory's application asks for (税抜 665,999円, half of it in whole thousands) comes from
# the services; tests read it from the row.


def make_call(**changes: Any) -> Call:
    """A call with a scoring sheet and a bonus for graduates."""
    rules = make.rules_json("DX1", scoring=review.SCORING, bonus=BONUS, **changes.pop("rules", {}))
    return make.make_call(**{"rules": rules, "mode": Call.Mode.ROUND, **changes})


def make_scored(scores: tuple[int, ...] = (5, 4, 3, 1), **call: Any) -> ReviewRound:
    """A review whose cases, in order of arrival, have been given these scores everywhere."""
    round_ = review.make_open(call=make_call(**call), cases=len(scores), per_case=2)
    for row in review.rows(round_):
        review.score(row, scores[row.case.number - 1])
    return ReviewRound.objects.select_related("call__version__scheme", "version").get(pk=round_.pk)


def graduate(firm: Firm, *, day: dt.date = dt.date(2026, 9, 12), **changes: Any) -> Any:
    """The firm has a graduate of the Dojo."""
    return qualification_grant(
        actor=make.SYSTEM,
        firm_id=firm.pk,
        ward_id=make.SUMIDA,
        kind="dojo_graduate",
        cohort="DX道場 第3期",
        granted_on=day,
        source="修了証",
        **changes,
    )


def propose(call: Call, *, actor: Actor | None = None, **changes: Any) -> Selection:
    """採択の案."""
    actor = actor or make.official_actor(call.ward_id)
    with acting(actor):
        return services.selection_propose(
            actor=actor, call_id=call.pk, reason="審査会の結論のとおり", **changes
        )


def approve(run: Selection, *, actor: Actor | None = None) -> Selection:
    """The second official approves."""
    actor = actor or make.official_actor(run.ward_id, Role.APPROVER)
    with acting(actor):
        return services.selection_approve(actor=actor, selection_id=run.pk, seen=run.sha256)


def keep_minutes(call: Call, *, actor: Actor, **changes: Any) -> Any:
    """Minutes with everybody there and in favour."""
    numbers = list(call.review.members.values_list("number", flat=True))
    values = {
        "held_on": clock.today(),
        "place": "区役所 第1会議室",
        "present": numbers,
        "votes_for": len(numbers),
        "votes_against": 0,
        "votes_abstained": 0,
        "remarks": "順位のとおり採択することが適当とされた。",
    }
    with acting(actor):
        return services.minutes_keep(actor=actor, call_id=call.pk, **{**values, **changes})


def only_for(call: Call, count: int) -> int:
    """A budget for so many of the call's applications, who all ask for the same."""
    wanted = Application.objects.filter(call=call).values_list("requested_yen", flat=True)
    assert len(set(wanted)) == 1
    Call.objects.filter(pk=call.pk).update(budget_yen=wanted[0] * count + 1)
    call.refresh_from_db()
    return wanted[0]
