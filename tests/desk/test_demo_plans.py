"""The demonstration on any day: the same seed, the same plan, and always calls to apply to."""

import datetime as dt
import random

import pytest

from portal.accounts.demo import OTA, SUMIDA
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.demo import load_demo_firms
from subsidies import states
from subsidies.demo import calls as demo_calls
from subsidies.demo import forms, people
from subsidies.demo.planning import Planner
from subsidies.demo.stories import BY_STAGE
from subsidies.models import Call
from subsidies.rules import amount, expenses, form
from subsidies.rules.scheme import SchemeRules

SYSTEM = Actor.system("test")
DAYS = [
    dt.date(2026, 11, 21),
    dt.date(2026, 11, 28),
    dt.date(2027, 4, 2),
    dt.date(2028, 2, 29),
    dt.date(2030, 12, 31),
]
pytestmark = pytest.mark.django_db


def at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=clock.TOKYO)


@pytest.mark.parametrize("today", DAYS)
def test_there_are_calls_of_every_kind_on_any_day(today):
    calls = demo_calls.prepare(SYSTEM, today)
    year = clock.fiscal_year(today)
    for ward in (SUMIDA, OTA):
        for stage in (1, 2):
            call = calls[year, ward, stage][-1]
            assert call.opens_at <= at(today, 0)
            assert at(today, 23) < call.closes_at
        assert calls[year, ward, 3][-1].opens_at > at(today, 23)
    closing = calls[year, demo_calls.TAITO, 1][-1].closes_at
    assert clock.to_date(closing) == today
    for back in (1, 2):
        assert len(calls[year - back, SUMIDA, 1]) == 1


@pytest.mark.parametrize("today", DAYS)
def test_the_plan_lies_in_the_past(today):
    [plan] = _plans(today, 5)
    for call_id, _firm, submitted_at, ending, decided_at in plan:
        call = Call.objects.get(pk=call_id)
        assert call.opens_at < submitted_at < call.closes_at
        assert submitted_at < at(today, 0)
        assert (decided_at is None) == (ending in states.OPEN)
        assert decided_at is None or submitted_at < decided_at < at(today, 0)
    once = [(call_id, firm) for call_id, firm, *_rest in plan]
    assert len(once) == len(set(once))


def test_the_plan_is_the_same_each_time():
    one, again, other = _plans(DAYS[0], 5, 5, 6)
    assert one == again != other


def _plans(today: dt.date, *seeds: int) -> list[list[tuple]]:
    firms = load_demo_firms(count=300)
    cast = people.assemble(random.Random(1), firms)
    calls = demo_calls.prepare(SYSTEM, today)
    return [
        [
            (case.call.pk, case.applicant.firm.pk, case.submitted_at, case.ending, case.decided_at)
            for case in Planner(random.Random(seed), today, cast, calls, 0.3).everything()
        ]
        for seed in seeds
    ]


def test_every_story_is_a_complete_application_of_every_scheme():
    today = dt.date(2026, 11, 21)
    rng = random.Random(3)
    for (_year, _ward, stage), calls in demo_calls.prepare(SYSTEM, today).items():
        rules = SchemeRules.parse(calls[0].version.rules)
        for story in BY_STAGE[stage]:
            lines = forms.lines(rng, rules, story)
            content = form.Content(
                answers=forms.answers(
                    rules, story, call=calls[0], person="試験 花子", phone="03-1", day=today
                ),
                eligibility=forms.eligibility(rules),
                expenses=lines,
                met=frozenset({"evaluation"}),
                documents={document.code: 1 for document in rules.documents},
                facts={
                    "firm.employees": 12,
                    "firm.capital_yen": 10_000_000,
                    "firm.has_site_in_ward": True,
                },
            )
            assert form.missing(rules, content) == ()
            items = expenses.read_lines(rules, lines).items
            assert amount.calculate(rules, items).subsidy_yen >= 1_000
