"""Grants become facts, whichever event comes first; what ended is taken off the year of its decision."""

import datetime as dt

import pytest

from kpi import services
from kpi.models import Cell, Fact, Quotient
from portal.kernel import clock, outbox
from tests.factories.programs import FirmFactory

pytestmark = pytest.mark.django_db

SUMIDA = 13107
APRIL = dt.date(2026, 4, 1)


@pytest.fixture
def firm():
    return FirmFactory().pk


def tell(name, firm, application=7, **payload):
    """The event, handled by the indicators alone."""
    common = {
        "application_id": application,
        "firm_id": firm,
        "stage": 2,
        "decided_on": "2025-03-31",
    }
    event = outbox.publish(
        name=f"subsidies.{name}", subject=application, ward_id=SUMIDA, payload=common | payload
    )
    for handler in outbox.handlers_of(f"subsidies.{name}"):
        if handler.name.startswith("kpi."):
            outbox.handle(event, handler.name)
    services.work_off()


def standing():
    rows = Fact.objects.filter(reverses=None, reversed_by=None)
    return set(rows.values_list("event_type", "part"))


def felt():
    rows = Quotient.objects.filter(indicator="2-OC", ward_id=SUMIDA)
    return [(row.numerator, row.denominator, row.detail["completions"]) for row in rows]


@pytest.mark.parametrize("end", ["grant_withdrawn", "grant_cancelled", "grant_revoked"])
def test_an_ended_grant_is_taken_off_the_year_of_its_decision(firm, end):
    tell("application_decided", firm, outcome="grant")
    cell = Cell.objects.get(indicator="2-OP2", ward_id=SUMIDA)
    assert (cell.month, cell.value) == (dt.date(2025, 3, 1), 1)
    tell(end, firm)
    assert standing() == set()
    cell.refresh_from_db()
    assert cell.value == 0
    # As it was known before.
    earlier = clock.database_now() - dt.timedelta(days=400)
    assert not any(one.numerator for one in services.figures_at(watermark=earlier, as_of=APRIL))


def test_an_end_that_overtakes_the_decision_ends_it_all_the_same(firm):
    tell("grant_revoked", firm)
    tell("application_decided", firm, outcome="grant")
    tell("grant_finalised", firm, effect="felt")
    assert standing() == set()
    assert Fact.objects.filter(event_type="grant.decided", reverses=None).count() == 1
    assert felt() == []


def test_completed_grants_say_what_their_firms_felt_until_they_are_revoked(firm):
    other = FirmFactory().pk
    for application, who, effect in ((7, firm, "felt"), (8, firm, "not_felt"), (9, other, "")):
        tell("application_decided", who, application, outcome="grant")
        kind = "time" if effect else ""
        tell("grant_finalised", who, application, effect=effect, effect_kind=kind)
    # One firm with two grants, one yes; the other has not answered.
    assert felt() == [(1, 1, 2)]
    assert ("grant.effect_answered", "not_felt") in standing()
    assert ("grant.effect_kind", "time") in standing()
    tell("grant_revoked", firm, 7)
    assert felt() == [(0, 1, 2)]
    tell("grant_revoked", firm, 8)
    assert felt() == [(0, 0, 1)]
    tell("grant_revoked", other, 9)
    assert felt() == []
    assert standing() == set()


def test_a_project_that_is_settled_in_spring_counts_in_the_year_in_which_it_ended(firm):
    tell("application_decided", firm, outcome="grant")
    tell("grant_finalised", firm, effect="felt", completed_on="2026-03-31")
    rows = Fact.objects.filter(event_type__in=("grant.completed", "grant.effect_answered"))
    assert set(rows.values_list("occurred_on", flat=True)) == {dt.date(2026, 3, 31)}


def test_a_refusal_is_a_fact_that_no_indicator_counts(firm):
    tell("application_decided", firm, outcome="refuse")
    assert standing() == {("grant.refused", "")}
    assert not Cell.objects.exclude(value=0).exists()
