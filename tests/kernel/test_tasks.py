"""Task base classes: the worker acts as whoever sent the task, or says that nobody did."""

import time
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from portal.kernel.actor import Actor, Hat
from portal.kernel.tasks import ActorMissing, _pack, _unpack
from tests.kernel.things import SUMIDA, official
from tests.kernel.worker_handlers import bare, job, report


def _result(path: Path) -> str:
    deadline = time.monotonic() + 40
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline, "the task did not run in time"
        time.sleep(0.1)
    return path.read_text()


@pytest.mark.django_db(transaction=True)
def test_workers_act_as_told(things, start_celery_worker, tmp_path):
    start_celery_worker(DJANGO_SETTINGS_MODULE="tests.kernel.worker_settings")
    user = get_user_model().objects.create_user(email="taro@example.jp", name="墨田 太郎")
    actor = official(SUMIDA, "reviewer", "approver", user_id=user.pk)
    report.apply_async([str(tmp_path / "actor")], actor=actor)
    job.delay(str(tmp_path / "job"))
    bare.delay(str(tmp_path / "bare"))
    assert _result(tmp_path / "actor") == (
        f"app_official|{SUMIDA}|{user.pk}|墨田 太郎|ward|approver,reviewer"
    )
    assert _result(tmp_path / "job") == "app_system"
    # Forgetting the context raises; it neither shows all rows nor none.
    assert _result(tmp_path / "bare") == "InsufficientPrivilege"


def test_sending_without_an_actor_is_refused():
    with pytest.raises(ActorMissing):
        report.apply_async(["x"])
    with pytest.raises(ActorMissing):
        report.delay("x")


def test_running_without_an_actor_is_refused():
    with pytest.raises(ActorMissing):
        report("x")


@pytest.mark.django_db
def test_a_persons_name_stays_out_of_the_broker():
    user = get_user_model().objects.create_user(email="taro@example.jp", name="墨田 太郎")
    actor = official(user_id=user.pk)
    packed = _pack(actor)
    assert "墨田" not in repr(packed)
    assert _unpack(packed) == actor


@pytest.mark.django_db
def test_the_systems_name_goes_along():
    actor = Actor.system("nightly", ward_id=SUMIDA)
    assert _unpack(_pack(actor)) == actor
    assert _unpack(_pack(Actor.public())).hat is Hat.PUBLIC
