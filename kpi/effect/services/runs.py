"""Evaluations: ordered on a page, made by a worker, shown while they run, cancelled by a click.

Estimating holds no lock. A worker that is killed leaves nothing: its result is written with the end
of the evaluation in one statement, and the sweep sends it again.
"""

import datetime as dt
import logging

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kpi.effect import policies
from kpi.effect.models import Evaluation, Material, Question
from kpi.effect.services import results
from portal.accounts import hats
from portal.kernel import audit, clock, locks
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import TransitionRefused

logger = logging.getLogger(__name__)

LOST_AFTER = dt.timedelta(seconds=60)
MOST_ATTEMPTS = 3
STEPS = 5
SYSTEM = Actor.system("effect.run")


class Refused(TransitionRefused):
    """The text says why, and what to do."""


class Cancelled(Exception):
    """The person stopped it while it was made."""


def evaluation_start(*, actor: Actor, question: str, letter: str = "A") -> Evaluation:
    """Have a worker evaluate it; a second click finds the one that is under way.

    Raises RoleMissing, Refused for an unknown question or letter.
    """
    policies.require(policies.may_order(actor))
    if question not in Question.values or letter not in Evaluation.Letter.values:
        raise Refused(_("問いと計算式を選んでください。"))
    if question != Question.GRANT:
        letter = Evaluation.Letter.A
    with transaction.atomic(), acting(actor.elevated()):
        open_ = Evaluation.objects.filter(
            question=question, letter=letter, finished_at=None, cancelled_at=None, problem=""
        )
        if under_way := open_.first():
            return under_way
        try:
            with transaction.atomic():
                row = Evaluation.objects.create(
                    question=question,
                    letter=letter,
                    ordered_by_id=actor.user_id,
                    ordered_by_name=actor.name[:150],
                    hat=hats.HatOption(actor.hat, actor.roles, actor.ward_id, actor.firm_id).key,
                )
        except IntegrityError:
            return open_.get()
        audit.record(actor=actor, action="effect.started", obj=row, detail={"letter": letter})
        # Without the broker the sweep sends it a little later.
        transaction.on_commit(lambda: _send(row.pk), robust=True)
    return row


def evaluation_cancel(*, actor: Actor, public_id: object) -> Evaluation:
    """中止する: what the worker still finds is thrown away. Raises Refused, RoleMissing."""
    seen = policies.get_evaluation(actor, public_id=public_id)
    policies.require(policies.may_order(actor))
    with transaction.atomic(), acting(actor.elevated()):
        # One statement, so that cancelling does not wait for the worker.
        rows = Evaluation.objects.filter(
            pk=seen.pk, finished_at=None, cancelled_at=None, problem=""
        )
        if not rows.update(cancelled_at=clock.database_now()):
            raise Refused(_("この検証はすでに終わっています。"))
        audit.record(actor=actor, action="effect.cancelled", obj=seen)
    seen.refresh_from_db()
    return seen


def evaluation_work(*, evaluation_id: int, today: dt.date) -> None:
    """Make it, unless that is done or somebody else is at it. Any end is noted on it."""
    with locks.held(Evaluation, evaluation_id) as mine:
        if mine:
            _attempt(evaluation_id, today)


def _attempt(evaluation_id: int, today: dt.date) -> None:
    if not _begin(evaluation_id, today):
        return
    try:
        with acting(SYSTEM), transaction.atomic():
            _work(evaluation_id, today)
    except Cancelled:
        logger.info("evaluation %s was cancelled", evaluation_id)
    except Exception:
        logger.exception("evaluation %s failed", evaluation_id)
        with acting(SYSTEM):
            _fail(evaluation_id, _("計算の途中で問題が起きました。もう一度始めてください。"))


def evaluation_now(*, question: str, today: dt.date, letter: str = "A") -> Evaluation:
    """All of it while the caller waits, ordered by nobody: for demonstration and tests. As the system."""
    row = Evaluation.objects.create(question=question, letter=letter)
    with transaction.atomic():
        _work(row.pk, today)
    row.refresh_from_db()
    return row


def lost(*, now: dt.datetime) -> list[int]:
    """Open evaluations that nobody works on though they are a minute old. Within acting(system)."""
    rows = Evaluation.objects.filter(
        finished_at=None, cancelled_at=None, problem="", created_at__lt=now - LOST_AFTER
    )
    return [row.pk for row in rows if locks.take(Evaluation, row.pk)]


def step_of(row: Evaluation) -> int:
    """1 to STEPS; 0 while it waits for a worker."""
    return int(cache.get(_progress_key(row.pk)) or 0)


def _send(evaluation_id: int) -> None:
    from kpi.effect import tasks

    tasks.run.apply_async((evaluation_id,), retry=False)


def _begin(evaluation_id: int, today: dt.date) -> bool:
    """Count the attempt; False where there is nothing to do (any more)."""
    with acting(SYSTEM):
        row = Evaluation.objects.select_related("ordered_by").filter(pk=evaluation_id).first()
        if row is None or not locks.take(Evaluation, evaluation_id):
            return False
        row.refresh_from_db()
        if row.phase != Evaluation.Phase.WORKING:
            return False
        with translation.override(row.ordered_by.language if row.ordered_by else "ja"):
            if row.attempts >= MOST_ATTEMPTS:
                _fail(evaluation_id, _("何度か試しましたが、計算を終えられませんでした。"))
                return False
            if row.ordered_by and not _still_wears(row, today):
                _fail(evaluation_id, _("始めた人の役割が終わっているため、計算を止めました。"))
                return False
        row.attempts += 1
        row.save(update_fields=["attempts"])
    return True


def _still_wears(row: Evaluation, today: dt.date) -> bool:
    assert row.ordered_by is not None
    with acting(Actor.public(user_id=row.ordered_by_id)):
        options = hats.options(row.ordered_by_id or 0, today)
    return row.ordered_by.is_active and any(option.key == row.hat for option in options)


def _work(evaluation_id: int, today: dt.date) -> None:
    if not locks.take(Evaluation, evaluation_id):
        return
    row = Evaluation.objects.get(pk=evaluation_id)
    watermark = clock.database_now()
    steps = iter(range(1, STEPS + 1))
    _tick(row, next(steps))
    found = results.compute(
        question=row.question,
        letter=row.letter,
        as_of=today,
        step=lambda: _tick(row, next(steps, STEPS)),
    )
    # Compare-and-set: a cancellation that came first wins, and everything is rolled back.
    open_ = Evaluation.objects.filter(pk=row.pk, cancelled_at=None, finished_at=None, problem="")
    if not open_.update(
        finished_at=clock.database_now(),
        watermark=watermark,
        panel_sha256=found.sha256,
        software=found.software,
        result=found.result,
    ):
        raise Cancelled
    Material.objects.create(evaluation_id=row.pk, content=found.material)
    audit.record(actor=SYSTEM, action="effect.made", obj=row, detail={"panel_sha256": found.sha256})


def _tick(row: Evaluation, step: int) -> None:
    cache.set(_progress_key(row.pk), step, timeout=3600)
    if Evaluation.objects.filter(pk=row.pk, cancelled_at__isnull=False).exists():
        raise Cancelled


def _fail(evaluation_id: int, problem: str) -> None:
    rows = Evaluation.objects.filter(
        pk=evaluation_id, finished_at=None, cancelled_at=None, problem=""
    )
    if rows.update(problem=problem):
        row = Evaluation.objects.get(pk=evaluation_id)
        audit.record(actor=SYSTEM, action="effect.failed", obj=row, reason=problem)


def _progress_key(evaluation_id: int) -> str:
    return f"effect.run.{evaluation_id}"
