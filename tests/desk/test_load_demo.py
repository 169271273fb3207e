"""The demonstration's data: loaded once, complete, and true to the rules of the real thing."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.test import override_settings

from kpi.models import Fact, Target
from kpi.releases.models import Release
from kpi.releases.selectors.figures import columns_of
from kpi.services import cells_rebuild
from portal.accounts.demo import OTA, SUMIDA
from portal.kernel import audit_chain, clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow, Counter, FailedDelivery, OutboxEvent
from portal.kernel.transitions import TABLES, GuardFailed
from portal.letters.models import Letter
from portal.notices.models import Notice
from programs.models import FirmMembership
from subsidies import services, states
from subsidies.contents import rules_of
from subsidies.demo import stories
from subsidies.figures import unconfirmed
from subsidies.models import (
    Application,
    ApplicationVersion,
    Call,
    Correction,
    Decision,
    Message,
)
from subsidies.rules import quotes, snapshot
from subsidies.selection.models import Minutes, Selection
from subsidies.selection.services.kept import XLSX_TYPE
from subsidies.selectors import queue_counts
from subsidies.watch import demo as watch_demo
from subsidies.watch.models import Finding

# Told apart, loaded together.
from tests.desk.at_work import (  # noqa: F401
    test_a_full_hour_of_the_day_at_which_the_lab_is_open,
    test_consultations_stand_on_record_for_cases_and_for_firms_that_only_asked,
    test_mails_came_back_and_a_deletion_waits,
    test_nobody_is_in_the_lab_before_it_opens_whenever_the_data_are_loaded,
    test_the_advisor_finds_plans_in_every_state,
    test_the_committee_member_of_the_one_click_role_has_something_to_score,
    test_the_owner_finds_each_kind_of_thing_to_do,
    test_two_wards_have_mail_texts_and_some_do_without,
)
from tests.desk.audited import (  # noqa: F401
    test_auditors_have_samples_in_every_state_and_really_find_something,
    test_the_amounts_of_the_demonstration_are_those_of_the_rules,
)
from tests.desk.demo_people import official
from tests.desk.past_grants import (  # noqa: F401
    test_committees_ranked_rounds_whose_line_divides_the_applicants,
    test_every_page_of_a_past_grant_opens,
    test_every_state_of_the_procedures_after_the_decision_occurs,
    test_letters_are_numbered_in_the_order_of_their_days,
    test_obligations_of_every_kind_are_owed_overdue_and_handed_over,
    test_old_cases_are_disposed_of_proposed_held_and_kept,
    test_the_columns_of_every_call_and_grant_are_the_sums_of_their_entries,
    test_the_grants_of_the_years_before_have_gone_on,
    test_the_obligations_of_the_past_are_those_the_plan_gives,
    test_what_was_filed_and_ruled_in_the_past_is_what_the_rules_give,
)
from tests.desk.people_first import (  # noqa: F401
    test_courses_run_in_every_ward_and_year_in_every_state,
    test_fees_are_claimed_once_and_the_advisor_has_a_month_to_write,
    test_graduates_are_followed_up_and_the_share_that_invested_is_plausible,
    test_hundreds_of_firms_know_where_they_stand_and_some_let_others_see,
    test_introduced_tools_go_well_and_fail_in_each_way,
    test_measure_3_is_counted_from_the_records_of_the_labs,
    test_wards_have_asked_their_firms_in_three_waves,
    test_worksheets_of_every_kind_and_state_are_there_and_the_advisor_reads_some,
)
from tests.support.kept import check_foreign_keys, undone

SYSTEM = Actor.system("test")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A fifth of the demonstration's applications, loaded once for all tests; rolled back after."""
    with django_db_blocker.unblock(), undone():
        output = StringIO()
        with override_settings(DEMO_MODE=True):
            call_command("load_demo", scale=0.2, stdout=output)
        check_foreign_keys()
        with acting(SYSTEM):
            yield output.getvalue()


def test_it_tells_what_it_does(demo):
    assert "企業 600社" in demo
    assert "秒で読み込みました" in demo


def test_a_second_run_does_nothing(demo):
    before = AuditRow.objects.count()
    output = StringIO()
    with override_settings(DEMO_MODE=True):
        call_command("load_demo", stdout=output)
    assert "何もしません" in output.getvalue()
    assert AuditRow.objects.count() == before


