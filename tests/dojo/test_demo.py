"""The demonstration's first Dojos turn somebody away, so that graduates can be compared with them."""

import datetime as dt
import random

from dojo import states
from dojo.demo.past import Past, turned_away
from dojo.models import Cohort, Course, Enrolment, Graduation
from portal.accounts.models import User
from programs.models import Firm

SUMIDA = 13107
APPLIED = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)


def test_only_the_oldest_dojo_is_full_and_nobody_who_graduated_is_turned_away():
    people = [(User(pk=n, name=f"経営者{n}"), Firm(pk=n, name=f"町工場{n}")) for n in range(1, 9)]
    past, cohorts = Past(), {}
    for code, year in (("dojo", 2024), ("dojo", 2025), ("leader", 2024)):
        cohort = Cohort(
            course=Course(code=code), ward_id=SUMIDA, fiscal_year=year, capacity=12, number=1
        )
        cohorts[code, year] = cohort
        past.cohorts.append(cohort)
    for place, key in enumerate((("dojo", 2024), ("dojo", 2024), ("dojo", 2025)), start=1):
        row = Enrolment(
            cohort=cohorts[key], person_id=place, status=states.ENROLLED, applied_at=APPLIED
        )
        past.enrolments.append(row)
        past.graduations.append(Graduation(enrolment=row))
    turned_away(past, random.Random(1), {SUMIDA: people})
    assert [cohort.capacity for cohort in past.cohorts] == [2, 12, 12]
    waiting = [row for row in past.enrolments if row.status == states.WAITING]
    assert len(waiting) == 3
    assert {row.cohort.fiscal_year for row in waiting} == {2024}
    assert not {row.person_id for row in waiting} & {1, 2, 3}
    assert min(row.applied_at for row in waiting) > APPLIED
