"""What firms had received or applied for when they submitted: for trials on earlier applications.

The same facts as `subsidies.facts.firm_history`, but as of the moment of each submission, which the
budget's ledger tells. Only what the actor may see counts: an official's trial knows the own ward.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from portal.kernel import clock
from portal.kernel.actor import Actor
from subsidies import policies, states
from subsidies.models import Application, BudgetEntry
from subsidies.rules.history import History, Past, State

# Kinds of ledger entries: 決定, 確定, and 取下げ or 廃止, after which a grant stands against nothing.
_DECIDED, _SETTLED, _RELEASED = "grant", "final", "release"
Moments = Mapping[str, dt.datetime]


def histories(actor: Actor, applications: Iterable[Application]) -> dict[int, History]:
    """Application → what its firm had when it was submitted; three queries for any number.

    Each application needs its call and its version's scheme.
    """
    judged = list(applications)
    others = _others(actor, {item.firm_id for item in judged})
    moments = _moments([row["pk"] for rows in others.values() for row in rows])
    found = {}
    for item in judged:
        at = item.submitted_at
        assert at is not None
        pasts = [
            _past(row, moments.get(row["pk"], {}), at)
            for row in others[item.firm_id]
            if row["pk"] != item.pk and row["submitted_at"] < at
        ]
        found[item.pk] = History(
            ward=item.ward_id,
            scheme=item.version.scheme.code,
            fiscal_year=item.call.fiscal_year,
            today=clock.to_date(at),
            past=tuple(past for past in pasts if past),
        )
    return found


def _others(actor: Actor, firms: set[int]) -> dict[int, list[dict[str, Any]]]:
    """Firm → its submitted applications. When one was withdrawn is not known here: it never counts."""
    rows = (
        policies.visible_applications(actor)
        .filter(firm_id__in=firms, submitted_at__isnull=False)
        .exclude(status=states.WITHDRAWN)
        .values(
            "pk",
            "firm_id",
            "ward_id",
            "version__scheme__code",
            "scheme_name",
            "call__fiscal_year",
            "submitted_at",
            "status",
            "decision__approved_at",
            "grant__decided_on",
        )
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["firm_id"]].append(row)
    return found


def _moments(applications: list[int]) -> dict[int, dict[str, dt.datetime]]:
    """Application → kind of ledger entry → when it was first made."""
    found: dict[int, dict[str, dt.datetime]] = defaultdict(dict)
    entries = BudgetEntry.objects.filter(
        application_id__in=applications, kind__in=(_DECIDED, _SETTLED, _RELEASED)
    ).order_by("recorded_at")
    for application, kind, moment in entries.values_list("application_id", "kind", "recorded_at"):
        found[application].setdefault(kind, moment)
    return found


def _past(row: Mapping[str, Any], moments: Moments, at: dt.datetime) -> Past | None:
    """The other application as it stood then; None where it had come to nothing."""

    def by_then(moment: dt.datetime | None) -> bool:
        return moment is not None and moment < at

    if row["status"] == states.REFUSED and by_then(row["decision__approved_at"]):
        return None
    if by_then(moments.get(_RELEASED)):
        return None
    state: State = "applied"
    if by_then(moments.get(_DECIDED)):
        state = "settled" if by_then(moments.get(_SETTLED)) else "granted"
    return Past(
        ward=row["ward_id"],
        scheme=row["version__scheme__code"],
        name=row["scheme_name"],
        fiscal_year=row["call__fiscal_year"],
        state=state,
        decided_on=row["grant__decided_on"] if state != "applied" else None,
    )
