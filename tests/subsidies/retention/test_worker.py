"""A disposal by a real worker that is killed in the middle: every case goes once, none is lost."""

import pytest

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from subsidies.models import Application
from subsidies.retention import services, states, tasks
from subsidies.retention.models import Disposal, KeptCase
from subsidies.retention.services import carrying
from tests.factories import retention as kept
from tests.factories import subsidies as make
from tests.support.racing import elsewhere, until, until_held

pytestmark = pytest.mark.slow

CASES, BEFORE = 6, 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(400)
def test_a_worker_killed_in_the_middle_costs_time_only(start_celery_worker, monkeypatch):
    monkeypatch.setattr(carrying, "LOST_AFTER", make.dt.timedelta(0))
    with acting(make.SYSTEM):
        call, firm = make.make_call(), make.make_firm()
        person = make.official_actor().user_id
    for _ in range(CASES):
        kept.make_row(call=call, firm=firm, creator_id=person)
    with acting(make.SYSTEM):
        KeptCase.objects.update(ends_on=kept.last_march())
        official = make.official_actor()
        approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    disposal = kept.propose(official)
    worker = start_celery_worker(CELERY_VISIBILITY_TIMEOUT="3")
    with acting(make.SYSTEM):
        held = disposal.items.select_related("kept").all()[BEFORE].kept.application_id
        # The worker stops before this case, in the middle of its transaction.
        Application.objects.select_for_update().get(pk=held)
        elsewhere(services.disposal_approve, actor=approver, disposal_id=disposal.pk)
        until_held(lambda: disposal.items.filter(outcome="done").count() >= BEFORE)
        worker.kill9()
    start_celery_worker(CELERY_VISIBILITY_TIMEOUT="3")
    until(lambda: Disposal.objects.get(pk=disposal.pk).status == states.DONE, tasks.sweep)
    with acting(make.SYSTEM):
        assert disposal.items.filter(outcome="done").count() == CASES
        assert KeptCase.objects.filter(disposed_at__isnull=False).count() == CASES
        assert Application.objects.filter(firm_name="（廃棄済み）").count() == CASES
        assert AuditRow.objects.filter(action="retention.disposed").count() == CASES
        assert AuditRow.objects.filter(action="retention.disposal.finish").count() == 1


@pytest.mark.django_db
def test_two_workers_at_once_and_a_second_message_change_nothing():
    kept.make_ended()
    disposal = kept.approve(kept.propose())
    for _ in range(2):
        services.work(disposal_id=disposal.pk, today=clock.today())
    with acting(make.SYSTEM):
        assert AuditRow.objects.filter(action="retention.disposed").count() == 1
        assert services.lost(now=clock.now()) == []
