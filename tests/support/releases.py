"""Releases for the tests: quickly made, approved by another person, public at once."""

import datetime as dt
from typing import Any

from kpi.models import Fact
from kpi.releases.models import Release
from kpi.releases.services import Wanted, release_approve, release_make
from kpi.services import fact_record
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from tests.support.people import make_person

SUMIDA = 13107
# The end of the fiscal year 2025.
MARCH = dt.date(2026, 3, 31)


def actor_of(user: Any, hat: Hat, role: str, *, ward_id: int | None = None) -> Actor:
    """The person in that capacity."""
    return Actor(user.pk, user.name, hat, frozenset({role}), ward_id=ward_id)


def policy(email: str = "policy-one@example.jp") -> Actor:
    """Somebody of the policy staff, the same one for the same address."""
    known = User.objects.filter(email=email).first()
    return actor_of(known or make_person(email), Hat.POLICY, Role.POLICY)


def fact(
    firm: Any,
    key: object,
    *,
    ward: int = SUMIDA,
    day: dt.date = dt.date(2025, 10, 5),
    kind: str = "grant.decided",
    stage: int = 1,
    recorded_at: dt.datetime | None = None,
) -> Fact:
    """A fact of the fiscal year 2025; one that was recorded in the past is written as it is."""
    values: dict[str, Any] = {
        "event_type": kind,
        "event_key": str(key),
        "ward_id": ward,
        "firm_id": firm.pk,
        "stage": stage,
        "occurred_on": day,
    }
    if recorded_at is not None:
        source = {"source_table": "test", "source_pk": str(key), "source_rev": kind}
        return Fact.objects.create(**values, **source, recorded_at=recorded_at)
    written = fact_record(**values, source=("test", str(key), kind))
    assert written is not None
    return written


def approved(row: Release, *, hours: int = 0) -> Release:
    """Approved by another person, public so many hours from now; at once without."""
    later = clock.database_now() + dt.timedelta(hours=hours) if hours else None
    release_approve(actor=policy("approves@example.jp"), release_id=row.pk, public_from=later)
    return Release.objects.get(pk=row.pk)


def final(actor: Actor, *, public: bool = True, hours: int = 0) -> Release:
    """確報 of the fiscal year 2025."""
    row = release_make(actor=actor, wanted=Wanted("final", MARCH))
    return approved(row, hours=hours) if public else row


def revised(row: Release, actor: Actor, *, reason: str = "cancelled") -> Release:
    """Its 改訂, public at once."""
    wanted = Wanted("revised", row.as_of, revises_id=row.pk, reason=reason, note="交付決定の取消")
    return approved(release_make(actor=actor, wanted=wanted))
