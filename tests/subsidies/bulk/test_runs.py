"""Runs over many applications: what is left out and why, what the worker does, what it may not."""

import datetime as dt
import io
import zipfile

import pikepdf
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import ProgrammingError, transaction

from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing
from portal.notices.models import Notice
from subsidies import services as acts
from subsidies import states
from subsidies.bulk import services
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.bulk.services import running
from subsidies.models import Application, Decision, DocumentCheck
from subsidies.selectors.queue import QueueFilters
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.factories.programs import MembershipFactory

pytestmark = pytest.mark.usefixtures("staged")


@pytest.fixture
def proposed(stage):
    return stage(make.make_proposed)


ALL = QueueFilters()
ANY = QueueFilters(status="any")
DONE, FAILED, EXCLUDED, WAITING = "done", "failed", "excluded", "waiting"


@pytest.fixture
def approver():
    return make.official_actor(make.SUMIDA, Role.APPROVER)


def prepared(actor, kind="approve", filters=ALL, **instructions):
    with acting(actor):
        return services.run_prepare(
            actor=actor,
            kind=kind,
            filters=filters,
            today=make.clock.today(),
            instructions=instructions,
        )


def worked(actor, run):
    """Start the run and do the worker's part."""
    with acting(actor):
        services.run_start(actor=actor, public_id=run.public_id)
    services.work(run_id=run.pk, today=make.clock.today())
    return BulkRun.objects.get(pk=run.pk)


def outcomes(run):
    return {item.application_id: item.outcome for item in run.items.all()}


def reason(run, application):
    return run.items.get(application=application).reason


def test_a_run_decides_what_it_showed_and_nothing_else(approver):
    call = make.make_call()
    first, second = (make.make_proposed(call=call) for _ in range(2))
    refused = make.make_proposed(call=call, outcome="refuse")
    early = make.make_submitted(call=call)
    run = prepared(approver)
    assert run.phase == BulkRun.Phase.PREPARED
    assert outcomes(run)[early.pk] == EXCLUDED
    assert "決裁待ちではありません（申請受付）" in reason(run, early)
    assert Decision.objects.filter(approved_at__isnull=False).count() == 0
    late = make.make_proposed(call=call)
    run = worked(approver, run)
    assert run.phase == BulkRun.Phase.DONE
    assert outcomes(run) == {
        first.pk: DONE,
        second.pk: DONE,
        refused.pk: DONE,
        early.pk: EXCLUDED,
    }
    numbers = [
        Decision.objects.get(application=item.application).document_no
        for item in run.items.all()[:3]
    ]
    assert len(set(numbers)) == 3
    call.refresh_from_db()
    assert call.decided_yen == 2 * 499_000
    late.refresh_from_db()
    assert late.status == states.AWAITING_APPROVAL
    finished = AuditRow.objects.get(action="bulk.finished")
    assert finished.detail == {"done": 3, "failed": 0}
    assert finished.actor_id == approver.user_id
    assert Notice.objects.filter(recipient_id=approver.user_id, url__contains="bulk").count() == 1


def test_each_exclusion_has_its_reason(approver):
    both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
    call = make.make_call(budget_yen=1_100_000)
    own = make.make_proposed(call=call, reviewer=both)
    kin = make.make_proposed(call=call)
    MembershipFactory(firm=kin.firm, user_id=both.user_id)
    other = make.make_proposed(call=make.make_call())
    DocumentCheck.objects.filter(application=other, item="documents.quotes").update(
        verdict="not_ok", note="古い"
    )
    poor = make.make_proposed(call=make.make_call(budget_yen=400_000))
    run = prepared(both)
    assert set(outcomes(run).values()) == {EXCLUDED}
    assert "あなたが起案した" in reason(run, own)
    assert "あなたが属する企業" in reason(run, kin)
    assert "書類点検が済んでいません" in reason(run, other)
    assert "残り400,000円" in reason(run, poor)
    with acting(both), pytest.raises(Refused, match="処理できる申請がありません"):
        services.run_start(actor=both, public_id=run.public_id)


def test_money_is_given_in_the_order_of_arrival(approver):
    call = make.make_call(budget_yen=1_000_000)
    found = [make.make_proposed(call=call) for _ in range(3)]
    run = worked(approver, prepared(approver))
    assert list(outcomes(run).values()) == [DONE, DONE, EXCLUDED]
    assert run.items.get(outcome=EXCLUDED).application == found[2]
    call.refresh_from_db()
    assert call.committed_yen == 998_000


