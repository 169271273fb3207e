"""Each night: what has ended is entered with its last day, and kept in step with what follows.

Level-triggered: a case that was revoked after its end, or whose money came back late, is worked out
anew; one that was disposed of never changes again.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import batched

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.models import AuditRow
from subsidies import grant_states, states
from subsidies.contents import rules_of
from subsidies.grants.models import Payment, Recovery, RecoveryPayment, Ruling
from subsidies.grants.money_states import OWED
from subsidies.models import Application
from subsidies.obligations.models import Obligation
from subsidies.obligations.rules.plan import RETENTION
from subsidies.retention.models import KeptCase
from subsidies.retention.rules.retention import RULE, Ending, Facts, kept_until

CHUNK = 500
_GRANT_ENDED = (
    grant_states.CLOSED,
    grant_states.WITHDRAWN,
    grant_states.CANCELLED,
    grant_states.REVOKED,
)
_WRITTEN = ("ending", "ended_on", "retention_class", "years", "rule", "ends_on")


def kept_enter(*, actor: Actor) -> int:
    """Enter or bring in line every case that has ended; returns how many changed. As the system."""
    changed = 0
    for chunk in batched(_ended().iterator(chunk_size=CHUNK), CHUNK):
        with transaction.atomic():
            changed += _enter(actor, chunk)
    return changed


def _ended() -> QuerySet[Application]:
    """Ended cases that are not entered, or whose grant has moved or was paid back since."""
    over = Q(status__in=[states.REFUSED, states.WITHDRAWN]) | Q(grant__status__in=_GRANT_ENDED)
    owed = Recovery.objects.filter(status=OWED).values("grant_id")
    moved = Q(grant__isnull=False) & ~Q(kept__ending=F("grant__status"))
    paid_back = Exists(
        RecoveryPayment.objects.filter(
            recovery__grant=OuterRef("grant"), recorded_at__gt=OuterRef("kept__entered_at")
        )
    )
    return (
        Application.objects.filter(over)
        .exclude(grant__in=owed)
        .filter(Q(kept=None) | Q(kept__disposed_at=None) & (moved | paid_back))
        .select_related("version", "grant", "decision")
        .order_by("pk")
    )


def _enter(actor: Actor, cases: Sequence[Application]) -> int:
    """Write the chunk; returns how many rows are new or other than before."""
    new, other = [], []
    rows = {row.application_id: row for row in KeptCase.objects.filter(application__in=cases)}
    for row in _worked_out(cases):
        known = rows.get(row.application_id)
        if known is None:
            new.append(row)
        elif any(getattr(known, name) != getattr(row, name) for name in _WRITTEN):
            row.pk = known.pk
            other.append(row)
    KeptCase.objects.bulk_create(new, ignore_conflicts=True)
    KeptCase.objects.bulk_update(other, _WRITTEN)
    for row in [*new, *other]:
        audit.record(
            actor=actor,
            action="retention.entered",
            obj=row.application,
            detail={
                "ending": row.ending,
                "ended_on": row.ended_on,
                "class": row.retention_class,
                "ends_on": row.ends_on,
                "rule": row.rule,
            },
        )
    return len(new) + len(other)


def _worked_out(cases: Sequence[Application]) -> Iterator[KeptCase]:
    grants = [case.grant.pk for case in cases if hasattr(case, "grant")]
    moved = _moved(cases)
    money, ruled, returned, planned = (
        _days(Payment.objects.filter(grant__in=grants), "grant_id", "paid_on"),
        _days(Ruling.objects.filter(grant__in=grants), "grant_id", "ruled_on"),
        _days(
            RecoveryPayment.objects.filter(recovery__grant__in=grants),
            "recovery__grant_id",
            "paid_on",
        ),
        _days(Obligation.objects.filter(grant__in=grants, kind=RETENTION), "grant_id", "due_on"),
    )
    for case in cases:
        grant = getattr(case, "grant", None)
        rules = rules_of(case.version)
        if grant is None:
            ending, written = Ending(case.status), _of_application(case)
        else:
            known = [money.get(grant.pk), ruled.get(grant.pk), grant.completed_on]
            ending = Ending(grant.status)
            written = max([grant.decided_on, *(day for day in known if day)])
        facts = Facts(
            ended_on=moved.get(case.pk, written),
            years=rules.retention_years,
            returned_on=returned.get(grant.pk) if grant else None,
            planned_until=planned.get(grant.pk) if grant else None,
        )
        yield KeptCase(
            application=case,
            ward_id=case.ward_id,
            ending=ending,
            ended_on=facts.ended_on,
            retention_class=rules.retention_class,
            years=facts.years,
            rule=RULE,
            ends_on=kept_until(facts),
        )


def _of_application(case: Application) -> dt.date:
    """The decision's day; of a withdrawal the day of its last change."""
    decision = getattr(case, "decision", None)
    if case.status == states.REFUSED and decision is not None and decision.decided_on:
        return decision.decided_on
    return clock.to_date(case.updated_at)


def _moved(cases: Sequence[Application]) -> dict[int, dt.date]:
    """By application: the day of the move that ended it, as the audit trail has it."""
    found: dict[int, dt.date] = {}
    for label, status_of in (
        ("subsidies.application", {str(c.pk): (c.pk, c.status) for c in cases}),
        (
            "subsidies.grant",
            {str(c.grant.pk): (c.pk, c.grant.status) for c in cases if hasattr(c, "grant")},
        ),
    ):
        rows = AuditRow.objects.filter(object_type=label, object_id__in=list(status_of))
        for object_id, state, at in rows.values_list("object_id", "to_state").annotate(Max("at")):
            pk, status = status_of[object_id]
            if state == status:
                found[pk] = clock.to_date(at)
    return found


def _days(rows: QuerySet, key: str, day: str) -> dict[int, dt.date]:
    found = rows.order_by().exclude(**{day: None}).values_list(key).annotate(Max(day))
    return dict(found)
