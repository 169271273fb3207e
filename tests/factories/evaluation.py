"""Plans of stage 2, shared with advisors and evaluated, made through the services."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from portal.accounts.models import Assignment as RoleAssignment
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from subsidies.evaluation import services
from subsidies.evaluation.aspects import CODES
from subsidies.evaluation.models import PlanEvaluation, PlanShare
from subsidies.evaluation.services import Entry
from subsidies.models import Application, Call
from tests.factories import subsidies as make
from tests.factories.programs import SINCE, SUMIDA
from tests.support.people import make_person

_numbers = count(1)

NEED = {
    "code": "advice",
    "name": "DXアドバイザーによる導入計画の妥当性評価",
    "source": "evaluation",
}


def make_call(*, rules: Mapping[str, Any] | None = None, **call: Any) -> Call:
    """A call whose scheme asks for the evaluation, with the short form of stage 1."""
    changes = {"prerequisites": [NEED], **(rules or {})}
    return make.make_call(rules=make.rules_json("DX1", **changes), **call)


def advisor_actor(ward: int | None = SUMIDA, **person: Any) -> Actor:
    """A new advisor of the ward; of all wards with None."""
    number = next(_numbers)
    user = make_person(
        person.pop("email", f"advisor{number}@advice.example"),
        name=person.pop("name", f"相談員{number}"),
        **person,
    )
    RoleAssignment.objects.create(user=user, role=Role.ADVISOR, ward_id=ward, valid_from=SINCE)
    return as_advisor(user, ward)


def as_advisor(user: Any, ward: int | None = SUMIDA) -> Actor:
    """A person who holds the role already, acting as an advisor."""
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.ADVISOR}), ward_id=ward)


def make_plan(owner: Actor | None = None, call: Call | None = None, **draft: Any) -> Application:
    """A complete draft that lacks the evaluation alone."""
    call = call or make_call()
    owner = owner or make.firm_actor(make.make_firm(ward=call.ward_id))
    return make.make_draft(owner, call, **draft)


def owner_of(application: Application) -> Actor:
    """The person who began the application, as the firm."""
    user = application.created_by
    return Actor(
        user.pk, user.name, Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=application.firm_id
    )


def share(application: Application, advisor: Actor, owner: Actor | None = None) -> PlanShare:
    """The firm shares its plan."""
    owner = owner or owner_of(application)
    with acting(owner):
        return services.plan_share(
            actor=owner,
            application_id=application.pk,
            advisor_id=advisor.user_id or 0,
            consent=True,
            text="同意します。",
        )


def entry(grade: str = "b", **changes: Any) -> Entry:
    """A complete evaluation."""
    values: dict[str, Any] = {
        "grades": dict.fromkeys(CODES, grade),
        "texts": dict.fromkeys(CODES, "現場の数字で確かめた。"),
        "grade": grade,
        "summary": "無理のない計画である。効果の測り方も決まっている。",
        "conditions": "保守の費用を契約の前に確かめる。" if grade in "cd" else "",
        "is_independent": True,
    }
    return Entry(**{**values, **changes})


def evaluate(row: PlanShare, advisor: Actor, grade: str = "b") -> PlanEvaluation:
    """The advisor writes the whole evaluation and hands it over."""
    with acting(advisor):
        services.evaluation_save(actor=advisor, share_id=row.pk, entry=entry(grade))
    with acting(advisor):
        return services.evaluation_submit(actor=advisor, share_id=row.pk)
