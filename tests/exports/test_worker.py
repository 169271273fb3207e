"""An export by a real worker that is killed in the middle: one file in the end, made once."""

import time
from pathlib import Path

import pytest

from portal.accounts.roles import Role
from portal.exports import services, tasks, work
from portal.exports.models import ExportJob
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from tests.exports import worker_reports  # noqa: F401  # registers the report
from tests.factories.programs import SUMIDA
from tests.support.people import assign, make_person
from tests.support.racing import SYSTEM, until

pytestmark = pytest.mark.slow


@pytest.fixture
def start_worker(start_celery_worker):
    def start():
        return start_celery_worker(
            DJANGO_SETTINGS_MODULE="tests.exports.worker_settings", CELERY_VISIBILITY_TIMEOUT="3"
        )

    return start


def ordered(marker):
    with acting(SYSTEM):
        user = assign(make_person("reviewer@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    actor = Actor(user.pk, user.name, Hat.WARD, frozenset({Role.REVIEWER}), ward_id=SUMIDA)
    with acting(actor):
        params = {"rows": "6000", "marker": str(marker)}
        return services.export_order(
            actor=actor, code="trial", params=params, file_format="csv"
        ), actor


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(180)
def test_a_worker_killed_in_the_middle_costs_time_only(start_worker, tmp_path, monkeypatch):
    monkeypatch.setattr(work, "LOST_AFTER", work.dt.timedelta(0))
    marker = tmp_path / "middle"
    stay = Path(f"{marker}.stay")
    stay.touch()
    worker = start_worker()
    job, actor = ordered(marker)
    until(marker.exists, tasks.sweep)
    with acting(actor):
        assert services.progress(job) == 2_000
    worker.kill9()
    stay.unlink()
    start_worker()

    def finished():
        return ExportJob.objects.get(pk=job.pk).phase == ExportJob.Phase.DONE

    until(finished, tasks.sweep)
    time.sleep(4)  # longer than the broker's patience with what it may still hold
    with acting(SYSTEM):
        job = ExportJob.objects.get(pk=job.pk)
        assert (job.done, job.attempts) == (6_000, 2)
        assert StoredFile.objects.filter(purpose="export").count() == 1
        assert AuditRow.objects.filter(action="export.made").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(180)
def test_cancelling_stops_a_worker_in_the_middle(start_worker, tmp_path):
    marker = tmp_path / "middle"
    stay = Path(f"{marker}.stay")
    stay.touch()
    start_worker()
    job, actor = ordered(marker)
    until(marker.exists, tasks.sweep)
    with acting(actor):
        services.export_cancel(actor=actor, public_id=job.public_id)
    stay.unlink()
    time.sleep(2)
    with acting(SYSTEM):
        job = ExportJob.objects.get(pk=job.pk)
        assert (job.phase, job.stored_file) == (ExportJob.Phase.CANCELLED, None)
        assert not StoredFile.objects.filter(purpose="export").exists()
