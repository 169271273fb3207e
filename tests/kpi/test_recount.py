"""Recounting by the worker equals counting anew, whatever happened; the nightly check tells what did not."""

import datetime as dt
import random
import threading

import pytest
from django.db import connection

from kpi import services
from kpi.models import Cell, Check, Fact, OutcomeCell, Pending, Quotient
from kpi.rules import Figure
from kpi.rules.compute import compute
from kpi.rules.row import Row
from kpi.services import Counted, New
from kpi.services import recount as recounting
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.factories.programs import FirmFactory

SUMIDA, OTA = 13107, 13111
TODAY = dt.date(2026, 11, 30)
OPERATIONS, AT_ONCE = 10_000, 1_000
# What happens, with how many keys there are to come back to.
KINDS = {
    "grant.submitted": 900,
    "grant.decided": 900,
    "grant.completed": 300,
    "grant.effect_answered": 300,
    "dojo.completed": 200,
    "leader.completed": 200,
    "advisor.visit_accepted": 0,
    "investment.reported": 900,
    "survey.answered": 0,
    "lab.visited": 500,
    "event.held": 200,
    "member.published": 0,
    "member.withdrawn": 0,
    "member.acted": 0,
    "match.concluded": 3,
    "match.claimed": 3,
    "collab.contracted": 100,
    "univ.agreement_signed": 100,
}


def invented(rng, number, firms):
    """A fact of any kind on any day of four years: most are told late and of the past."""
    kind = rng.choice(list(KINDS))
    firm = rng.choice(firms)
    key = str(rng.randrange(KINDS[kind])) if KINDS[kind] else str(firm)
    if kind.startswith("match"):
        key = f"{firm}:{rng.choice(firms)}:{key}"
    match = f"{firm}-{rng.randrange(6)}" if kind.startswith("match") else str(number)
    parts = {"grant.effect_answered": ("felt", "not_yet"), "lab.visited": ("outside", "host")}
    return New(
        event_type=kind,
        event_key=key,
        ward_id=rng.choice((SUMIDA, OTA, 13101, 13121)),
        firm_id=firm,
        stage=rng.randint(1, 3) if kind.startswith("grant") else 0,
        part=rng.choice(parts.get(kind, ("case", "fair", "order"))),
        occurred_on=dt.date(2023, 4, 1) + dt.timedelta(days=rng.randrange(1400)),
        source=("test", match, str(number)),
    )


def stored():
    return (
        set(Cell.objects.exclude(value=0).values_list("indicator", "ward_id", "month", "value")),
        {
            (row.ward_id, row.month, row.completed, row.matured, row.invested, str(row.lives))
            for row in OutcomeCell.objects.exclude(completed=0)
        },
        set(
            Quotient.objects.values_list(
                "indicator", "ward_id", "period", "numerator", "denominator"
            )
        ),
    )


def rows():
    return (
        Row(
            number=fact.pk,
            event_type=fact.event_type,
            event_key=fact.event_key,
            ward_id=fact.ward_id,
            occurred_on=fact.occurred_on,
            recorded_at=fact.recorded_at,
            firm=str(fact.firm_id),
            stage=fact.stage,
            part=fact.part,
            source=(fact.source_table, fact.source_pk),
            reverses=fact.reverses_id,
        )
        for fact in Fact.objects.all()
    )