def test_what_changed_since_is_not_decided_and_says_why(approver):
    call = make.make_call()
    reviewer = make.official_actor()
    gone, anew, kept = (make.make_proposed(call=call, reviewer=reviewer) for _ in range(3))
    run = prepared(approver)
    with acting(approver):
        acts.decision_approve(actor=approver, application_id=gone.pk)
        acts.proposal_return(actor=approver, application_id=anew.pk, reason="額を見直す。")
    with acting(reviewer):
        acts.decision_propose(
            actor=reviewer,
            application_id=anew.pk,
            outcome="grant",
            amount_yen=100_000,
            reason="見直した。",
        )
    run = worked(approver, run)
    assert outcomes(run) == {gone.pk: FAILED, anew.pk: FAILED, kept.pk: DONE}
    assert "起案の内容が変わっています" in reason(run, anew)
    anew.refresh_from_db()
    assert anew.status == states.AWAITING_APPROVAL
    assert AuditRow.objects.filter(action="bulk.item_refused").count() == 2


def test_two_runs_over_the_same_set_decide_each_once(approver):
    other = make.official_actor(make.SUMIDA, Role.APPROVER)
    application = make.make_proposed()
    first, second = prepared(approver), prepared(other)
    assert outcomes(worked(approver, first)) == {application.pk: DONE}
    assert outcomes(worked(other, second)) == {application.pk: FAILED}
    assert AuditRow.objects.filter(action="subsidies.application.grant").count() <= 1
    assert Decision.objects.get(application=application).approved_by_id == approver.user_id


def test_only_who_prepared_and_read_it_starts_it(proposed, approver):
    run = prepared(approver)
    other = make.official_actor(make.SUMIDA, Role.APPROVER)
    with acting(other), pytest.raises(RoleMissing):
        services.run_start(actor=other, public_id=run.public_id)
    foreign = make.official_actor(13101, Role.APPROVER)
    with acting(foreign), pytest.raises(BulkRun.DoesNotExist):
        services.run_start(actor=foreign, public_id=run.public_id)
    reviewer = make.official_actor()
    with pytest.raises(RoleMissing):
        prepared(reviewer)


def test_starting_twice_is_starting_once(proposed, approver):
    run = prepared(approver)
    with acting(approver):
        services.run_start(actor=approver, public_id=run.public_id)
        services.run_start(actor=approver, public_id=run.public_id)
    assert AuditRow.objects.filter(action="bulk.started").count() == 1


def test_a_cancelled_run_does_nothing_more(proposed, approver):
    application = proposed
    run = prepared(approver)
    with acting(approver):
        services.run_start(actor=approver, public_id=run.public_id)
        services.run_cancel(actor=approver, public_id=run.public_id)
        with pytest.raises(Refused, match="すでに終わっています"):
            services.run_cancel(actor=approver, public_id=run.public_id)
    services.work(run_id=run.pk, today=make.clock.today())
    assert outcomes(run) == {application.pk: WAITING}
    application.refresh_from_db()
    assert application.status == states.AWAITING_APPROVAL


def test_a_role_that_ends_ends_the_run(proposed, approver):
    application = proposed
    run = prepared(approver)
    with acting(approver):
        services.run_start(actor=approver, public_id=run.public_id)
    Assignment.objects.filter(user_id=approver.user_id).update(
        valid_to=make.clock.today() - make.dt.timedelta(days=1)
    )
    services.work(run_id=run.pk, today=make.clock.today())
    run.refresh_from_db()
    assert run.phase == BulkRun.Phase.CANCELLED
    assert "役割が終わっている" in run.problem
    assert outcomes(run) == {application.pk: WAITING}


@pytest.mark.parametrize(
    ("filters", "words"),
    [(ALL, "この条件に合う申請はありません"), (QueueFilters(query="無い会社"), "条件を変えて")],
)
def test_a_filter_that_finds_nothing_is_refused(approver, filters, words):
    with pytest.raises(Refused, match=words):
        prepared(approver, filters=filters)


def test_more_than_fit_are_refused_with_the_limit(approver, monkeypatch):
    monkeypatch.setattr("subsidies.bulk.services.preparing.MOST", 1)
    call = make.make_call()
    make.make_proposed(call=call)
    make.make_proposed(call=call)
    with pytest.raises(Refused, match="1件までです"):
        prepared(approver)