@pytest.mark.django_db
def test_it_refuses_outside_the_demonstration():
    with override_settings(DEMO_MODE=False), pytest.raises(CommandError, match="DEMO_MODE"):
        call_command("load_demo")
    assert not Application.objects.exists()


def test_every_state_occurs_and_every_transition_was_taken(demo):
    found = set(Application.objects.values_list("status", flat=True))
    assert found == {state.code for state in states.APPLICATION.states}
    taken = set(
        AuditRow.objects.filter(action__startswith="subsidies.application.").values_list(
            "action", "from_state"
        )
    )
    expected = {
        (f"subsidies.application.{move.name}", source)
        for move in states.APPLICATION.transitions
        for source in move.sources
    }
    # The first tick on the check list starts the check, so it never ends from 申請受付.
    assert expected - taken <= {("subsidies.application.finish_check", states.SUBMITTED)}


def with_status(label: str) -> list[Any]:
    """The room's tables that follow a transition table."""
    models = apps.get_app_config(label).get_models()
    return [model for model in models if "status" in {field.name for field in model._meta.fields}]


@pytest.mark.parametrize(
    "room",
    [
        *("committee", "selection", "obligations", "advisors", "adoption", "claims"),
        *("booking", "events", "cases"),
    ],
)
def test_every_state_of_every_table_of_the_rooms_is_there(demo, room):
    tables = {name: table for name, table in TABLES.items() if name.startswith(f"{room}.")}
    models = with_status(room)
    assert len(models) == len(tables) > 0
    expected = {frozenset(state.code for state in table.states) for table in tables.values()}
    assert {
        frozenset(model.objects.values_list("status", flat=True)) for model in models
    } == expected


def test_a_selection_was_decided_with_a_tie_a_waiting_list_and_minutes(demo):
    year = clock.fiscal_year(clock.today())
    run = Selection.objects.get(status="approved", call__fiscal_year=year)
    lines = run.result["lines"]
    points = [line["points"] for line in lines if line["rank"]]
    assert len(set(points)) < len(points)
    assert Minutes.objects.filter(call=run.call).exists()
    assert run.choices.filter(quotes_checked_at__isnull=False).exists()
    assert run.choices.filter(quotes_checked_at=None, status="selected").exists()
    granted = Decision.objects.get(application__call=run.call, application__status=states.GRANTED)
    assert granted.application.choice.status == "selected"
    refused = Decision.objects.get(application__call=run.call, outcome="refuse")
    assert refused.reason == refused.application.choice.reason


def test_every_decision_was_made_by_two_people_and_has_a_letter(demo):
    decided = Application.objects.filter(status__in=states.DECIDED).select_related("decision")
    assert len(decided) > 50
    for application in decided:
        decision = application.decision
        assert decision.approved_by_id not in (None, decision.prepared_by_id)
        assert decision.letter_id
        assert (decision.outcome == "grant") == (application.status == states.GRANTED)
        assert clock.to_date(application.submitted_at) <= decision.decided_on


def test_receipt_numbers_have_no_gaps_and_the_counters_stand_at_the_last(demo):
    series: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    rows = Application.objects.exclude(receipt_no=None).select_related("call", "version__scheme")
    for row in rows.order_by("submitted_at", "pk"):
        place = (row.ward_id, row.version.scheme.code, row.call.fiscal_year)
        series[place].append(int(row.receipt_no.rpartition("-")[2]))
    for (ward, scheme, year), numbers in series.items():
        assert numbers == list(range(1, len(numbers) + 1))
        counter = Counter.objects.get(
            series="receipt", ward_id=ward, scheme=scheme, fiscal_year=year
        )
        assert counter.last == len(numbers)


def test_document_numbers_have_no_gaps(demo):
    # 審査結果一覧 has one number, as PDF and as workbook.
    found = Letter.objects.filter(document_no__contains="第").exclude(kind="selection_results_xlsx")
    found = found.values_list("ward_id", "issued_on", "document_no")
    series: dict[tuple[int, int], list[int]] = defaultdict(list)
    for ward, day, document_no in found:
        number = document_no.rpartition("第")[2].removesuffix("号")
        series[ward, clock.fiscal_year(day)].append(int(number))
    for (ward, year), numbers in series.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        counter = Counter.objects.get(series="letter", ward_id=ward, scheme="", fiscal_year=year)
        assert counter.last == len(numbers)