@pytest.mark.django_db
def test_ten_thousand_inserts_reversals_and_backdates_equal_counting_anew(settings):
    settings.PROGRAMME_START_FY = 2024
    rng = random.Random(23)
    firms = [FirmFactory().pk for _ in range(25)]
    standing: list[int] = []
    number = 0
    while number < OPERATIONS:
        gone = [standing.pop(rng.randrange(len(standing))) for _ in range(len(standing) // 40)]
        services.facts_reverse(gone, source_rev="誤り")
        news = [invented(rng, number + n, firms) for n in range(AT_ONCE - len(gone))]
        standing += [fact.pk for fact in services.facts_record(news)]
        number += AT_ONCE
        services.work_off(today=TODAY)
    assert not Pending.objects.exists()
    step_by_step = stored()
    check = services.rebuild(as_of=TODAY)
    assert (check.wrong, check.lines) == (0, [])
    assert stored() == step_by_step
    figures = services.figures_at(watermark=clock.database_now(), as_of=TODAY)
    assert figures == compute(rows(), as_of=TODAY, start=2024)
    # Firms that merge, and a merger that was a mistake.
    one, two, three, *_others = firms
    merged = services.facts_record(
        New("firm.merged", str(into), SUMIDA, TODAY, ("test", str(gone), ""), firm_id=gone)
        for gone, into in ((one, two), (two, three))
    )
    services.work_off(today=TODAY)
    assert services.figures_at(watermark=clock.database_now(), as_of=TODAY) == compute(
        rows(), as_of=TODAY, start=2024
    )
    services.facts_record(invented(rng, number + n, [one, two, three]) for n in range(60))
    services.work_off(today=TODAY)
    assert services.rebuild(as_of=TODAY).lines == []
    assert stored() != step_by_step
    services.facts_reverse([fact.pk for fact in merged], source_rev="誤り")
    services.work_off(today=TODAY)
    assert services.rebuild(as_of=TODAY).lines == []


def totals(figures):
    """Wards add up: what each indicator comes to."""
    found: dict[tuple[str, dt.date], int] = {}
    for figure in figures:
        assert isinstance(figure, Figure)
        place = figure.indicator, figure.period
        found[place] = found.get(place, 0) + int(figure.numerator)
    return found


@pytest.mark.django_db
def test_wards_add_up_to_what_is_counted_without_wards():
    """Everything told of one ward comes to the same totals: no key counts in two."""
    rng = random.Random(5)
    firms = [FirmFactory().pk for _ in range(6)]
    services.facts_record(invented(rng, number, firms) for number in range(400))
    kept = list(rows())
    whole = compute(kept, as_of=TODAY, start=2023)
    ward = [
        Row(**{name: getattr(row, name) for name in Row.__slots__} | {"ward_id": SUMIDA})
        for row in kept
    ]
    assert totals(whole) == totals(compute(ward, as_of=TODAY, start=2023))


def grant(key, *, day=dt.date(2026, 10, 5)):
    return services.fact_record(
        event_type="grant.decided",
        event_key=str(key),
        ward_id=SUMIDA,
        firm_id=None,
        stage=1,
        occurred_on=day,
        source=("test", str(key), "decided"),
    )


@pytest.mark.django_db
def test_the_nightly_check_tells_what_was_wrong_and_mends_it():
    grant(1)
    services.work_off()
    assert services.last_check() is None
    assert services.rebuild().wrong == 0
    Cell.objects.filter(indicator="2-OP1").update(value=7)
    check = services.rebuild()
    assert (check.wrong, check.lines) == (1, ["2-OP1 13107 2026-10: 7 → 1"])
    assert services.last_check() == check
    # A fact that no worker has come to yet is not wrong.
    grant(2)
    assert services.rebuild().wrong == 0
    assert Cell.objects.get(indicator="2-OP1").value == 2
    assert services.work_off() == 0


@pytest.mark.django_db
def test_counting_millions_of_facts_may_take_longer_than_a_page():
    with acting(Actor.system("test")), connection.cursor() as cursor:
        services.rebuild()
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == (recounting.LONGEST,)


@pytest.mark.django_db
def test_a_changed_definition_is_no_mistake_but_is_named():
    grant(1)
    check = services.rebuild()
    Check.objects.create(as_of=TODAY, wrong=0, seconds=0, versions=check.versions | {"2-OP1": 0})
    Cell.objects.filter(indicator="2-OP1").update(value=7)
    check = services.rebuild()
    assert (check.wrong, check.redefined) == (0, ["2-OP1"])
    assert Cell.objects.get(indicator="2-OP1").value == 1


@pytest.mark.django_db
def test_very_many_facts_are_counted_anew_at_once(monkeypatch):
    monkeypatch.setattr(recounting, "MANY", 3)
    for key in range(5):
        grant(key)
    assert services.work_off() == 5
    assert Cell.objects.get(indicator="2-OP1").value == 5


@pytest.mark.django_db
def test_without_any_fact_every_ward_has_0_and_no_share_is_told(settings):
    settings.PROGRAMME_START_FY = 2024
    services.rebuild(as_of=TODAY)
    figures = services.figures_at(watermark=clock.database_now(), as_of=TODAY)
    assert {figure.numerator for figure in figures} == {0}
    assert {figure.denominator for figure in figures} == {None}
    assert {figure.period.year for figure in figures} == {2024, 2025, 2026}
    assert len({figure.ward_id for figure in figures}) == 23


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_a_ratio_at_once_leave_one_whole_answer():
    period, errors = dt.date(2026, 4, 1), []
    ready = threading.Barrier(2)

    def write(value):
        try:
            ready.wait(10)
            for _turn in range(5):
                with acting(Actor.system("test")):
                    services.quotients_write(
                        indicator="1-KSI",
                        periods=[period],
                        rows=[Counted(ward, period, value, 10, 10) for ward in (SUMIDA, OTA)],
                        as_of=TODAY,
                    )
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(value,)) for value in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    with acting(Actor.system("test")):
        values = list(Quotient.objects.values_list("numerator", flat=True))
    assert len(values) == 2
    assert values[0] == values[1]
