"""What is found without anybody looking: dates out of order, overrides, amounts that differ."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.auditing import recount, services
from portal.auditing.models import Difference, Job
from portal.auditing.selectors import money as amounts
from portal.auditing.selectors import overrides, violations
from portal.auditing.selectors.scope import Scope
from portal.kernel import clock
from portal.kernel.database import acting
from subsidies.grants.models import Inspection, Payment
from subsidies.models import Application, Decision, Grant
from tests.factories import auditing as make
from tests.factories import subsidies as cases
from tests.subsidies.grants import money
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor():
    return make.auditor()


def found(**scope):
    return {item.rule for item in violations.found(violations.rows(Scope(**scope)))}


def test_a_case_in_order_has_nothing_and_each_wrong_date_is_found():
    grant = cases.make_grant()
    money.finalised(grant)
    claim = money.claimed(grant)
    assert found() == set()
    long_ago = clock.today() - dt.timedelta(days=90)
    # Nobody can record such a payment in the portal; a row brought along from elsewhere may hold it.
    Payment.objects.create(
        grant=grant,
        ward_id=grant.ward_id,
        firm_id=grant.firm_id,
        filing=claim,
        yen=1,
        paid_on=long_ago,
        recorded_by_id=Decision.objects.get().prepared_by_id,
    )
    told = {"paid_unclaimed", "paid_early", "entered_late"}
    assert found() == told
    changes = [
        (Inspection, {"inspected_on": long_ago}, "inspected_early"),
        (Grant, {"completed_on": dt.date(2099, 1, 1)}, "completed_late"),
        (Application, {"submitted_at": clock.now() + dt.timedelta(days=9)}, "decided_early"),
        # The day of the order is held against the decision: a later decision makes it too early.
        (Grant, {"decided_on": dt.date(2099, 1, 1)}, "ordered_early"),
        (Grant, {"project_ends_on": long_ago}, "spent_late"),
    ]
    for model, values, expected in changes:
        model.objects.update(**values)
        told.add(expected)
        assert found() == told, model
    assert found(application_id=grant.application_id) == told
    assert found(ward_id=13101) == set()
    assert found(year=1999) == set()


def test_overrides_name_who_and_why():
    cases.make_grant(amount_yen=100_000)
    rows = overrides.found(overrides.rows(Scope()))
    assert [(row.kind, row.reason) for row in rows] == [
        ("reduced", "要件を満たし、計画が具体的である。")
    ]
    assert rows[0].person_id == Decision.objects.get().prepared_by_id
    assert overrides.found(overrides.rows(Scope(), without_reason=True)) == []
    grant = cases.make_grant()
    money.finalised(grant, {"p1": {"net_yen": 100_000, "tax_yen": 0, "reason": "対象外"}})
    assert {row.reason for row in overrides.found(overrides.rows(Scope(), "cut"))} == {"対象外"}


def test_amounts_are_worked_out_again_and_a_changed_yen_is_found(auditor):
    grant = money.paid(cases.make_grant())
    lower = cases.make_grant(amount_yen=100_000)

    def wrong():
        case = amounts.of([grant.application_id])[0]
        return {figure.step for figure in recount.figures(case) if figure.is_wrong}

    assert wrong() == set()
    case = amounts.of([lower.application_id])[0]
    told = [figure for figure in recount.figures(case) if not figure.is_same]
    assert [(figure.step, figure.is_told) for figure in told] == [("decision", True)]
    Grant.objects.filter(pk=grant.pk).update(paid_yen=grant.paid_yen - 1_000)
    assert wrong() == {recount.PAID}
    with acting(auditor):
        job = services.recount_order(
            actor=auditor,
            year=grant.call.fiscal_year,
            ward_id=grant.ward_id,
            purpose=make.PURPOSE,
        )
    job = make.made(job)
    assert job.phase == Job.Phase.DONE, job.problem
    assert (job.result["cases"], job.result["told"], job.result["wrong"]) == (2, 1, 1)
    row = Difference.objects.get(is_told=False)
    assert row.stored_yen - row.computed_yen == -1_000
    browser = client_of(auditor)
    page = browser.get(reverse("auditing:recount", args=[job.public_id])).content.decode()
    assert "1件の額が、記録と違います" in page
    answer = browser.get(f"/exports/audit-differences.csv?job={job.public_id}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 3


def test_a_recount_of_nothing_and_a_cancelled_one(auditor):
    with acting(auditor):
        empty = services.recount_order(actor=auditor, year=1999, ward_id=None, purpose="試験")
        stopped = services.recount_order(actor=auditor, year=1999, ward_id=None, purpose="試験")
        services.job_cancel(actor=auditor, public_id=stopped.public_id)
    assert make.made(empty).result["cases"] == 0
    assert make.made(stopped).phase == Job.Phase.CANCELLED


PAGES = ("cases", "violations", "overrides", "samples", "recounts")


def test_lists_ask_the_same_number_of_questions_for_one_and_for_many(auditor):
    """Each list with one case of all, and with many more of them."""
    browser = client_of(auditor)

    def asked():
        counts = {}
        for name in PAGES:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = browser.get(reverse(f"auditing:{name}"))
            assert answer.status_code == 200
            counts[name] = len(queries)
        return counts

    grant = cases.make_grant(amount_yen=100_000)
    Application.objects.update(submitted_at=clock.now() + dt.timedelta(days=9))
    make.sample(auditor, size=1)
    first = asked()
    for _number in range(4):
        cases.make_grant(call=grant.call, amount_yen=100_000)
        make.sample(auditor, size=1)
    Application.objects.update(submitted_at=clock.now() + dt.timedelta(days=9))
    assert asked() == first
    for address in ("violations", "overrides", "cases"):
        text = browser.get(f"/exports/audit-{address}.csv")
        assert len(b"".join(text.streaming_content).decode().splitlines()) == 6, address


def test_what_cannot_be_understood_in_an_address_filters_nothing(auditor):
    cases.make_grant()
    browser = client_of(auditor)
    for query in (
        "ward=x&year=99999999999999999999&stage=9",
        "criterion=nothing&base=x",
        "q=%00%25",
    ):
        for name in PAGES:
            assert browser.get(f"{reverse(f'auditing:{name}')}?{query}").status_code == 200
    for code in ("sample", "differences"):
        answer = browser.get(f"/exports/audit-{code}.csv?{code}=x&job=x&sample=x")
        assert len(b"".join(answer.streaming_content).splitlines()) == 1
