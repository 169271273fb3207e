"""What no source fixes is a setting of the scheme version: arrival, hearing, revocation, own checks."""

import datetime as dt

import pytest

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from programs.models import Ward
from subsidies.checks import unchecked
from subsidies.contents import rules_for
from subsidies.grants.kinds.ending import withdrawal_ends_on
from subsidies.grants.services.revocation import hearing_ask
from subsidies.letters import decision_letter
from subsidies.models import Call, Grant
from subsidies.obligations.selectors.facts import facts_of
from subsidies.rules import due
from subsidies.services import decision_approve
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.factories.rules import problems

pytestmark = pytest.mark.django_db


def ask(grant, days):
    actor = make.official_actor()
    with acting(actor):
        return hearing_ask(
            actor=actor,
            grant_id=grant.pk,
            grounds=["purpose"],
            facts="別の用途に使っていた。",
            due_on=clock.today() + dt.timedelta(days=days),
        )


def granted(**rules):
    call = make.make_call(rules=make.rules_json("DX1", **rules))
    return make.make_grant(call=call)


def test_days_of_arrival_lengthen_the_time_to_decline_and_the_letter_says_the_same():
    """15 days and 3 for the arrival: 18 days after 1 April 2026 is a Sunday."""
    grant = granted(withdrawal_days=15, arrival_days=3)
    version = grant.application.versions.get()
    decision = grant.application.decision
    grant.decided_on = decision.decided_on = dt.date(2026, 4, 1)
    assert withdrawal_ends_on(grant) == dt.date(2026, 4, 20)
    letter = decision_letter(
        decision, version, rules=rules_for(version), ward=Ward.objects.get(pk=grant.ward_id)
    )
    assert ("取下げの期限", "令和8年4月20日") in letter["rows"]


def test_the_hearing_is_as_long_as_the_version_says():
    grant = granted(hearing_days=14)
    with pytest.raises(Refused):
        ask(grant, 13)
    assert ask(grant, 14).due_on == clock.today() + dt.timedelta(days=14)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_revocation_after_the_final_amount_only_where_the_rules_allow_it(allowed):
    grant = granted(revoke_after_final=allowed)
    with acting(make.SYSTEM):
        Grant.objects.filter(pk=grant.pk).update(status="finalised", final_yen=1)
    if allowed:
        assert ask(grant, 14).pk
    else:
        with pytest.raises(Refused, match="額の確定のあとに"):
            ask(grant, 14)


def test_the_day_of_the_tax_report_is_the_version_s():
    grant = granted(tax_mode="included", tax_credit_by="09-30")
    with acting(make.SYSTEM):
        terms = facts_of(grant, on=clock.today()).terms
    assert (terms.tax_included, terms.tax_credit_by) == (True, "09-30")


def test_the_ward_s_own_checks_are_on_the_list():
    call = make.make_call(rules=make.rules_json("DX1", office_checks=["警察に照会した"]))
    application = make.make_submitted(call=call)
    with acting(make.SYSTEM):
        left = {item.code: item.name for item in unchecked(application)}
    assert left["office.1"] == "警察に照会した"


def test_what_cannot_be_is_named():
    assert set(
        problems(arrival_days=-1, hearing_days=0, tax_credit_by="9月", office_checks="x")
    ) == {
        "arrival_days",
        "hearing_days",
        "tax_credit_by",
        "office_checks",
    }


@pytest.mark.parametrize(
    ("completed", "report"),
    [("2026-12-01", "2026-12-31"), ("2027-02-28", "2027-03-30"), ("2027-03-20", "2027-03-31")],
)
def test_the_report_is_due_by_the_completion_or_the_last_day_whichever_is_earlier(
    completed, report
):
    found = due.report_due(
        dt.date(2027, 3, 10), days=30, completed_on=dt.date.fromisoformat(completed)
    )
    assert found == dt.date.fromisoformat(report)


def test_completing_after_the_last_day_gives_no_more_time():
    """The project's last day is 10 December: whoever completes on the 20th reports by 9 January."""
    ends_on = dt.date(2026, 12, 10)
    late = due.report_due(ends_on, days=30, completed_on=dt.date(2026, 12, 20))
    assert late == due.report_due(ends_on, days=30) == dt.date(2027, 1, 9)


def test_the_grant_ends_on_the_day_that_its_letter_names():
    """The ward moves the call's last day between the proposal and the decision."""
    call = make.make_call()
    application = make.make_proposed(call=call)
    said = application.decision.conditions
    with acting(make.SYSTEM):
        Call.objects.filter(pk=call.pk).update(
            project_ends_on=call.project_ends_on - dt.timedelta(days=20)
        )
    approver = make.official_actor(call.ward_id, Role.APPROVER)
    with acting(approver):
        decision_approve(actor=approver, application_id=application.pk)
    grant = Grant.objects.get(application=application)
    assert grant.project_ends_on.isoformat() == said["project_ends_on"]
    assert grant.report_due_on.isoformat() == said["report_until"]
