"""Tests of the demonstration's grants of earlier years; collected by test_load_demo.py, which loads
the demonstration once for all of them."""

import datetime as dt
from collections import Counter
from fractions import Fraction

import pytest
from django.db.models import F, Sum
from django.urls import reverse

from kpi.effect.selectors.sources import lines
from portal.accounts.demo import BY_KEY, OTA, SUMIDA
from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.models import AuditRow
from portal.letters.models import Letter
from subsidies import grant_states, states
from subsidies.committee.selectors import averages
from subsidies.demo.calls import RANKED, RANKED_BACK
from subsidies.grants import money_states
from subsidies.grants import states as grants
from subsidies.grants.kinds.completion import COMPLETION
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT, inspected_amount
from subsidies.grants.models import (
    Filing,
    FilingVersion,
    Inspection,
    Payment,
    ProgressRequest,
    Recovery,
    Ruling,
    SiteVisit,
)
from subsidies.models import BudgetEntry, Call, Decision, Grant
from subsidies.obligations.models import Asset, Obligation
from subsidies.obligations.services import obligations_sync
from subsidies.retention.models import DisposalItem, KeptCase
from subsidies.rules import snapshot
from subsidies.selection.models import Selection
from tests.support.people import client_of

SYSTEM = Actor.system("test")


def years_ago(number: int):
    """The grants of the calls of that many fiscal years ago."""
    year = clock.fiscal_year(clock.today()) - number
    return Grant.objects.filter(call__fiscal_year=year)


@pytest.mark.parametrize(
    ("model", "table"),
    [
        (Grant, grant_states.GRANT),
        (Filing, grants.FILING),
        (Ruling, grants.RULING),
        (ProgressRequest, grants.REQUEST),
        (SiteVisit, grants.VISIT),
        (Recovery, money_states.RECOVERY),
    ],
)
def test_every_state_of_the_procedures_after_the_decision_occurs(demo, model, table):
    found = set(model.objects.values_list("status", flat=True))
    assert found == {state.code for state in table.states}


def test_the_grants_of_the_years_before_have_gone_on(demo):
    before, last = (
        Counter(years_ago(number).values_list("status", flat=True)) for number in (2, 1)
    )
    assert before[grant_states.PAID] > before.total() * 0.8
    assert {grant_states.CANCELLED, grant_states.CLOSED, grant_states.REVOKED} <= set(before)
    assert last[grant_states.PAID] > last.total() * 0.7
    assert {grant_states.REPORTED, grant_states.IN_PROGRESS, grant_states.CANCELLED} <= set(last)
    running = last[grant_states.IN_PROGRESS] + before[grant_states.IN_PROGRESS]
    assert running < (last.total() + before.total()) * 0.12
    assert years_ago(2).filter(final_yen__lt=F("decided_yen")).exists()
    assert Inspection.objects.exclude(cuts={}).exists()
    assert Filing.objects.filter(kind="change", grant__in=years_ago(1)).exists()
    owed = Obligation.objects.filter(kind="effect_report", grant__in=years_ago(2), number=1)
    assert {"open", "done"} <= set(owed.values_list("status", flat=True))
    assert Asset.objects.filter(grant__in=years_ago(2)).exists()


def test_the_columns_of_every_call_and_grant_are_the_sums_of_their_entries(demo):
    sums = {
        (call, column): yen
        for call, column, yen in BudgetEntry.objects.values_list("call", "column").annotate(
            Sum("amount_yen")
        )
    }
    for call in Call.objects.all():
        columns = {
            column: sums.get((call.pk, column), 0) for column in ("decided", "final", "paid")
        }
        assert columns == {
            "decided": call.decided_yen,
            "final": call.final_yen,
            "paid": call.paid_yen,
        }
        assert call.committed_yen == sum(columns.values()) <= call.budget_yen
        assert min(columns.values()) >= 0
    granted = Decision.objects.filter(application__status=states.GRANTED)
    first = BudgetEntry.objects.filter(kind="grant").aggregate(yen=Sum("amount_yen"))["yen"]
    assert first == granted.aggregate(yen=Sum("amount_yen"))["yen"]
    paid = Payment.objects.values_list("grant").annotate(Sum("yen"))
    assert dict(paid) == dict(Grant.objects.exclude(paid_yen=0).values_list("pk", "paid_yen"))


def test_what_was_filed_and_ruled_in_the_past_is_what_the_rules_give(demo):
    reports = FilingVersion.objects.filter(
        filing__kind=COMPLETION, filing__grant__in=years_ago(2) | years_ago(1)
    ).select_related("filing__grant__application__version", "inspection")
    settled = 0
    for version in reports:
        assert snapshot.digest(version.payload) == version.sha256
        grant, record = version.filing.grant, version.payload["record"]
        days = [link["on"] for line in record["lines"] for link in line["links"]]
        assert None not in days
        tones = {link["tone"] for line in record["lines"] for link in line["links"]}
        assert tones <= {"ok", "explained"}, record["lines"]
        ruling = grant.rulings.filter(kind=FINAL_AMOUNT, status=grants.RULED).first()
        if ruling is None:
            continue
        settled += 1
        found = inspected_amount(grant, version, version.inspection.cuts)
        assert found.final_yen == ruling.amount_yen == ruling.terms["amount_yen"]
        assert ruling.terms["filing_sha256"] == version.sha256
        assert version.inspection.inspected_by_id != ruling.approved_by_id != ruling.prepared_by_id
        assert version.submitted_at < ruling.prepared_at < ruling.approved_at
        assert ruling.letter_id
    assert settled > 40
    # What was paid today went through the services.
    paid = Payment.objects.filter(grant__in=years_ago(2) | years_ago(1), paid_on__lt=clock.today())
    for payment in paid.select_related("grant"):
        year = clock.fiscal_year(payment.grant.project_ends_on)
        assert payment.paid_on <= dt.date(year + 1, 5, 31)
        assert payment.letter_id


