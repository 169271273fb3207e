"""A real worker in the middle of its work: an import that is stopped leaves nothing, an evaluation outlives it."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from kpi.effect import tasks as effect_tasks
from kpi.effect.models import Evaluation, Material
from kpi.effect.services import runs
from kpi.models import Quotient
from kpi.series import tasks as series_tasks
from kpi.series.models import Edition, Intake, Statistic
from kpi.series.services import intakes
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.factories.series import line, statistic, statistics_book
from tests.support.people import assign, make_person
from tests.support.racing import SYSTEM, elsewhere, until, until_held

pytestmark = pytest.mark.slow


@pytest.fixture
def policy(transactional_db) -> Actor:
    with acting(SYSTEM):
        person = assign(make_person("policy@example.jp", name="政策 太郎"), Role.POLICY)
    return Actor(person.pk, person.name, Hat.POLICY, frozenset({Role.POLICY}))


def confirmed(policy: Actor) -> Intake:
    """A correction of a figure that is there, looked at and confirmed."""
    with acting(SYSTEM):
        statistic(2024)
    with acting(policy):
        book = SimpleUploadedFile("a.xlsx", statistics_book([line(value_added=61_000)]))
        intake = intakes.intake_upload(actor=policy, uploaded=book, kind="statistics")
        intakes.intake_read(actor=policy, intake_id=intake.pk)
        return intakes.intake_confirm(actor=policy, intake_id=intake.pk)


@pytest.mark.timeout(300)
def test_stopped_and_killed_in_the_middle(policy, start_celery_worker, monkeypatch):
    monkeypatch.setattr(runs, "LOST_AFTER", dt.timedelta(0))
    intake = confirmed(policy)
    with acting(SYSTEM):
        evaluation = Evaluation.objects.create(question="grant")
    worker = start_celery_worker(CELERY_VISIBILITY_TIMEOUT="3")
    with acting(SYSTEM), transaction.atomic():
        # The worker stops at the row that it would replace, in the middle of its transaction.
        Statistic.objects.select_for_update().get()
        series_tasks.intake_take.apply_async((intake.pk,), actor=policy)
        until_held(lambda: True)
        elsewhere(intakes.intake_cancel, actor=policy, intake_id=intake.pk)
    with acting(SYSTEM), transaction.atomic():
        # Here it stops after the result was computed and before it is kept; then it dies.
        Material.objects.create(evaluation=evaluation, content=b"")
        effect_tasks.run.apply_async((evaluation.pk,))
        until_held(lambda: True)
        worker.kill9()
        transaction.set_rollback(True)
    with acting(SYSTEM):
        assert Intake.objects.get().phase == Intake.Phase.CANCELLED
        assert (Statistic.objects.get().value_added, Edition.objects.count()) == (60_000_000_000, 1)
        assert not Quotient.objects.exists()
        assert not AuditRow.objects.filter(action="series.intake_taken").exists()
        assert Evaluation.objects.get().phase == Evaluation.Phase.WORKING
    start_celery_worker(CELERY_VISIBILITY_TIMEOUT="3")
    until(
        lambda: Evaluation.objects.get().phase == Evaluation.Phase.DONE,
        effect_tasks.sweep,
    )
    with acting(SYSTEM):
        assert Evaluation.objects.get().attempts >= 2
        assert AuditRow.objects.filter(action="effect.made").count() == 1
        assert Material.objects.count() == 1
