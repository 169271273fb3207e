"""The outbox: nothing lost and nothing doubled, with real workers, really killed."""

import os
import signal
import time
import uuid
from collections import Counter
from io import StringIO
from pathlib import Path

import psutil
import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from portal.kernel import outbox, tasks
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import FailedDelivery, HandledEvent, OutboxEvent
from tests.kernel import worker_handlers
from tests.kernel.things import SUMIDA, Thing, firm, official, rolled_back
from tests.support.racing import until

pytestmark = pytest.mark.slow

SYSTEM = Actor.system("test")
HANDLERS = {"test.first", "test.second"}


def _publish(**payload: object) -> uuid.UUID:
    return outbox.publish(name="test.happened", subject=1, ward_id=SUMIDA, payload=payload)


def _effects() -> Counter[tuple[uuid.UUID, str]]:
    return Counter(Thing.objects.values_list("made_by_event", "note"))


@pytest.mark.django_db
def test_an_event_lives_and_dies_with_its_transaction():
    with rolled_back():
        _publish()
    assert not OutboxEvent.objects.exists()
    _publish(n=1)
    event = OutboxEvent.objects.get()
    assert (event.payload, event.ward_id, event.relayed_at) == ({"n": 1}, SUMIDA, None)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        _publish()


@pytest.mark.django_db
@pytest.mark.parametrize("who", [Actor.public(), firm(), official()], ids=lambda a: a.hat)
def test_nobody_tells_what_no_app_lets_them_tell(who):
    """What they may tell is in the apps' own tests (tests/subsidies/test_guards.py)."""
    with acting(who), pytest.raises(ProgrammingError), transaction.atomic():
        _publish()
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("who", [Actor.public(), firm(), official()], ids=lambda a: a.hat)
def test_whoever_acts_reads_no_event(who):
    _publish()
    assert OutboxEvent.objects.count() == 1
    for statement in ("UPDATE kernel_outboxevent SET name = 'x'", "DELETE FROM kernel_outboxevent"):
        with pytest.raises(ProgrammingError, match="permission denied"), acting(who):
            connection.cursor().execute(statement)
    with pytest.raises(ProgrammingError, match="permission denied"), acting(who):
        OutboxEvent.objects.count()


@pytest.mark.django_db
def test_one_commit_nudges_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        _publish()
        with transaction.atomic():
            _publish()
    assert len(callbacks) == 1


