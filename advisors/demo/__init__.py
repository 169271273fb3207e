"""The demonstration's advisors: 23 wards, three fiscal years, every state and edge.

History is written in bulk, what is live goes through the services. Names, fees and texts are
invented.
"""

import datetime as dt

from advisors.demo import history, live
from advisors.demo.cast import make_cast
from advisors.models import Engagement
from programs.models import Firm


def load(*, firms: list[Firm], now: dt.datetime, scale: float = 1.0) -> int:
    """Needs `acting(Actor.system(…))`. Returns how many engagements there are."""
    cast = make_cast(now)
    history.write(cast, firms, scale)
    live.play(cast, firms)
    return Engagement.objects.count()
