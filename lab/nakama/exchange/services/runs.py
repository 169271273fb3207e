"""Long calculations: ordered on a page, made by a worker, shown while they run, cancelled by a click.

Solving holds no lock: firms go on writing meanwhile. The answer is written, in one transaction
with the end of the run, only when nothing it rests on has changed; otherwise it is counted anew. A
worker that is killed leaves nothing: its transaction is rolled back, and the sweep sends it again.
"""

import datetime as dt
import logging
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lab.nakama.exchange import policies
from lab.nakama.exchange.models import Run
from lab.nakama.exchange.services import counting, lots, timetables
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.jobs import Job
from portal.accounts import hats
from portal.kernel import audit, clock, locks
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import TransitionRefused

logger = logging.getLogger(__name__)

JOBS: dict[str, Job] = {
    Run.Kind.FAIR_PLAN: timetables.PLAN,
    Run.Kind.FAIR_REPLAN: timetables.REPLAN,
    Run.Kind.PURCHASE_OFFER: counting.OFFER,
    Run.Kind.PURCHASE_SETTLE: counting.SETTLE,
    Run.Kind.JOINT_SPLIT: lots.SPLIT,
}
LOST_AFTER = dt.timedelta(seconds=60)
MOST_ATTEMPTS = 3
TRIES = 3  # counted anew because something was typed meanwhile
READING, SOLVING, WRITING = 1, 2, 3
SYSTEM = Actor.system("exchange.run")


class Cancelled(Exception):
    """The person stopped the calculation while it was made."""


def run_start(*, actor: Actor, kind: str, subject_id: int) -> Run:
    """Have a worker count it; a second click finds the run that is under way.

    Raises RoleMissing, StaleState, Refused where something else is counted for the same thing.
    """
    job = JOBS[kind]
    with transaction.atomic(), acting(actor.elevated()):
        row = job.lock(actor, subject_id)
        under_way = open_run(job.about, subject_id)
        if under_way is not None:
            if under_way.kind == kind:
                return under_way
            raise Refused(_("いま別の計算をしています。終わってから始めてください。"))
        try:
            with transaction.atomic():
                run = Run.objects.create(
                    kind=kind,
                    about=job.about,
                    subject=subject_id,
                    ward_id=row.ward_id,
                    firm_id=actor.firm_id,
                    ordered_by_id=actor.user_id,
                    hat=_hat_of(actor),
                )
        except IntegrityError as taken:
            raise Refused(_("いま計算しています。終わるまでお待ちください。")) from taken
        audit.record(actor=actor, action="exchange.run_started", obj=run, detail={"kind": kind})
        # Without the broker the sweep sends it a little later.
        transaction.on_commit(lambda: _send(run.pk), robust=True)
    return run


def run_cancel(*, actor: Actor, run_id: int) -> Run:
    """中止する: what the worker still finds is thrown away. Raises Refused, RoleMissing."""
    seen = policies.get_run(actor, pk=run_id)
    policies.require(policies.may_cancel(actor, seen))
    with transaction.atomic(), acting(actor.elevated()):
        # One statement, so that cancelling does not wait for the worker.
        rows = Run.objects.filter(pk=run_id, finished_at=None, cancelled_at=None, problem="")
        if not rows.update(cancelled_at=clock.database_now()):
            raise Refused(_("この計算はすでに終わっています。"))
        audit.record(
            actor=actor, action="exchange.run_cancelled", obj=seen, detail={"kind": seen.kind}
        )
    seen.refresh_from_db()
    return seen


def run_work(*, run_id: int, today: dt.date) -> None:
    """Count it, unless that is done or somebody else is at it. Any end is noted on the run."""
    with locks.held(Run, run_id) as mine:
        if mine:
            _attempt(run_id, today)


def _attempt(run_id: int, today: dt.date) -> None:
    begun = _begin(run_id, today)
    if begun is None:
        return
    actor, language = begun
    try:
        with acting(actor.elevated()), translation.override(language):
            _work(actor, run_id)
    except Cancelled:
        logger.info("run %s was cancelled", run_id)
    except TransitionRefused as refused:
        with translation.override(language):
            _fail(actor, run_id, str(refused))
    except Exception:
        logger.exception("run %s failed", run_id)
        with translation.override(language):
            _fail(actor, run_id, _("計算の途中で問題が起きました。もう一度始めてください。"))


def lost(*, now: dt.datetime) -> list[int]:
    """Open runs that nobody works on though they are a minute old. Within acting(system)."""
    rows = Run.objects.filter(
        finished_at=None, cancelled_at=None, problem="", created_at__lt=now - LOST_AFTER
    )
    return [run.pk for run in rows if locks.take(Run, run.pk)]