def not_disposed():
    """What was disposed of keeps its digest alone."""
    return Q(application__kept__disposed_at=None)


def test_every_version_is_what_its_digest_says(demo):
    versions = ApplicationVersion.objects.select_related("application").filter(not_disposed())
    assert versions.filter(number=2).exists()
    for version in versions:
        assert snapshot.digest(version.payload) == version.sha256
        assert version.submitted_at < version.deadline


def test_the_queue_shows_what_the_last_version_says(demo):
    rows = Application.objects.exclude(status=states.DRAFT).filter(kept__disposed_at=None)
    for row in rows.prefetch_related("versions"):
        last = max(row.versions.all(), key=lambda version: version.number)
        assert row.requested_yen == last.payload["calculation"]["subsidy_yen"] > 0
        assert row.title == last.payload["answers"]["title"]
        assert row.firm_name == last.payload["firm"]["name"]
        assert row.expenses.count() == len(last.payload["expenses"])


def test_every_file_has_its_bytes(demo):
    stored = list(StoredFile.objects.filter(erased_at=None))
    assert {row.content_type for row in stored} == {
        "application/pdf",
        "application/zip",
        "image/jpeg",
        XLSX_TYPE,
    }
    for row in stored:
        assert row.state == StoredFile.State.CLEAN
        assert storage.private().size(row.storage_key) == row.size


def test_the_audit_chain_is_whole(demo):
    report = audit_chain.verify()
    assert report.rows > 500
    assert report.problems == []


def test_every_event_was_handled_and_no_mail_waits(demo):
    assert OutboxEvent.objects.exists()
    assert not OutboxEvent.objects.filter(relayed_at=None).exists()
    assert not FailedDelivery.objects.exists()
    handled = OutboxEvent.objects.annotate(done=Count("handled"))
    for event in handled:
        assert event.done == len(outbox.handlers_of(event.name))
    assert not Notice.objects.filter(mailed_at=None).exists()
    assert Notice.objects.filter(read_at=None).exists()
    assert Notice.objects.exclude(read_at=None).exists()


def test_cells_are_what_the_facts_say(demo):
    assert cells_rebuild() == []
    submitted = Application.objects.exclude(submitted_at=None)
    assert Fact.objects.filter(event_type="grant.submitted").count() == submitted.count()
    decided = Application.objects.filter(status=states.GRANTED)
    facts = Fact.objects.filter(event_type="grant.decided", reverses=None)
    assert facts.count() == decided.count()


def test_figures_are_released_month_by_month_and_a_revised_one_waits_for_its_hour(demo):
    rows = list(Release.objects.select_related("revises"))
    assert all(row.status == "approved" for row in rows)
    kinds = Tally(row.kind for row in rows)
    assert kinds["revised"] == 2
    assert kinds["preliminary"] >= 24
    now = clock.now()
    [waiting] = [row for row in rows if row.public_from > now]
    [public] = [row for row in rows if row.kind == "revised" and row != waiting]
    assert public.revises.kind == "final"
    was, is_now = (
        {column.key: sum(value or 0 for value in column.numerators) for column in columns_of(row)}
        for row in (public.revises, public)
    )
    fallen = {key[0] for key in was if is_now[key] < was[key]}
    assert fallen
    assert all(code.startswith("2-") for code in fallen)
    assert all(row.made_by_id != row.approved_by_id for row in rows)


def test_targets_add_up_to_those_of_the_policy(demo):
    sums = set(Target.objects.values_list("indicator", "fiscal_year").annotate(Sum("value")))
    year = clock.fiscal_year(clock.today())
    for each in range(year - 2, year + 1):
        assert {("2-KSI", each, 300), ("2-OP1", each, 150), ("2-OP2", each, 50)} <= sums
        assert ("2-OP3", each, 10) in sums


@pytest.mark.parametrize("key", ["reviewer", "reviewer-ota"])
def test_the_reviewers_have_something_in_every_tab(demo, key):
    actor = official(key)
    with acting(actor):
        counts = queue_counts(actor, clock.today())
    assert all(counts.values()), counts


