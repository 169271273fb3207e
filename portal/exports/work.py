"""Long work of a person, done by a worker: begun once, held, cancelled, lost and expired.

A job's row has `hat`, `created_by`, `attempts`, `problem`, `finished_at`, `cancelled_at`, `expires_at`
and `stored_file`; its `phase` follows from these. Making runs in one transaction under the hat of
whoever ordered it, so that it leaves nothing behind when its worker is killed. Progress goes to the
cache: it is for looking at, the job's times count.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts import hats
from portal.kernel import audit, clock, locks
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.transitions import TransitionRefused

logger = logging.getLogger(__name__)

KEPT = dt.timedelta(days=7)
MOST_ATTEMPTS = 5
LOST_AFTER = dt.timedelta(seconds=60)
# Officials' files are Japanese, whoever's screen ordered them.
LANGUAGE = "ja"
_WORKING = "working"


class Refused(Exception):
    """The work cannot be had like this; the text says what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class Cancelled(Exception):
    """The person stopped it while it was done."""


@dataclass(frozen=True, slots=True)
class Work:
    """One kind. `name` is its app, `failed` the audit code of a failure, `given_up` what is said after
    the last attempt. `find` is the policy's look for a job, `make` does it and may raise Refused,
    `send` gives its number to the broker.
    """

    model: type[models.Model]
    name: str
    failed: str
    given_up: str | Promise
    find: Callable[..., Any]
    make: Callable[[Actor, Any, dt.date], None]
    send: Callable[[int], None]
    may: Callable[[Actor], bool] = bool

    def send_later(self, job: Any) -> None:
        """Once it is committed; without the broker the sweep sends it a little later."""
        transaction.on_commit(lambda: self.send(job.pk), robust=True)

    def run(self, job_id: int, today: dt.date) -> None:
        """Do a job, unless that is done or somebody else is at it. Any end, good or bad, is noted on it.

        One whose worker was killed is begun anew; after MOST_ATTEMPTS it is given up.
        """
        with locks.held(self.model, job_id) as mine:
            actor = self._begin(job_id, today) if mine else None
            if actor is None:
                return
            try:
                with acting(actor), override(LANGUAGE):
                    job = self.find(actor, pk=job_id)
                    if self._alone(job) and job.phase == _WORKING:
                        self.make(actor, job, today)
            except Cancelled:
                logger.info("%s %s was cancelled", self.name, job_id)
            except (Refused, TransitionRefused) as refused:
                with acting(actor):
                    self._fail(actor, job_id, str(refused))
            except Exception:
                logger.exception("%s %s failed", self.name, job_id)
                text = _("作成の途中で問題が起きました。もう一度申し込んでください。")
                with acting(actor):
                    self._fail(actor, job_id, text)

    def _begin(self, job_id: int, today: dt.date) -> Actor | None:
        """Count the attempt and find the hat; None where there is nothing to do (any more)."""
        system = Actor.system(f"{self.name}.make")
        with acting(system):
            job: Any = self._rows().select_related("created_by").filter(pk=job_id).first()
            if job is None or not self._alone(job) or job.phase != _WORKING:
                return None
            if job.attempts >= MOST_ATTEMPTS:
                self._fail(system, job_id, str(self.given_up))
                return None
            job.attempts += 1
            job.save(update_fields=["attempts"])
            actor = hats.wearer(job.created_by, job.hat, today)
            if actor is None or not self.may(actor):
                text = _("申し込んだときの役割が終わっているため、作成しませんでした。")
                self._fail(system, job_id, text)
                return None
        return actor

    def tick(self, job: Any, done: object) -> None:
        """Say how far it is. Raises Cancelled when the person has stopped it."""
        cache.set(self._key(job), done, timeout=3600)
        if self._rows().filter(pk=job.pk, cancelled_at__isnull=False).exists():
            raise Cancelled

    def progress(self, job: Any) -> Any:
        """What was said last; None when nobody knows."""
        return cache.get(self._key(job))

    def finish(self, job: Any, **fields: object) -> None:
        """Compare-and-set: a cancellation that came first wins, and everything is rolled back. Raises
        Cancelled.
        """
        now = clock.database_now()
        open_job = self._rows().filter(pk=job.pk, cancelled_at=None, finished_at=None)
        if not open_job.update(finished_at=now, expires_at=now + KEPT, **fields):
            raise Cancelled

    def cancel(self, job: Any) -> bool:
        """Stop it; a worker in the middle of it notices and leaves nothing behind. One statement, so that
        cancelling does not wait for the worker. Whether it was open.
        """
        open_job = self._open().filter(pk=job.pk)
        return bool(open_job.update(cancelled_at=clock.database_now()))

    def expire(self, now: dt.datetime) -> int:
        """Erase the files whose time is over; how many. Every night, within acting(system)."""
        actor = Actor.system(f"{self.name}.expire")
        due = self._rows().filter(
            expires_at__lte=now, stored_file__isnull=False, stored_file__erased_at=None
        )
        jobs: list[Any] = list(due.select_related("stored_file"))
        for job in jobs:
            files.delete(actor=actor, stored=job.stored_file, now=now, reason=_("保存期間の満了"))
        return len(jobs)

    def lost(self, now: dt.datetime) -> list[int]:
        """Open jobs that nobody works on though they are a minute old. Within acting(system)."""
        waiting = self._open().filter(created_at__lt=now - LOST_AFTER)
        return [job.pk for job in waiting if self._alone(job)]

    def _fail(self, actor: Actor, job_id: int, problem: str) -> None:
        if self._open().filter(pk=job_id).update(problem=problem):
            job = self._rows().get(pk=job_id)
            audit.record(actor=actor, action=self.failed, obj=job, reason=problem)

    def _alone(self, job: Any) -> bool:
        taken = locks.take(self.model, job.pk)
        job.refresh_from_db()
        return taken

    def _rows(self) -> models.QuerySet[Any]:
        return self.model._default_manager.all()

    def _open(self) -> models.QuerySet[Any]:
        return self._rows().filter(finished_at=None, cancelled_at=None, problem="")

    def _key(self, job: Any) -> str:
        return f"{self.name}.job.{job.pk}"
