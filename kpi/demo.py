"""Targets by ward and the facts of the demonstration's past.

Facts of the past are written directly, because no events tell of it: the same rows as `handlers`
writes, learnt of on the day itself.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from kpi.indicators import INDICATORS
from kpi.models import Fact, Target
from kpi.rules import allocate
from kpi.services import cells_rebuild
from portal.kernel import clock
from programs.models import Firm, Site
from subsidies.models import Application, Decision

BASIS = "支援策②の目標を区内の工場数で按分"
YEARS = 3


def load_targets(*, firms: Iterable[Firm], today: dt.date) -> int:
    """目標値 of the running year and the two before it; returns how many."""
    rows = Site.objects.filter(firm__in=firms, kind=Site.Kind.HEAD, closed_on=None)
    weights = Counter(rows.order_by("ward_id").values_list("ward_id", flat=True))
    last = clock.fiscal_year(today)
    targets = [
        Target(indicator=indicator.code, ward_id=ward, fiscal_year=year, value=value, basis=BASIS)
        for year in range(last - YEARS + 1, last + 1)
        for indicator in INDICATORS
        for ward, value in allocate(indicator.target, weights).items()
    ]
    return len(Target.objects.bulk_create(targets))


def load_facts(past: Iterable[int]) -> int:
    """Facts of these applications (primary keys), and all cells; returns how many facts."""
    applications = list(
        Application.objects.filter(pk__in=list(past)).select_related("decision").order_by("pk")
    )
    facts = [_submitted(application) for application in applications]
    facts += [_decided(item, item.decision) for item in applications if hasattr(item, "decision")]
    Fact.objects.bulk_create(facts)
    cells_rebuild()
    return len(facts)


def _submitted(application: Application) -> Fact:
    assert application.submitted_at is not None
    return _fact(application, "grant.submitted", "submitted", application.submitted_at)


def _decided(application: Application, decision: Decision) -> Fact:
    assert decision.approved_at is not None
    granted = decision.outcome == Decision.Outcome.GRANT
    event = "grant.decided" if granted else "grant.refused"
    return _fact(application, event, "decided", decision.approved_at)


def _fact(application: Application, event_type: str, revision: str, at: dt.datetime) -> Fact:
    return Fact(
        event_type=event_type,
        event_key=str(application.pk),
        ward_id=application.ward_id,
        firm_id=application.firm_id,
        stage=application.stage,
        occurred_on=clock.to_date(at),
        recorded_at=at,
        source_table="subsidies_application",
        source_pk=str(application.pk),
        source_rev=revision,
    )
