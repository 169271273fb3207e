"""Where a firm stands among firms like it: points of others are read by the system, never shown singly."""

import datetime as dt

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.diagnosis import states
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.rules.position import Position, position

# Older results tell nothing of today.
YEARS = 3
ALIKE, OF_SIZE = "alike", "size"


def position_of(row: Diagnosis) -> Position | None:
    """Among the latest results of firms of the same size and industry, else of the same size.

    One query, as the system. None without points or with fewer than ten such firms.
    """
    if row.score is None or row.finished_at is None:
        return None
    since = clock.midnight(clock.to_date(row.finished_at) - dt.timedelta(days=365 * YEARS))
    rows = (
        Diagnosis.objects.filter(
            instrument=row.instrument,
            size=row.size,
            status=states.DONE,
            score__isnull=False,
            finished_at__gte=since,
        )
        .exclude(firm_id=row.firm_id)
        .order_by("firm_id", "-finished_at")
        .distinct("firm_id")
        .values_list("jsic", "score")
    )
    with acting(Actor.system("diagnosis.peers")):
        points = [(jsic, score) for jsic, score in rows if score is not None]
    alike = [score for jsic, score in points if jsic == row.jsic]
    return position(row.score, [(ALIKE, alike), (OF_SIZE, [score for _jsic, score in points])])
