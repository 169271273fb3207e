"""Courses, surveys and supports: measure 1."""

import datetime as dt

from django.db.models import QuerySet

from kpi.handlers.common import ward_of
from kpi.models import Fact
from kpi.services import fact_record, fact_reverse
from portal.kernel import clock
from portal.kernel.models import OutboxEvent
from portal.kernel.outbox import handles

# Course → type of fact. 1-OP1 and 1-OP2 count people, by the day of the decision.
COMPLETED = {"dojo": "dojo.completed", "leader": "leader.completed"}
# The course whose surveys tell of 1-OC.
SURVEYED = "dojo"
ACCOMPANIED = "advisor.visit_accepted"


@handles("dojo.graduated", name="kpi.graduated")
def graduated(event: OutboxEvent) -> None:
    """A person counts once, however many firms and cohorts there are."""
    data = event.payload
    fact_record(
        event_type=COMPLETED[data["course"]],
        event_key=str(data["person_id"]),
        ward_id=ward_of(event),
        firm_id=data["firm_id"],
        person_id=data["person_id"],
        stage=0,
        occurred_on=dt.date.fromisoformat(data["on"]),
        source=("dojo_graduation", str(data["graduation_id"]), "confirmed"),
    )


@handles("dojo.graduation_revoked", name="kpi.graduation_revoked")
def graduation_revoked(event: OutboxEvent) -> None:
    """What was revoked is taken off the year of its decision."""
    fact = Fact.objects.filter(
        source_table="dojo_graduation",
        source_pk=str(event.payload["graduation_id"]),
        source_rev="confirmed",
        reverses=None,
        reversed_by=None,
    ).first()
    if fact is not None:
        fact_reverse(fact_id=fact.pk, source_rev="revoked")


@handles("followup.answered", name="kpi.survey_answered")
def survey_answered(event: OutboxEvent) -> None:
    """A firm has answered a survey: 1-OC shows the share among those as well. It is the Dojo's: what leaders
    answer does not count, and events from before leaders were asked name no course.
    """
    data = event.payload
    if data.get("course", SURVEYED) != SURVEYED:
        return
    fact_record(
        event_type="survey.answered",
        event_key=str(data["firm_id"]),
        ward_id=ward_of(event),
        firm_id=data["firm_id"],
        stage=0,
        occurred_on=dt.date.fromisoformat(data["on"]),
        source=("followup_survey", str(data["survey_id"]), "answered"),
    )


@handles("followup.investment_accepted", name="kpi.investment_reported")
def investment_reported(event: OutboxEvent) -> None:
    """1-OC counts an investment on the day it was made, once its evidence was accepted."""
    data = event.payload
    fact_record(
        event_type="investment.reported",
        event_key=str(data["investment_id"]),
        ward_id=ward_of(event),
        firm_id=data["firm_id"],
        stage=0,
        occurred_on=dt.date.fromisoformat(data["on"]),
        quantity=data["amount_yen"],
        source=("followup_investment", str(data["investment_id"]), f"accepted:{data['revision']}"),
    )


@handles("followup.investment_undone", name="kpi.investment_undone")
def investment_undone(event: OutboxEvent) -> None:
    """The acceptance was taken back. An event that comes before the other's handler is tried again."""
    data = event.payload
    rows = Fact.objects.filter(
        source_table="followup_investment",
        source_pk=str(data["investment_id"]),
        source_rev=f"accepted:{data['revision']}",
        reverses=None,
    )
    fact = rows.get()
    if not Fact.objects.filter(reverses=fact).exists():
        fact_reverse(fact_id=fact.pk, source_rev=f"undone:{data['revision']}")


@handles("advisors.visit_accepted", name="kpi.advisor_visit")
def advisor_visit(event: OutboxEvent) -> None:
    """1-OP3 counts firms: the first accepted visit of an engagement, once a firm and fiscal year."""
    data = event.payload
    if data["first"]:
        _accompanied(event, dt.date.fromisoformat(data["visited_on"]))


@handles("advisors.visit_taken_back", name="kpi.advisor_visit_taken_back")
def advisor_visit_taken_back(event: OutboxEvent) -> None:
    """What told of that visit is compensated; where another visit stands, that one counts instead."""
    data = event.payload
    day = dt.date.fromisoformat(data["visited_on"])
    fact = _accompaniments(data["firm_id"], day).filter(reversed_by=None).first()
    if fact is None or (fact.occurred_on, fact.ward_id) != (day, event.ward_id):
        return
    fact_reverse(fact_id=fact.pk, source_rev=f"{fact.source_rev}-taken-back")
    if data["next_on"]:
        _accompanied(event, dt.date.fromisoformat(data["next_on"]))


def _accompanied(event: OutboxEvent, day: dt.date) -> None:
    """The fact, unless one stands for that firm and year. Each after a reversal has its own revision."""
    firm_id = event.payload["firm_id"]
    earlier = _accompaniments(firm_id, day)
    if earlier.filter(reversed_by=None).exists():
        return
    count = earlier.count()
    fact_record(
        event_type=ACCOMPANIED,
        event_key=str(firm_id),
        ward_id=ward_of(event),
        firm_id=firm_id,
        stage=0,
        occurred_on=day,
        source=(
            "advisors_visit",
            _firm_year(firm_id, day),
            f"accepted-{count}" if count else "accepted",
        ),
    )


def _accompaniments(firm_id: int, day: dt.date) -> QuerySet[Fact]:
    """Facts of that firm and fiscal year, reversed ones too."""
    return Fact.objects.filter(
        event_type=ACCOMPANIED,
        source_table="advisors_visit",
        source_pk=_firm_year(firm_id, day),
        reverses=None,
    )


def _firm_year(firm_id: int, day: dt.date) -> str:
    return f"{firm_id}:{clock.fiscal_year(day)}"