def test_letters_are_printed_together_and_packed_as_they_are(approver):
    call = make.make_call()
    found = [make.make_grant(call=call, approver=approver).application for _ in range(2)]
    open_one = make.make_submitted(call=call)
    reviewer = make.official_actor()
    run = worked(reviewer, prepared(reviewer, "print", ANY))
    assert outcomes(run) == {found[0].pk: DONE, found[1].pk: DONE, open_one.pk: EXCLUDED}
    with acting(reviewer):
        _stored, printed = services.open_file(
            actor=reviewer, public_id=run.public_id, which="print"
        )
        _stored, packed = services.open_file(actor=reviewer, public_id=run.public_id, which="zip")
    with zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
        letters = [Decision.objects.get(application=one).letter for one in found]
        assert [name[5:] for name in names] == [letter.original_name for letter in letters]
        pages = 0
        for name, letter in zip(names, letters, strict=True):
            content = archive.read(name)
            assert len(content) == letter.size
            pages += -(-len(pikepdf.open(io.BytesIO(content)).pages) // 2) * 2
    with pikepdf.open(io.BytesIO(printed.read())) as merged:
        assert len(merged.pages) == pages  # each letter begins on a new sheet


def test_runs_are_the_ward_s_own(proposed, approver):
    application = proposed
    run = prepared(approver)
    foreign, firm = make.official_actor(13101), make.firm_actor(application.firm)
    with acting(foreign):
        assert not BulkRun.objects.exists()
        assert not BulkItem.objects.exists()
    with acting(firm), pytest.raises(ProgrammingError), transaction.atomic():
        BulkRun.objects.exists()
    with acting(make.auditor_actor()):
        assert BulkItem.objects.get().run_id == run.pk
    assert Application.objects.filter(pk=application.pk).exists()


def test_the_database_keeps_a_run_what_was_read_and_in_whose_name_it_is(proposed, approver):
    application = proposed
    run = prepared(approver)
    later = make.make_proposed()
    BulkRun.objects.update(created_at=make.clock.now() - dt.timedelta(minutes=1))
    added = {"run": run, "application": later, "position": 2}
    other = make.official_actor(make.SUMIDA, Role.APPROVER)

    def refused(actor, write):
        with acting(actor), pytest.raises(ProgrammingError), transaction.atomic():
            write()

    refused(approver, lambda: BulkItem.objects.create(**added))
    refused(other, lambda: BulkItem.objects.create(**added, outcome="done"))
    refused(other, lambda: run.items.update(outcome="failed", reason="理由"))
    refused(approver, lambda: run.items.update(application=later))
    refused(approver, lambda: run.items.update(seen=""))
    mine = BulkRun.objects.filter(pk=run.pk)
    for changed in ({"kind": "pay"}, {"instructions": {"a": 1}}, {"created_by_id": other.user_id}):
        refused(approver, lambda changed=changed: mine.update(**changed))
    refused(other, lambda: mine.update(started_at=make.clock.now()))
    assert outcomes(worked(approver, run)) == {application.pk: DONE}
    second = prepared(approver)
    with acting(other):
        services.run_cancel(actor=other, public_id=second.public_id)


def test_one_bad_case_stops_no_other(approver, monkeypatch):
    call = make.make_call()
    bad, good = make.make_proposed(call=call), make.make_proposed(call=call)
    act = running._act

    def stumble(actor, run, item):
        act(actor, run, item)
        if item.application_id == bad.pk:
            raise ValueError("a fault of ours")

    monkeypatch.setattr(running, "_act", stumble)
    run = worked(approver, prepared(approver))
    assert outcomes(run) == {bad.pk: FAILED, good.pk: DONE}
    assert "1件ずつ処理してください" in reason(run, bad)
    bad.refresh_from_db()
    assert bad.status == states.AWAITING_APPROVAL


def test_a_worker_out_of_time_leaves_the_rest_for_the_next(proposed, approver, monkeypatch):
    application = proposed
    run = prepared(approver)
    with monkeypatch.context() as patched:
        patched.setattr(running, "_act", out_of_time)
        with pytest.raises(SoftTimeLimitExceeded):
            worked(approver, run)
    assert outcomes(run) == {application.pk: WAITING}
    later = make.clock.now() + make.dt.timedelta(minutes=2)
    assert services.lost(now=later) == [run.pk]
    services.work(run_id=run.pk, today=make.clock.today())
    assert outcomes(run) == {application.pk: DONE}
    assert services.lost(now=later) == []


def out_of_time(*_):
    raise SoftTimeLimitExceeded
