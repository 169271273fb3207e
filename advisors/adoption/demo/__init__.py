"""The demonstration's tools: curves of every kind in all wards, and the own story of 墨田区.

History is written in bulk; what the one-click firm and advisor find goes through the services. Names,
figures and words are invented.
"""

import datetime as dt

from advisors.adoption.demo import history, live
from advisors.adoption.models import Tool


def load(today: dt.date) -> int:
    """Needs `acting(Actor.system(…))` and the engagements. Returns how many tools there are."""
    history.write(today, besides=live.play(today))
    return Tool.objects.count()
