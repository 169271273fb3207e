"""Starting and cancelling a run, and carrying it out: one transaction per application.

The worker wears the hat of the person who confirmed the run, with that person's roles as they are
now. A message carries the run's number alone.
"""

import datetime as dt
import logging

from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.accounts import hats
from portal.kernel import audit, clock, locks
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing, TransitionRefused
from portal.notices.services import notify
from subsidies.bulk import policies
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.bulk.services import acts, printing
from subsidies.services.errors import Refused
from subsidies.topics import OFFICE_DONE

logger = logging.getLogger(__name__)

Outcome = BulkItem.Outcome
SYSTEM = Actor.system("subsidies.bulk")
LOST_AFTER = dt.timedelta(seconds=60)


class Cancelled(Exception):
    """The person stopped the run while its files were made; they are rolled back."""


def run_start(*, actor: Actor, public_id: object) -> BulkRun:
    """Confirm a prepared run and hand it to a worker. Doing so twice changes nothing.

    Raises RoleMissing for a run of somebody else, Refused where nothing is left to do.
    """
    with transaction.atomic():
        run = policies.get_run(actor, lock=True, public_id=public_id)
        if not policies.may_start(actor, run):
            raise RoleMissing
        if run.phase == BulkRun.Phase.RUNNING:
            return run
        if run.phase != BulkRun.Phase.PREPARED:
            raise Refused(_("この一括処理はすでに終わっています。もう一度準備してください。"))
        count = run.items.filter(outcome=Outcome.WAITING).count()
        if not count:
            raise Refused(_("処理できる申請がありません。除かれた理由を確かめてください。"))
        run.started_at = clock.database_now()
        run.save(update_fields=["started_at"])
        audit.record(
            actor=actor, action="bulk.started", obj=run, detail={"kind": run.kind, "count": count}
        )
        # Without the broker the sweep sends it a little later.
        transaction.on_commit(lambda: _send(run.pk), robust=True)
    return run


def run_cancel(*, actor: Actor, public_id: object) -> BulkRun:
    """Stop it; what is done stays done. Raises RoleMissing, Refused when it has ended already."""
    with transaction.atomic():
        run = policies.get_run(actor, public_id=public_id)
        if not policies.may_prepare(actor, run.kind):
            raise RoleMissing
        # One statement, so that cancelling does not wait for the worker.
        stopped = BulkRun.objects.filter(pk=run.pk, finished_at=None, cancelled_at=None)
        if not stopped.update(cancelled_at=clock.database_now()):
            raise Refused(_("この一括処理はすでに終わっています。"))
        audit.record(actor=actor, action="bulk.cancelled", obj=run, detail={"kind": run.kind})
    run.refresh_from_db()
    return run


def work(*, run_id: int, today: dt.date) -> None:
    """Carry the run out to its end, unless somebody else is at it or it was cancelled."""
    try:
        while _step(run_id, today):
            pass
    except Cancelled:
        logger.info("bulk run %s was cancelled", run_id)


def lost(*, now: dt.datetime) -> list[int]:
    """Runs under way that nobody works on. Within acting(system)."""
    rows = BulkRun.objects.filter(
        started_at__lt=now - LOST_AFTER, finished_at=None, cancelled_at=None
    )
    return [run.pk for run in rows if locks.take(BulkRun, run.pk)]


def _step(run_id: int, today: dt.date) -> bool:
    """One item in one transaction; False when there is nothing (more) to do."""
    with acting(SYSTEM):
        run = BulkRun.objects.select_related("created_by").get(pk=run_id)
    actor = _wearer(run, today)
    if actor is None or not policies.may_start(actor, run):
        _give_up(run, gettext_lazy("準備した人の役割が終わっているため、止めました。"))
        return False
    # What the firm and the trail read is Japanese, whoever started the run.
    with acting(actor), override("ja"):
        if not locks.take(BulkRun, run_id):
            return False
        run = policies.get_run(actor, pk=run_id)
        if run.phase != BulkRun.Phase.RUNNING:
            return False
        waiting = run.items.filter(outcome=Outcome.WAITING).select_related(
            "application", "letter__stored_file"
        )
        item = waiting.select_for_update(of=("self",)).first()
        if item is None:
            _finish(actor, run)
            return False
        _settle(actor, run, item)
    return True


def _settle(actor: Actor, run: BulkRun, item: BulkItem) -> None:
    """Do it, and say on the item what became of it."""
    try:
        with transaction.atomic():
            _act(actor, run, item)
        item.outcome = Outcome.DONE
    except TransitionRefused as refused:
        item.outcome, item.reason = Outcome.FAILED, str(refused)
        audit.record(
            actor=actor,
            action="bulk.item_refused",
            obj=item.application or run,
            reason=item.reason,
        )
    except (OperationalError, SoftTimeLimitExceeded):
        raise  # not the case's fault: the sweep sends the run again
    except Exception:
        # One bad case must not stop five hundred.
        logger.exception("bulk run %s, item %s", run.pk, item.pk)
        item.outcome = Outcome.FAILED
        item.reason = _("処理の途中で問題が起きました。申請の画面から1件ずつ処理してください。")
    item.settled_at = clock.database_now()
    item.save(update_fields=["outcome", "reason", "settled_at"])


def _act(actor: Actor, run: BulkRun, item: BulkItem) -> None:
    acts.ACTS[BulkRun.Kind(run.kind)](actor, run, item)


def _finish(actor: Actor, run: BulkRun) -> None:
    if run.kind in {BulkRun.Kind.PRINT, BulkRun.Kind.LETTERS}:
        printing.files_make(actor=actor, run=run)
    elif run.kind in {BulkRun.Kind.PROPOSE, BulkRun.Kind.APPROVE}:
        printing.package_make(actor=actor, run=run)
    ended = BulkRun.objects.filter(pk=run.pk, finished_at=None, cancelled_at=None)
    if not ended.update(finished_at=clock.database_now()):
        raise Cancelled
    counts = {
        name.value: run.items.filter(outcome=name).count()
        for name in (Outcome.DONE, Outcome.FAILED)
    }
    audit.record(actor=actor, action="bulk.finished", obj=run, detail=counts)
    with acting(SYSTEM):
        notify(
            event_key=f"bulk:{run.pk}",
            recipients=[run.created_by_id],
            subject=gettext_lazy("一括処理が終わりました"),
            body=gettext_lazy("結果と、できなかった申請の理由を画面で確かめてください。"),
            url=f"/staff/bulk/{run.public_id}/",
            topic=OFFICE_DONE,
        )


def _give_up(run: BulkRun, problem: object) -> None:
    """End a run whose person may not carry it out any more."""
    with acting(SYSTEM):
        open_runs = BulkRun.objects.filter(pk=run.pk, finished_at=None, cancelled_at=None)
        if open_runs.update(cancelled_at=clock.database_now(), problem=str(problem)):
            audit.record(
                actor=SYSTEM,
                action="bulk.cancelled",
                obj=run,
                ward_id=run.ward_id,
                reason=str(problem),
            )


def _wearer(run: BulkRun, today: dt.date) -> Actor | None:
    """The person in the ward's hat with today's roles; None without it."""
    with acting(Actor.public(user_id=run.created_by_id)):
        options = hats.options(run.created_by_id, today)
    found = next((option for option in options if option.key == f"ward:{run.ward_id}"), None)
    return found.actor(run.created_by) if found and run.created_by.is_active else None


def _send(run_id: int) -> None:
    from subsidies.bulk import tasks

    tasks.work.apply_async((run_id,), retry=False)
