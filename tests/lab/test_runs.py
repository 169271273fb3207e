"""Long calculations: ordered once, cancelled, counted anew when something changed, killed in the middle."""

import time

import pytest

from lab.nakama.exchange import services
from lab.nakama.exchange.models import FairEntry, FairMeeting, FairWish, Run
from lab.nakama.exchange.services import jobs, runs, timetables
from lab.nakama.exchange.tasks import sweep
from portal.accounts.models import Assignment
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.factories import exchange as build
from tests.factories import subsidies as make
from tests.support.people import client_of
from tests.support.racing import SYSTEM, elsewhere, until, until_held


def wished(staff):
    """A 商談会 with two buyers and two sellers who all wish to meet."""
    fair = build.add_fair(staff)
    actors = [make.firm_actor(make.make_firm()) for _ in range(4)]
    entries = [build.join(actor, fair, "buyer" if number < 2 else "seller")
               for number, actor in enumerate(actors)]  # fmt: skip
    for actor, entry in zip(actors, entries, strict=True):
        others = [one.pk for one in entries if one.side != entry.side]
        with acting(actor):
            services.wishes_save(actor=actor, fair_id=fair.pk, others=others)
    return fair


def start(staff, fair, kind=Run.Kind.FAIR_PLAN):
    with acting(staff):
        return services.run_start(actor=staff, kind=kind, subject_id=fair.pk)


@pytest.fixture
def staff(db):
    return build.staff_actor()


def test_a_second_click_finds_the_same_and_cancelling_changes_nothing(staff):
    fair = wished(staff)
    run = start(staff, fair)
    assert start(staff, fair) == run
    office, url = client_of(staff), f"/exchange/runs/{run.public_id}/"
    office.post(url, {"cancel": ""})
    services.run_work(run_id=run.pk, today=clock.today())
    run.refresh_from_db()
    fair.refresh_from_db()
    assert (run.phase, run.attempts, fair.status) == ("cancelled", 0, "open")
    assert not FairMeeting.objects.exists()
    assert "もう一度始められます" in office.get(url).content.decode()
    with acting(staff), pytest.raises(services.Refused, match="すでに終わって"):
        services.run_cancel(actor=staff, run_id=run.pk)
    assert start(staff, fair) != run  # and may be ordered anew


def test_cancelled_while_it_is_written_and_changed_while_it_is_solved(staff, monkeypatch):
    fair = wished(staff)
    run = start(staff, fair)
    plan, solved = timetables.PLAN, []

    def cancelling(actor, row, found):
        number = plan.write(actor, row, found)
        Run.objects.filter(pk=run.pk).update(cancelled_at=clock.now())
        return number

    monkeypatch.setitem(runs.JOBS, run.kind, jobs.Job(
        plan.about, plan.lock, plan.read, plan.solve, cancelling, plan.seconds))  # fmt: skip
    services.run_work(run_id=run.pk, today=clock.today())
    fair.refresh_from_db()
    assert fair.status == "open"
    assert not FairMeeting.objects.exists()
    Run.objects.all().update(cancelled_at=clock.now())

    def disturbed(given):
        if not solved:  # a firm thinks again meanwhile
            FairWish.objects.filter(fair=fair).first().delete()
        solved.append(len(given.wishes))
        return plan.solve(given)

    monkeypatch.setitem(runs.JOBS, run.kind, jobs.Job(
        plan.about, plan.lock, plan.read, disturbed, plan.write, plan.seconds))  # fmt: skip
    start(staff, fair)
    ended = build.work()[0]
    assert (ended.phase, ended.found, solved) == ("done", 3, [4, 3])


def test_who_lost_the_role_and_what_cannot_be_counted_is_told(staff):
    fair = wished(staff)
    run = start(staff, fair)
    Assignment.objects.filter(user_id=staff.user_id).update(revoked_at=clock.now())
    services.run_work(run_id=run.pk, today=clock.today())
    run.refresh_from_db()
    assert (run.phase, run.problem[:6]) == ("failed", "始めた人の役")
    Assignment.objects.all().update(revoked_at=None)
    row = build.add_purchase(staff)
    with acting(staff):
        run = services.run_start(actor=staff, kind="purchase_offer", subject_id=row.pk)
    services.run_work(run_id=run.pk, today=clock.today())
    run.refresh_from_db()
    assert "安くなりません" in run.problem
    page = client_of(staff).get(f"/exchange/runs/{run.public_id}/").content.decode()
    assert "何も変わっていません" in page
    assert AuditRow.objects.filter(action="exchange.run_failed").count() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(180)
def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(start_celery_worker, monkeypatch):
    monkeypatch.setattr(runs, "LOST_AFTER", runs.dt.timedelta(0))
    with acting(SYSTEM):
        staff = build.staff_actor()
        fair = wished(staff)
    worker = start_celery_worker(CELERY_VISIBILITY_TIMEOUT="3")
    with acting(SYSTEM):
        # The worker has given the first table and waits for the second.
        last = FairEntry.objects.filter(fair=fair, side="buyer").order_by("entered_at", "pk").last()
        FairEntry.objects.select_for_update().get(pk=last.pk)
        elsewhere(services.run_start, actor=staff, kind="fair_plan", subject_id=fair.pk)
        until_held(lambda: Run.objects.filter(attempts=1).exists())
        worker.kill9()
    with acting(SYSTEM):
        assert not FairMeeting.objects.exists()
        assert not FairEntry.objects.exclude(table=None).exists()
    start_celery_worker(CELERY_VISIBILITY_TIMEOUT="3")
    until(lambda: Run.objects.get().phase == "done", sweep)
    time.sleep(4)  # longer than the broker's patience with what it may still hold
    with acting(SYSTEM):
        run = Run.objects.get()
        assert (run.attempts, run.found) == (2, 4)
        assert FairMeeting.objects.count() == 4
        assert AuditRow.objects.filter(action="exchange.fair.plan").count() == 1
