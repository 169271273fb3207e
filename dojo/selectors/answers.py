"""アンケートの結果 by session: figures, and comments without names. Too few to hide whose they are show nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Avg, Count

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
            .annotate(n=Count("pk"), c=Avg("clear"), u=Avg("useful"), p=Avg("pace"))
        )
        found = {row["session_id"]: row for row in rows}
        comments: dict[int, list[str]] = {}
        told = Answer.objects.filter(session__cohort=cohort).exclude(comment="")
        for session_id, comment in told.order_by("comment").values_list("session_id", "comment"):
            comments.setdefault(session_id, []).append(comment)
    return {
        key: Result(key, row["n"], row["c"], row["u"], row["p"], tuple(comments.get(key, ())))
        if row["n"] >= FEWEST
        else Result(key, row["n"])
        for key, row in found.items()
    }
