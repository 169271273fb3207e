"""The demonstration's events: three fiscal years in two labs, and what is coming in every state.

The past is written in bulk as the services would have left it; what is live goes through them.
"""

import datetime as dt
import random
from collections.abc import Sequence

from django.utils.translation import override

from lab.booking.models import Lab
from lab.events.demo import live, past
from lab.events.models import Event, Registration
from programs.models import Firm

SEED = 45


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float = 1.0) -> str:
    """Needs `acting(Actor.system(…))` and the labs. Returns what there is, in words."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    labs = list(Lab.objects.order_by("pk"))
    with override("ja"):
        past.write(rng, labs, firms, now, scale)
        live.play(labs, firms, now)
    return f"ラボの催し {Event.objects.count():,}件（申込み {Registration.objects.count():,}件）"
