"""The demonstration's evaluations: each question once, on the invented firms as they are."""

import datetime as dt
from collections.abc import Sequence

from kpi.effect.models import Question
from kpi.effect.services import evaluation_now
from portal.kernel import clock
from programs.models import Firm


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """In words with the number of evaluations. Nothing is invented here: data that cannot answer say so."""
    made = [evaluation_now(question=one, today=clock.to_date(now)) for one in Question]
    return f"効果検証 {len(made):,}件"
