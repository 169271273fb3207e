"""A review with applications and committee members, made through the services."""

import datetime as dt
from itertools import count
from typing import Any

from portal.accounts.models import Assignment as RoleAssignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from subsidies.committee import services
from subsidies.committee.models import Assignment, ReviewRound, ScoreSheet
from subsidies.committee.services import Entry
from subsidies.models import Application, Call
from tests.factories import subsidies as make
from tests.factories.programs import SINCE, SUMIDA
from tests.support.people import make_person

_numbers = count(1)

SCORING = {
    "criteria": [
        {"code": "novelty", "name": "新規性・独自性", "weight": 5, "hint": "従来品との違い。"},
        {"code": "feasible", "name": "技術的実現性", "weight": 5},
        {"code": "market", "name": "市場性", "weight": 4, "minimum": 1},
        {"code": "team", "name": "実施体制・資金計画", "weight": 3},
        {"code": "local", "name": "地域への波及", "weight": 3},
    ],
    "minimum_total": 60,
}
CODES = [item["code"] for item in SCORING["criteria"]]


def make_call(**kwargs: Any) -> Call:
    """A call whose scheme has a scoring sheet."""
    return make.make_call(rules=make.rules_json("DX1", scoring=SCORING), **kwargs)


def member_actor(ward: int = SUMIDA, **person: Any) -> Actor:
    """A new committee member of the ward."""
    number = next(_numbers)
    user = make_person(
        person.pop("email", f"member{number}@committee.example"),
        name=person.pop("name", f"委員{number}"),
        **person,
    )
    RoleAssignment.objects.create(user=user, role=Role.COMMITTEE, ward_id=ward, valid_from=SINCE)
    return as_member(user, ward)


def as_member(user: Any, ward: int = SUMIDA) -> Actor:
    """A person who holds the role already, acting as a member."""
    return Actor(user.pk, user.name, Hat.REVIEW, frozenset({Role.COMMITTEE}), ward_id=ward)


def make_reviewing(call: Call, **submitted: Any) -> Application:
    """An application that stands in review."""
    application = make.make_submitted(call=call, **submitted)
    make.check_all(make.official_actor(call.ward_id), application)
    return Application.objects.get(pk=application.pk)


def make_planned(
    *,
    office: Actor | None = None,
    members: list[Actor] | None = None,
    cases: int = 2,
    call: Call | None = None,
    per_case: int = 2,
    is_blind: bool = False,
    vendors: dict[int, str] | None = None,
) -> ReviewRound:
    """A review with its members (the first is the chair) and applications, not drawn yet."""
    call = call or make_call()
    for _case in range(cases):
        make_reviewing(call)
    office = office or make.official_actor(call.ward_id)
    chosen = members if members is not None else [member_actor(call.ward_id) for _ in range(3)]
    with acting(office):
        round_ = services.round_create(
            actor=office,
            call_id=call.pk,
            due_on=clock.today() + dt.timedelta(days=7),
            per_case=per_case,
            is_blind=is_blind,
        )
        for member in chosen:
            services.member_add(
                actor=office,
                round_id=round_.pk,
                user_id=member.user_id,
                is_chair=member is chosen[0],
                vendors=(vendors or {}).get(member.user_id, ""),
            )
    return round_


def make_open(*, office: Actor | None = None, **planned: Any) -> ReviewRound:
    """A review that has begun."""
    round_ = make_planned(office=office, **planned)
    office = office or make.official_actor(round_.ward_id)
    with acting(office):
        services.round_prepare(actor=office, round_id=round_.pk, seed=1)
        services.round_open(actor=office, round_id=round_.pk)
    return ReviewRound.objects.get(pk=round_.pk)


def actor_of(row: Assignment) -> Actor:
    """The member whose assignment it is, acting."""
    return Actor(
        row.user_id, row.user.name, Hat.REVIEW, frozenset({Role.COMMITTEE}), ward_id=row.ward_id
    )


def entry(score: int = 4, **changes: Any) -> Entry:
    """A complete sheet with the same score everywhere."""
    values: dict[str, Any] = {
        "scores": dict.fromkeys(CODES, score),
        "comments": {"novelty": "独自の測り方がある。"},
        "overall": "計画が具体的で、効果の測り方も示されている。",
        "opinion": ScoreSheet.Opinion.YES,
    }
    return Entry(**{**values, **changes})


def declare(row: Assignment) -> None:
    """No conflict."""
    actor = actor_of(row)
    with acting(actor):
        services.declare(actor=actor, assignment_id=row.pk, relation="none")


def score(row: Assignment, value: int = 4, **changes: Any) -> None:
    """Declare, fill in and submit as the member."""
    actor = actor_of(row)
    if row.status == "assigned":
        declare(row)
    with acting(actor):
        services.sheet_save(actor=actor, assignment_id=row.pk, entry=entry(value, **changes))
    with acting(actor):
        services.sheet_submit(actor=actor, assignment_id=row.pk)


def rows(round_: ReviewRound) -> list[Assignment]:
    """Every assignment of the review in a fixed order."""
    found = Assignment.objects.filter(round=round_).select_related("user", "case", "round")
    return list(found.order_by("case__number", "member__number"))