def test_letters_are_numbered_in_the_order_of_their_days(demo):
    rows = Letter.objects.filter(document_no__contains="第").order_by("ward_id", "made_at", "pk")
    last: dict[tuple[int, int], tuple[int, object]] = {}
    for letter in rows.filter(issued_on__lt=clock.today()):
        place = letter.ward_id, clock.fiscal_year(letter.issued_on)
        number = int(letter.document_no.rpartition("第")[2].removesuffix("号"))
        assert number > last.get(place, (0, None))[0], letter
        last[place] = number, letter


def test_the_obligations_of_the_past_are_those_the_plan_gives(demo):
    before = AuditRow.objects.count()
    told = AuditRow.objects.filter(action="subsidies.grant_history_loaded")
    keys = [int(key) for key in told.values_list("object_id", flat=True)]
    assert len(keys) > 40
    for key in keys:
        assert obligations_sync(actor=SYSTEM, grant_id=key, on=clock.today()) == []
    assert AuditRow.objects.count() == before


def test_obligations_of_every_kind_are_owed_overdue_and_handed_over(demo):
    assert set(Obligation.objects.values_list("kind", flat=True)) == set(Obligation.Kind.values)
    today = clock.today()
    waiting = Obligation.objects.filter(status="open")
    assert waiting.filter(due_on__lt=today).exists()
    assert waiting.filter(due_on__range=(today, today + dt.timedelta(days=60))).exists()
    second = User.objects.get(email=BY_KEY["reviewer2"].email)
    assert waiting.filter(due_on__lt=today, ward_id=SUMIDA, owner=second).exists()
    assert AuditRow.objects.filter(action="obligations.handed_over").exists()
    reported = Filing.objects.filter(kind="effect_report", status="accepted")
    assert set(reported.values_list("content__report_number", flat=True)) == {1, 2, 3}
    taxes = Filing.objects.filter(kind="tax_credit").order_by("content__result")
    assert set(taxes.values_list("content__result", flat=True)) == {"exempt", "return"}
    running = Asset.objects.filter(status="in_use", restricted_until__gt=today)
    assert running.filter(life_confirmed=True).exists()
    assert Filing.objects.filter(kind="asset_disposal", status="submitted").exists()


def test_old_cases_are_disposed_of_proposed_held_and_kept(demo):
    gone = KeptCase.objects.get(disposed_at__isnull=False)
    assert gone.application.firm_name == "（廃棄済み）"
    assert gone.application.documents.get().stored_file.erased_at is not None
    outcomes = set(DisposalItem.objects.values_list("disposal__status", "outcome"))
    assert outcomes == {("done", "done"), ("proposed", "waiting"), ("proposed", "excluded")}
    assert KeptCase.objects.filter(ends_on__gte=clock.today()).exists()
    due = KeptCase.objects.filter(ends_on__lt=clock.today(), disposed_at=None)
    assert {row.ward_id for row in due} == {SUMIDA, OTA}


@pytest.mark.parametrize(
    "status", [grant_states.PAID, grant_states.CLOSED, grant_states.CANCELLED, grant_states.REVOKED]
)
def test_every_page_of_a_past_grant_opens(demo, status):
    rows = Grant.objects.filter(status=status, call__fiscal_year__lt=clock.today().year)
    told = AuditRow.objects.filter(action="subsidies.grant_history_loaded").values("object_id")
    grant = next(row for row in rows.order_by("pk") if told.filter(object_id=str(row.pk)).exists())
    firm = client_of(grant.firm.memberships.get(role="firm_owner", valid_to=None).user_id)
    official = client_of(grant.application.assignee_id)
    for filing in grant.filings.all():
        kind = {COMPLETION: "completion", "claim": "claim"}.get(filing.kind, "filing")
        assert firm.get(reverse(f"grants:{kind}", args=[filing.public_id])).status_code == 200
        kind = {COMPLETION: "inspection", "claim": "staff_claim"}.get(filing.kind, "staff_filing")
        assert official.get(reverse(f"grants:{kind}", args=[filing.public_id])).status_code == 200
    for ruling in grant.rulings.all():
        assert official.get(reverse("grants:ruling", args=[ruling.pk])).status_code == 200
    number = grant.receipt_no
    assert firm.get(reverse("grants:grant", args=[grant.application.public_id])).status_code == 200
    assert official.get(reverse("grants:staff_grant", args=[number])).status_code == 200


def test_committees_ranked_rounds_whose_line_divides_the_applicants(demo):
    year = clock.fiscal_year(clock.today()) - RANKED_BACK
    runs = Selection.objects.filter(status="approved", call__fiscal_year=year)
    assert set(runs.values_list("ward_id", flat=True)) == set(RANKED)
    for run in runs.select_related("call"):
        assert snapshot.digest(run.result) == run.sha256
        scored = averages(run.call)
        for line in run.result["lines"]:
            assert Fraction(line["average"]) == scored[line["application_id"]].total
        refused = Decision.objects.filter(application__call=run.call, outcome="refuse")
        assert (
            not run.choices.filter(application__in=refused.values("application"))
            .exclude(status="not_selected")
            .exists()
        )
    sides = Counter(line.distance >= 0 for line in lines())
    assert min(sides[True], sides[False]) >= len(RANKED)
