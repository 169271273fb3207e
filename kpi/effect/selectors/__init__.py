"""Reads of the room."""

import datetime as dt
from dataclasses import dataclass

from kpi.effect import words
from kpi.effect.models import Evaluation, Question
from kpi.effect.rules.verdict import Word
from portal.kernel import clock

DONE = {"finished_at__isnull": False}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the dashboard shows of the newest evaluation of a question. Points with their 95 % interval.

    `estimate`, `low` and `high` are None and `n` 0 where the data do not tell.
    """

    effect: str
    word: str
    tone: str
    headline: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    as_of: dt.date


def newest(question: str) -> Evaluation | None:
    """The last one that came to its end."""
    return Evaluation.objects.filter(question=question, **DONE).order_by("-id").first()


def verdict(question: str = Question.GRANT) -> Verdict | None:
    """The newest verdict, by formula A for the grants; None where nothing was evaluated yet."""
    rows = Evaluation.objects.filter(question=question, letter=Evaluation.Letter.A, **DONE)
    row = rows.order_by("-id").first()
    if row is None or row.watermark is None:
        return None
    result = row.result
    word = Word(result["verdict"]["word"])
    found = result.get("points") or {}
    return Verdict(
        effect=row.question,
        word=str(words.WORDS[word]),
        tone=words.TONES[word],
        headline=words.headline(row.question, result),
        estimate=found.get("value"),
        low=found.get("low"),
        high=found.get("high"),
        n=result.get("n", {}).get("treated", 0),
        as_of=clock.to_date(row.watermark),
    )
