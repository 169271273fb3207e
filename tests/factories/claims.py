"""Claims, made through the services."""

import datetime as dt
from itertools import count
from typing import Any

from advisors.claims import months, services
from advisors.claims.models import Claim, PayTerms
from advisors.claims.services import Report
from advisors.models import Engagement, Visit
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from tests.factories import advisors as build
from tests.factories.programs import SUMIDA
from tests.support.people import assign, make_person

_numbers = count(1)
REPORT = Report("日報を3項目に減らした。", "夜勤の入力が抜ける。", "もう1台に広げる。")


def last_month() -> dt.date:
    """The first day of the month that is over."""
    return months.month_of(months.month_of(clock.today()) - dt.timedelta(days=1))


def days_ago_last_month(number: int = 0) -> int:
    """How long ago that many days before the end of last month are."""
    return clock.today().day + number


def accepted_last_month(
    advisor: Actor, case: Engagement, owner: Actor, office: Actor, *, number: int = 0, **given: Any
) -> Visit:
    """A visit of last month that the ward has accepted."""
    row = build.visit(advisor, case, days_ago=days_ago_last_month(number), **given)
    return build.accepted(owner, office, row)


def official(role: Role, ward: int = SUMIDA) -> Actor:
    """A new official of the ward."""
    user = assign(make_person(f"fee{next(_numbers)}@example.jp"), role, ward_id=ward)
    return Actor(user.pk, user.name, Hat.WARD, frozenset({role}), ward_id=ward)


def submitted(advisor: Actor, *, month: dt.date | None = None, revision: int = 0) -> Claim:
    """The claim of last month, handed in."""
    with acting(advisor):
        return services.claim_submit(
            actor=advisor,
            ward_id=advisor.ward_id or SUMIDA,
            month=month or last_month(),
            report=REPORT,
            revision=revision,
        )


def checked(claim: Claim, actor: Actor | None = None) -> Claim:
    """Checked by an official."""
    actor = actor or official(Role.REVIEWER)
    with acting(actor):
        return services.claim_check(actor=actor, claim_id=claim.pk)


def approved(claim: Claim) -> Claim:
    """Checked and approved by two people."""
    checked(claim)
    actor = official(Role.APPROVER)
    with acting(actor):
        return services.claim_approve(actor=actor, claim_id=claim.pk)


def terms(**values: Any) -> PayTerms:
    """Terms of the ward that have held for years."""
    number = next(_numbers)
    drafter, publisher = (make_person(f"terms{number}-{n}@example.jp").pk for n in (1, 2))
    return PayTerms.objects.create(
        ward_id=SUMIDA,
        number=number,
        valid_from=dt.date(2024, 4, 1),
        basis="試験",
        drafted_by_id=drafter,
        published_by_id=publisher,
        published_at=clock.database_now(),
        **{"withholds": True, **values},
    )
