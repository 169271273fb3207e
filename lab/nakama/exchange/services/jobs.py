"""What a calculation consists of: read, solve (long, without locks), write if nothing has changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal.kernel.actor import Actor
from portal.kernel.database import acting


@dataclass(frozen=True, slots=True)
class Job:
    """`read` gives all that the answer rests on, comparable; `write` returns a number to tell.

    `lock` gives the row, locked, to whoever may have it counted, and raises the refusals. `seconds`
    is how long the solver may take.
    """

    about: str
    lock: Callable[[Actor, int], Any]
    read: Callable[[Any], Any]
    solve: Callable[[Any], Any]
    write: Callable[[Actor, Any, Any], int]
    seconds: int


def now(job: Job, actor: Actor, pk: int) -> Any:
    """All of it in one transaction, while the caller waits: for demonstration and tests."""
    with transaction.atomic(), acting(actor.elevated()):
        row = job.lock(actor, pk)
        job.write(actor, row, job.solve(job.read(row)))
        return row