@pytest.mark.django_db
def test_a_savepoint_rolled_back_takes_its_nudge_along_and_no_other(
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks() as callbacks:
        with rolled_back():
            _publish()
        _publish()
    assert len(callbacks) == 1


@pytest.mark.django_db
def test_draining_handles_everything_once(things):
    events = [_publish() for _ in range(3)]
    assert outbox.drain() == 6
    assert outbox.drain() == 0
    assert _effects() == {(event, note): 1 for event in events for note in ("first", "second")}


@pytest.mark.django_db
def test_a_second_delivery_does_nothing(things):
    event = _publish()
    assert outbox.handle(event, "test.first")
    assert not outbox.handle(event, "test.first")
    assert _effects() == {(event, "first"): 1}


@pytest.mark.django_db
def test_a_handler_that_fails_leaves_nothing_behind(things, tmp_path):
    event = _publish(fail_until=str(tmp_path / "mended"))
    with pytest.raises(ValueError, match="personal data"):
        outbox.handle(event, "test.first")
    assert not Thing.objects.exists()
    assert not HandledEvent.objects.exists()
    (tmp_path / "mended").touch()
    assert outbox.handle(event, "test.first")


@pytest.mark.django_db
def test_a_handler_runs_as_the_system_for_the_events_ward(things, monkeypatch):
    seen = []

    def look(event: OutboxEvent) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('app.ward')")
            seen.append(cursor.fetchone())

    handler = outbox.Handler("test.look", "test.happened", look)
    monkeypatch.setitem(outbox.registered(), "test.look", handler)
    outbox.handle(_publish(), "test.look")
    assert seen == [("app_system", str(SUMIDA))]


@pytest.mark.django_db
def test_an_event_nobody_handles_is_closed_at_once():
    outbox.publish(name="test.unheard", subject=1, ward_id=None, payload={})
    assert outbox.relay(lambda *_: pytest.fail("sent")) == 1
    assert OutboxEvent.objects.exclude(closed_at=None).count() == 1


def test_a_handlers_name_is_taken_once():
    with pytest.raises(ValueError, match=r"test\.first"):
        outbox.handles("test.other", name="test.first")(print)


@pytest.mark.django_db(transaction=True)
def test_two_relays_never_take_the_same_event(things):
    """The first holds its batch locked while the second looks."""
    from concurrent.futures import ThreadPoolExecutor

    with acting(SYSTEM):
        mine = {_publish() for _ in range(3)}

    def other() -> list[tuple[uuid.UUID, str]]:
        sent: list[tuple[uuid.UUID, str]] = []
        try:
            with acting(SYSTEM):
                outbox.relay(lambda *pair: sent.append(pair))
        finally:
            connection.close()
        return sent

    sent: list[tuple[uuid.UUID, str]] = []
    with ThreadPoolExecutor(1) as pool, acting(SYSTEM):
        outbox.relay(lambda *pair: sent.append(pair))
        assert pool.submit(other).result(30) == []
    assert sorted(sent) == sorted((event, name) for event in mine for name in HANDLERS)
    assert other() == []


@pytest.mark.django_db
def test_failures_are_counted_without_personal_data_and_end():
    event = _publish()
    with pytest.raises(ValueError, match="personal data") as caught:
        int("personal data of somebody@example.jp")
    attempts = [outbox.note_failure(event, "test.first", caught.value) for _ in range(8)]
    assert attempts == list(range(1, 9))
    failure = FailedDelivery.objects.get()
    assert failure.given_up_at is not None
    assert failure.last_error.startswith("ValueError test_outbox.py:")
    assert "example" not in failure.last_error


@pytest.mark.django_db
def test_a_failure_after_the_work_is_done_is_none(things):
    event = _publish()
    outbox.handle(event, "test.first")
    assert outbox.note_failure(event, "test.first", None) == 0
    assert not FailedDelivery.objects.exists()


@pytest.mark.django_db
def test_the_auditor_sees_what_was_given_up():
    event = _publish()
    for _ in range(8):
        outbox.note_failure(event, "test.first", None)
    with acting(Actor(user_id=5, name="a", hat="auditor")):
        assert FailedDelivery.objects.get().event.name == "test.happened"


def _age(**columns: str) -> None:
    changes = ", ".join(f"{name} = now() - interval '{age}'" for name, age in columns.items())
    connection.cursor().execute(f"UPDATE kernel_outboxevent SET {changes}")


@pytest.mark.django_db
def test_the_sweep_sends_again_exactly_what_is_missing(things):
    event = _publish()
    outbox.relay(lambda *_: None)  # the broker lost both messages
    assert outbox.sweep(lambda *_: pytest.fail("too early")) == 0
    _age(relayed_at="1 hour")
    outbox.handle(event, "test.second")
    sent: list[tuple[uuid.UUID, str]] = []
    assert outbox.sweep(lambda *pair: sent.append(pair)) == 1
    assert sent == [(event, "test.first")]
    outbox.handle(event, "test.first")
    _age(relayed_at="1 hour")
    assert outbox.sweep(lambda *_: pytest.fail("all is done")) == 0
    assert OutboxEvent.objects.get().closed_at is not None


@pytest.mark.django_db
def test_the_sweep_leaves_a_recent_failure_to_its_own_retry_and_what_was_given_up(things):
    event = _publish()
    outbox.relay(lambda *_: None)
    outbox.handle(event, "test.second")
    outbox.note_failure(event, "test.first", None)
    _age(relayed_at="1 hour")
    assert outbox.sweep(lambda *_: pytest.fail("its retry is to come")) == 1
    for _ in range(7):
        outbox.note_failure(event, "test.first", None)
    _age(relayed_at="1 hour")
    assert outbox.sweep(lambda *_: pytest.fail("given up")) == 0
    assert OutboxEvent.objects.get().closed_at is not None
    out = StringIO()
    call_command("outbox_failures", stdout=out)
    assert "test.first: 8 attempts, given up, worker lost" in out.getvalue()
    call_command("outbox_failures", retry=True, stdout=out)
    sent: list[tuple[uuid.UUID, str]] = []
    outbox.relay(lambda *pair: sent.append(pair))
    assert (event, "test.first") in sent


@pytest.mark.django_db
def test_old_events_go_but_not_what_is_open_or_given_up(things):
    done, given_up, still_open = (_publish() for _ in range(3))
    outbox.note_failure(given_up, "test.first", None)
    _age(closed_at="91 days")
    OutboxEvent.objects.filter(pk=still_open).update(closed_at=None)
    outbox.handle(done, "test.first")
    assert outbox.purge() == 1
    assert set(OutboxEvent.objects.values_list("pk", flat=True)) == {given_up, still_open}


@pytest.mark.django_db
def test_events_younger_than_ninety_days_stay():
    _publish()
    _age(closed_at="89 days")
    assert outbox.purge() == 0


# --- with real workers --------------------------------------------------------------------------


@pytest.fixture
def start_worker(things, start_celery_worker):
    """Start a worker that knows the test handlers; the broker's patience is short."""
    started = []

    def start():
        worker = start_celery_worker(
            DJANGO_SETTINGS_MODULE="tests.kernel.worker_settings",
            CELERY_VISIBILITY_TIMEOUT="3",
            OUTBOX_SWEEP_SECONDS="3",
        )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        if worker.is_alive():
            worker.kill9()  # an orderly end would only take longer


def _sweep() -> None:
    """As beat would."""
    tasks.relay()
    tasks.sweep()


def _all_done(events) -> bool:
    return HandledEvent.objects.filter(event__in=events).count() == 2 * len(events)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(start_worker, tmp_path, settings):
    settings.OUTBOX_SWEEP_SECONDS = 3
    marker = tmp_path / "in the middle"
    Path(f"{marker}.first").touch()
    with acting(SYSTEM):
        events = [_publish() for _ in range(30)]
        held = _publish(stay=str(marker))
        events += [held, *(_publish() for _ in range(30))]
    worker = start_worker()
    until(marker.exists, _sweep)
    worker.kill9()
    Path(f"{marker}.first").unlink()
    with acting(SYSTEM):
        # Some done, one in its middle, most waiting in the broker.
        assert not _all_done(events)
        assert (held, "first") not in _effects()
    start_worker()
    until(lambda: _all_done(events), _sweep)
    time.sleep(4)  # longer than the broker's patience with what it may still hold
    with acting(SYSTEM):
        assert _effects() == {(event, note): 1 for event in events for note in ("first", "second")}


@pytest.mark.django_db(transaction=True)
def test_one_worker_bears_what_events_may_do_to_it(start_worker, tmp_path, settings):
    settings.OUTBOX_SWEEP_SECONDS = 3600  # nothing here needs the sweep
    marker, mended = tmp_path / "in the middle", tmp_path / "mended"
    Path(f"{marker}.first").touch()
    with acting(SYSTEM):
        twice = _publish()
    with acting(SYSTEM):
        # A relay that dies after sending: everything is rolled back but the messages.
        outbox.relay(tasks._send)
        transaction.set_rollback(True)
    worker = start_worker()
    with acting(SYSTEM):
        killed = _publish(stay=str(marker))
    until(marker.exists, _sweep)
    Path(f"{marker}.first").unlink()
    for child in psutil.Process(worker.pid).children():
        os.kill(child.pid, signal.SIGKILL)
    with acting(SYSTEM):
        failing = _publish(fail_until=str(mended))
    until(lambda: FailedDelivery.objects.filter(event=failing, attempts=1).exists(), _sweep)
    mended.touch()
    with acting(SYSTEM):
        deadly = _publish(die=True)
        for _ in range(outbox.MAX_ATTEMPTS - 2):
            outbox.note_failure(deadly, "test.first", None)
    until(lambda: FailedDelivery.objects.exclude(given_up_at=None).exists(), _sweep)
    until(lambda: _all_done([twice, killed, failing]) and (deadly, "second") in _effects(), _sweep)
    with acting(SYSTEM):
        failure = FailedDelivery.objects.get()
        assert (failure.event_id, failure.handler) == (deadly, "test.first")
        assert (failure.attempts, failure.last_error) == (outbox.MAX_ATTEMPTS, "worker lost")
        assert OutboxEvent.objects.get(pk=twice).relays == 1
        expected = {(e, n): 1 for e in (twice, killed, failing) for n in ("first", "second")}
        assert _effects() == expected | {(deadly, "second"): 1}
    assert worker.is_alive()


def test_the_test_handlers_are_registered():
    assert {h.name for h in outbox.handlers_of("test.happened")} == HANDLERS
    assert worker_handlers.first.__name__ == "first"
