"""The demonstration's labs: two of them, three fiscal years of bookings, every state.

The past is written in bulk as the services would have left it; what is live goes through them.
"""

import datetime as dt
import random
from collections.abc import Sequence

from django.utils.translation import override

from lab.booking.demo import live, past, places
from lab.booking.models import Reservation
from programs.models import Firm

SEED = 20_261_130


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float = 1.0) -> str:
    """Needs `acting(Actor.system(…))`. Returns what there is, in words."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    with override("ja"):
        labs = places.build(now)
        past.write(rng, labs, firms, now, scale)
        live.play(rng, labs, firms, now)
    return f"ラボの予約 {Reservation.objects.count():,}件"