def test_the_approver_may_decide_one_but_the_budget_of_ota_is_used_up(demo):
    proposed = Application.objects.filter(status=states.AWAITING_APPROVAL)
    approver = official("approver")
    waiting = proposed.filter(ward_id=SUMIDA, decision__outcome="grant").order_by("due_on").first()
    with undone(), acting(approver):
        assert services.decision_approve(actor=approver, application_id=waiting.pk).document_no
    ota = official("approver-ota")
    waiting = proposed.filter(ward_id=OTA, stage=1).exclude(decision__prepared_by=ota.user_id)
    with acting(ota), pytest.raises(services.BudgetExceeded):
        services.decision_approve(actor=ota, application_id=waiting.first().pk)


def test_the_approver_of_ota_has_prepared_one_that_somebody_else_must_decide(demo):
    ota = official("approver-ota")
    own = Application.objects.get(
        status=states.AWAITING_APPROVAL, decision__prepared_by_id=ota.user_id
    )
    with acting(ota), pytest.raises(GuardFailed, match="起案した人"):
        services.decision_approve(actor=ota, application_id=own.pk)


def test_every_answer_is_to_what_was_asked_and_fits_the_state(demo):
    while_checked, while_mended = (
        {talk.question: talk.reply for talk in talks}
        for talks in (stories.TALKS_WHILE_CHECKED, stories.TALKS_WHILE_MENDED)
    )
    answered = 0
    for case in Application.objects.exclude(messages=None).prefetch_related("messages"):
        said = [message.body for message in case.messages.order_by("id")]
        talks = while_mended if case.status == states.CORRECTION else while_checked
        assert said[0] in talks, f"{case.status}: {said[0]}"
        assert said[1:] in ([], [talks[said[0]]])
        answered += len(said) > 1
    assert answered >= 2


def test_edges_are_there(demo):
    today, now = clock.today(), clock.now()
    assert Correction.objects.filter(answered_at=None, due_on__lt=today).exists()
    assert Correction.objects.filter(answered_at=None, due_on__gt=today).exists()
    assert {True, False} <= set(Message.objects.values_list("from_ward", flat=True))
    closing = Call.objects.filter(closes_at__gt=now)
    assert any(clock.to_date(call.closes_at) == today for call in closing)
    assert Call.objects.filter(opens_at__gt=now).exists()
    drafts = Application.objects.filter(status=states.DRAFT).select_related("call")
    assert any(draft.version_id != draft.call.version_id for draft in drafts)
    assert any(not draft.documents.exists() for draft in drafts)


def test_lines_have_one_quote_or_several_and_reasons_where_they_are_asked_for(demo):
    rows = ApplicationVersion.objects.order_by("application_id", "-number")
    lines = [
        line for row in rows.distinct("application_id") for line in quotes.submitted(row.payload)
    ]
    assert {1, 2, 3} <= {len(line.quotes) for line in lines}
    assert any(line.choice_reason for line in lines)
    assert any(line.single_reason for line in lines)


def test_each_kind_of_point_to_check_was_found_and_none_floods(demo):
    kinds = dict(Finding.objects.order_by().values_list("kind").annotate(Count("id")))
    assert set(kinds) == set(Finding.Kind.values)
    assert max(kinds.values()) <= 40, kinds
    assert Finding.objects.filter(other_ward=OTA, ward=SUMIDA, other=None).exists()
    own = {row.evidence["limits"]["number"] for row in Finding.objects.filter(kind="price")}
    assert own >= {1}
    drafts = Application.objects.filter(status=states.DRAFT).select_related("version")
    assert any(unconfirmed(draft, rules_of(draft.version)) for draft in drafts)


def test_a_point_to_check_is_planted_where_every_firm_on_the_portal_has_applied(demo):
    """So it is with all of the demonstration's applications: a price of 墨田区 needs one firm more."""
    planter = watch_demo._Planter(clock.today())
    planter.used = set(FirmMembership.objects.values_list("firm_id", flat=True))
    with transaction.atomic():
        planter.dear_price()
        transaction.set_rollback(True)
    assert planter.submitted == 1
