"""Which obligations a grant brings and by when: examples an official can check, and properties."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies import grant_states
from subsidies.obligations.rules import plan
from subsidies.obligations.rules.plan import Facts, Terms
from subsidies.rules import due

TERMS = Terms(
    claim_days=30,
    follow_up_years=3,
    follow_up_by="06-30",
    tax_included=True,
    retention_years=5,
)
ENDS = dt.date(2027, 3, 12)
REPORT = dt.date(2027, 3, 31)
TODAY = dt.date(2027, 4, 9)


def facts(status, **more):
    given_ = {
        "status": status,
        "project_ends_on": ENDS,
        "report_due_on": REPORT,
        "on": TODAY,
        "terms": TERMS,
        **more,
    }
    return Facts(**given_)


def days(status, **more):
    return {(i.kind, i.number): i.due_on for i in plan.plan(facts(status, **more)) if not i.void}


def test_a_running_project_owes_its_completion_report_alone():
    assert days(grant_states.IN_PROGRESS) == {("completion_report", 1): REPORT}


def test_after_the_final_amount_the_claim_is_due_on_an_open_day():
    found = days(grant_states.FINALISED)
    assert found["claim", 1] == dt.date(2027, 5, 10)  # 30 days end on Sunday, 9 May
    assert due.is_open(found["claim", 1])


def test_after_the_payment_the_years_of_follow_up_begin():
    assert days(grant_states.PAID) == {
        ("completion_report", 1): REPORT,
        ("claim", 1): dt.date(2027, 5, 10),
        ("effect_report", 1): dt.date(2028, 6, 30),
        ("effect_report", 2): dt.date(2029, 6, 30),
        ("effect_report", 3): dt.date(2030, 6, 30),
        ("tax_credit", 1): dt.date(2028, 6, 30),
        ("retention", 1): dt.date(2036, 3, 31),
    }


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("04-01", dt.date(2028, 4, 1)),
        ("06-30", dt.date(2028, 6, 30)),
        ("12-31", dt.date(2028, 12, 31)),
        ("01-31", dt.date(2029, 1, 31)),
        ("02-29", dt.date(2029, 2, 28)),
        ("03-31", dt.date(2029, 3, 31)),
    ],
)
def test_the_first_effects_are_those_of_the_first_whole_fiscal_year(by, expected):
    assert plan.effect_due(ENDS, 1, by=by) == expected


def test_who_counts_without_consumption_tax_owes_no_tax_report():
    without = Terms(30, 3, "06-30", tax_included=False, retention_years=5)
    assert ("tax_credit", 1) not in days(grant_states.PAID, terms=without)


def test_a_restriction_that_outlasts_the_reports_keeps_the_papers_longer():
    until = dt.date(2037, 2, 10)
    found = days(grant_states.CLOSED, restricted=((7, until, True),))
    assert found["restriction_end", 7] == until
    assert found["retention", 1] == dt.date(2042, 3, 31)


def test_an_ended_grant_owes_only_its_papers():
    for status in (grant_states.WITHDRAWN, grant_states.CANCELLED, grant_states.REVOKED):
        assert days(status) == {("retention", 1): dt.date(2032, 3, 31)}


STATUSES = st.sampled_from([state.code for state in grant_states.GRANT.states])


@given(
    status=STATUSES,
    ends=st.dates(dt.date(2020, 1, 1), dt.date(2060, 12, 31)),
    years=st.integers(0, 10),
    kept=st.integers(1, 30),
    month=st.integers(1, 12),
    day=st.integers(1, 31),
    reported=st.frozensets(st.integers(1, 10)),
)
def test_every_plan_holds_together(status, ends, years, kept, month, day, reported):
    terms = Terms(30, years, f"{month:02}-{day:02}", True, kept)
    found = plan.plan(facts(status, project_ends_on=ends, terms=terms, reported=reported, on=ends))
    assert len({(item.kind, item.number) for item in found}) == len(found)
    effects = [item.due_on for item in found if item.kind == plan.EFFECT_REPORT]
    assert effects == sorted(effects)
    assert all(later.year == earlier.year + 1 for earlier, later in itertools.pairwise(effects))
    assert all(when > ends for when in effects)
    assert all(item.void == (item.kind in plan.CLOSING) for item in found if _ended(status))
    assert not any(item.void for item in found if not _ended(status))
    for item in found:
        if item.kind == plan.RETENTION:
            others = [x.due_on for x in found if not x.void and x.kind == plan.EFFECT_REPORT]
            assert item.due_on > max([ends, *others])


def _ended(status):
    return status in (grant_states.WITHDRAWN, grant_states.CANCELLED, grant_states.REVOKED)