def open_run(about: str, subject_id: int) -> Run | None:
    """What is being counted for it."""
    rows = Run.objects.filter(about=about, subject=subject_id)
    return rows.filter(finished_at=None, cancelled_at=None, problem="").first()


def step_of(run: Run) -> int:
    """READING, SOLVING or WRITING; 0 while it waits for a worker."""
    return int(cache.get(_progress_key(run.pk)) or 0)


def _send(run_id: int) -> None:
    from lab.nakama.exchange import tasks

    tasks.run.apply_async((run_id,), retry=False)


def _hat_of(actor: Actor) -> str:
    if actor.user_id is None:
        return ""
    return hats.HatOption(actor.hat, actor.roles, actor.ward_id, actor.firm_id).key


def _begin(run_id: int, today: dt.date) -> tuple[Actor, str] | None:
    """Count the attempt and find the hat; None where there is nothing to do (any more)."""
    with acting(SYSTEM):
        run = Run.objects.select_related("ordered_by").filter(pk=run_id).first()
        if run is None or not locks.take(Run, run_id) or run.phase != Run.Phase.WORKING:
            return None
        language = run.ordered_by.language if run.ordered_by else "ja"
        actor = _wearer(run, today) if run.ordered_by else SYSTEM
        with translation.override(language):
            if run.attempts >= MOST_ATTEMPTS:
                _fail(SYSTEM, run_id, _("何度か試しましたが、計算を終えられませんでした。"))
                return None
            if actor is None:
                _fail(SYSTEM, run_id, _("始めた人の役割が終わっているため、計算を止めました。"))
                return None
        run.attempts += 1
        run.save(update_fields=["attempts"])
    return actor, language


def _wearer(run: Run, today: dt.date) -> Actor | None:
    """The person in the hat of the order with today's roles; None without it."""
    with acting(Actor.public(user_id=run.ordered_by_id)):
        options = hats.options(run.ordered_by_id or 0, today)
    option = next((option for option in options if option.key == run.hat), None)
    user = run.ordered_by
    return option.actor(user) if option and user and user.is_active else None


def _work(actor: Actor, run_id: int) -> None:
    if not locks.take(Run, run_id):
        return
    run = Run.objects.get(pk=run_id)
    if run.phase != Run.Phase.WORKING:
        return
    job = JOBS[run.kind]
    given = _looked(job, actor, run)
    for _try in range(TRIES):
        _tick(run, SOLVING)
        found = job.solve(given)
        _tick(run, WRITING)
        newer = _written(job, actor, run, given, found)
        if newer is None:
            return
        given = newer
    raise Refused(_("計算のあいだに入力が変わり続けました。もう一度始めてください。"))


def _looked(job: Job, actor: Actor, run: Run) -> Any:
    """What the answer will rest on; checks what `lock` checks and lets the row go again."""
    _tick(run, READING)
    with transaction.atomic():
        given = job.read(job.lock(actor, run.subject))
        transaction.set_rollback(True)
    return given


def _written(job: Job, actor: Actor, run: Run, given: Any, found: Any) -> Any:
    """Write the answer and end the run; or what has changed, with nothing written and no lock."""
    with transaction.atomic():
        row = job.lock(actor, run.subject)
        newer = job.read(row)
        if newer != given:
            transaction.set_rollback(True)
            return newer
        number = job.write(actor, row, found)
        # Compare-and-set: a cancellation that came first wins, and everything is rolled back.
        open_ = Run.objects.filter(pk=run.pk, cancelled_at=None, finished_at=None, problem="")
        if not open_.update(finished_at=clock.database_now(), found=number):
            raise Cancelled
    return None


def _tick(run: Run, step: int) -> None:
    cache.set(_progress_key(run.pk), step, timeout=3600)
    if Run.objects.filter(pk=run.pk, cancelled_at__isnull=False).exists():
        raise Cancelled


def _fail(actor: Actor, run_id: int, problem: str) -> None:
    with acting(actor.elevated()):
        rows = Run.objects.filter(pk=run_id, finished_at=None, cancelled_at=None, problem="")
        if rows.update(problem=problem):
            run = Run.objects.get(pk=run_id)
            audit.record(
                actor=actor,
                action="exchange.run_failed",
                obj=run,
                reason=problem,
                detail={"kind": run.kind},
            )


def _progress_key(run_id: int) -> str:
    return f"exchange.run.{run_id}"
