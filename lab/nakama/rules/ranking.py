"""Who is found, in which order, and who is not and why.

First how near the processes are, then how much of the text's rare words the firm uses (BM25 of words that
are there or not), then who answers requests more often.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lab.nakama.rules import nearness

SIZE, TOLERANCE, LOT, MATERIAL, CERTIFICATE = "size", "tolerance", "lot", "material", "certificate"
CONDITIONS = (MATERIAL, SIZE, TOLERANCE, LOT, CERTIFICATE)
# Giving up more conditions than this is another search.
MOST_TOGETHER, MOST_SHOWN = 3, 5
# A firm that does not name the material of the query's words (not a condition) stands a little lower.
_OTHER_MATERIAL = 0.85
# A firm asked less than this often is taken to answer like the average.
_FEW = 5


class Hit(NamedTuple):
    """A firm with something of what is asked.

    `score` is from 0 to 1 over all that is asked, `top` the nearness of its nearest process, `failed` the
    conditions it does not meet, `words` a bit for each word of the query that its text has, `breadth` how many
    of its processes have to do with it.
    """

    profile: int
    score: float
    top: float
    failed: tuple[str, ...]
    words: int
    takes_material: bool
    breadth: int
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Result:
    """`fitting` meets every condition, the best first; of these the last `near` do only something near.
    `outside` is 条件外. `relax` tells for each condition how many more firms there are without it; where
    nobody fits and no single one helps, for each pair (or three) given up together.
    """

    fitting: tuple[Hit, ...]
    near: int
    outside: tuple[Hit, ...]
    relax: tuple[tuple[tuple[str, ...], int], ...]


def rank(hits: Sequence[Hit], *, words: int, by_text: bool = False) -> Result:
    """Order them. `words` is how many words the query has; `by_text` when it names no process."""
    told = _text_scores(hits, words)
    average = _average(hits)
    candidate = -1.0 if by_text else nearness.CANDIDATE

    def key(hit: Hit) -> tuple[float, ...]:
        score = hit.score if hit.takes_material else hit.score * _OTHER_MATERIAL
        answers = (hit.answered + _FEW * average) / (hit.asked + _FEW)
        is_near = hit.top < candidate
        return (
            is_near,
            -round(score, 2),
            -told[hit.words],
            -hit.breadth,
            -round(answers, 3),
            hit.profile,
        )

    fitting = sorted((hit for hit in hits if not hit.failed), key=key)
    outside = sorted((hit for hit in hits if hit.failed and hit.top >= candidate), key=key)
    near = sum(hit.top < candidate for hit in fitting)
    together = MOST_TOGETHER if len(fitting) == near else 1
    return Result(tuple(fitting), near, tuple(outside), _relaxed(outside, together))


def _relaxed(outside: Sequence[Hit], most: int) -> tuple[tuple[tuple[str, ...], int], ...]:
    """What giving up one condition adds, the most first; only where it adds somebody. Where none does,
    as few together as add somebody, `most` at most.
    """
    lacking = Counter(hit.failed for hit in outside)
    for size in range(1, most + 1):
        # Whoever lacks fewer would have been found with fewer given up.
        if found := [(failed, firms) for failed, firms in lacking.items() if len(failed) == size]:
            ordered = sorted(found, key=lambda item: (-item[1], _places(item[0])))
            return tuple(ordered[:MOST_SHOWN])
    return ()


def _places(names: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(CONDITIONS.index(name) for name in names)


def _average(hits: Sequence[Hit]) -> float:
    asked = sum(hit.asked for hit in hits)
    return sum(hit.answered for hit in hits) / asked if asked else 0.5


def _text_scores(hits: Sequence[Hit], words: int) -> dict[int, float]:
    """Words that a text has, as bits → the sum of their weights; a rare word weighs more."""
    masks = Counter(hit.words for hit in hits)
    weights = []
    for number in range(words):
        having = sum(firms for mask, firms in masks.items() if mask >> number & 1)
        weights.append(math.log(1 + (len(hits) - having + 0.5) / (having + 0.5)))
    return {
        mask: round(sum(weight for number, weight in enumerate(weights) if mask >> number & 1), 2)
        for mask in masks
    }
