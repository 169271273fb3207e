"""A run by a real worker that is killed in the middle: every decision made once, none lost."""

import time

import pytest

from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from subsidies.bulk import services, tasks
from subsidies.bulk.models import BulkRun
from subsidies.bulk.services import running
from subsidies.models import Application, BudgetEntry, Decision
from subsidies.selectors.queue import QueueFilters
from tests.factories import subsidies as make
from tests.support.racing import elsewhere, until, until_held

pytestmark = pytest.mark.slow

CASES, BEFORE = 6, 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(400)
def test_a_worker_killed_in_the_middle_costs_time_only(start_celery_worker, monkeypatch):
    monkeypatch.setattr(running, "LOST_AFTER", make.dt.timedelta(0))
    with acting(make.SYSTEM):
        call, reviewer = make.make_call(), make.official_actor()
        approver = make.official_actor(make.SUMIDA, Role.APPROVER)
        for _ in range(CASES):
            make.make_proposed(call=call, reviewer=reviewer)
    with acting(approver):
        run = services.run_prepare(
            actor=approver, kind="approve", filters=QueueFilters(), today=make.clock.today()
        )
    worker = start_celery_worker(CELERY_VISIBILITY_TIMEOUT="3")
    with acting(make.SYSTEM):
        held = run.items.all()[BEFORE].application_id
        # The worker stops before this case, in the middle of its transaction.
        Application.objects.select_for_update().get(pk=held)
        elsewhere(services.run_start, actor=approver, public_id=run.public_id)
        until_held(lambda: run.items.filter(outcome="done").count() >= BEFORE)
        worker.kill9()
    start_celery_worker(CELERY_VISIBILITY_TIMEOUT="3")
    until(lambda: BulkRun.objects.get(pk=run.pk).phase == BulkRun.Phase.DONE, tasks.sweep)
    time.sleep(4)  # longer than the broker's patience with what it may still hold
    with acting(make.SYSTEM):
        assert run.items.filter(outcome="done").count() == CASES
        numbers = Decision.objects.values_list("document_no", flat=True)
        assert len({number for number in numbers if number}) == CASES
        assert BudgetEntry.objects.filter(kind="grant").count() == CASES
        call.refresh_from_db()
        assert call.decided_yen == CASES * 499_000
        assert AuditRow.objects.filter(action="bulk.finished").count() == 1
