"""アンケートの結果 by session: figures, and comments without names. Too few to hide whose they are show nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Avg, Count, Q

from dojo.models import Answer, Cohort
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.small_cells import FEWEST


@dataclass(frozen=True, slots=True)
class Result:
    """Answers of one session. Means are of 1 to 5; None while there are too few."""

    session_id: int
    count: int
    clear: float | None = None
    useful: float | None = None
    pace: float | None = None
    comments: Sequence[str] = ()

    @property
    def is_shown(self) -> bool:
        return self.count >= FEWEST


def results(actor: Actor, cohort: Cohort) -> dict[int, Result]:
    """Session → result. Read as the system: nobody sees whose answer it is. The caller has asked the policy."""
    with acting(actor.elevated()):
        rows = (
            Answer.objects.filter(session__cohort=cohort)
            .values("session_id")
            .annotate(
                n=Count("pk"),
                c=Avg("clear"),
                u=Avg("useful"),
                p=Avg("pace"),
                told=ArrayAgg("comment", filter=~Q(comment=""), order_by="comment", default=[]),
            )
            .values_list("session_id", "n", "c", "u", "p", "told")
        )
        found = list(rows)
    return {
        key: Result(key, n, clear, useful, pace, tuple(told)) if n >= FEWEST else Result(key, n)
        for key, n, clear, useful, pace, told in found
    }
