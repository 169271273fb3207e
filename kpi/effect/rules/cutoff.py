"""Fuzzy regression discontinuity: firms just above the line of a call against those just below.

The running variable is the score less the line of its call (the lowest selected score), so that calls of
all wards and years are pooled at one line; crossing it makes a grant likelier, it does not give one
(辞退, 繰上げ). Local linear with a triangular kernel; the bandwidth is the library's `mserd` (Calonico,
Cattaneo and Titiunik 2014: least mean squared error, common to both sides), the error robust and
bias-corrected with 3 nearest neighbours. The library clusters no errors; an applicant stands in a call once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kpi.effect.rules.staggered import Estimate

FEWEST_SIDE = 20
FEWEST_JUMP = 0.1  # of the share with a grant, else the line decides next to nothing
BINS = 6


@dataclass(frozen=True, slots=True)
class Scored:
    """An application's points above (below) the line, and what followed."""

    distance: float
    outcome: float
    granted: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Some firms beside each other by score: the mean of the outcome, and how many."""

    distance: float
    outcome: float
    n: int


@dataclass(frozen=True, slots=True)
class Jump:
    """The effect at the line for firms that the line decides; `first` is the jump in grants.

    `why` says in a word why there is no estimate: few, weak or failed. `density` is the p-value of
    more firms on one side of the line than chance would have it; small means doubt. `near_below` and
    `near_above` firms lie within the bandwidth and so have a weight at all.
    """

    estimate: Estimate | None
    first: Estimate | None
    bandwidth: float | None
    below: int
    above: int
    bins: tuple[Bin, ...] = ()
    density: float | None = None
    why: str = ""
    near_below: int = 0
    near_above: int = 0


def jump(rows: Sequence[Scored]) -> Jump:
    """The effect at the line, or why there is none."""
    below = sum(row.distance < 0 for row in rows)
    above = len(rows) - below
    bins = tuple(_bins(rows))
    if min(below, above) < FEWEST_SIDE:
        return Jump(None, None, None, below, above, bins, why="few")
    import warnings

    import numpy as np
    import pandas as pd
    from diff_diff import RegressionDiscontinuity

    frame = pd.DataFrame(
        {
            "distance": [row.distance for row in rows],
            "outcome": [row.outcome for row in rows],
            "granted": [float(row.granted) for row in rows],
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = RegressionDiscontinuity(cutoff=0.0).fit(
                frame, outcome="outcome", running="distance", takeup="granted"
            )
        except (ValueError, ZeroDivisionError, np.linalg.LinAlgError):
            return Jump(None, None, None, below, above, bins, why="failed")
    first = _estimate(found.first_stage, found.first_stage_se)
    whole = _estimate(found.att, found.se)
    if first is None or abs(first.value) < FEWEST_JUMP or first.low <= 0 <= first.high:
        return Jump(None, first, float(found.h_left), below, above, bins, why="weak")
    return Jump(
        whole,
        first,
        float(found.h_left),
        below,
        above,
        bins,
        _density(frame),
        "" if whole else "failed",
        int(found.n_h_left),
        int(found.n_h_right),
    )


def _estimate(value: Any, error: Any) -> Estimate | None:
    """None where the library found no number; a design without fuzziness has an error of 0."""
    if value is None or error is None or value != value or error != error:
        return None
    return Estimate(float(value), float(error))


def _density(frame: Any) -> float | None:
    import warnings

    import numpy as np
    from diff_diff.rddensity import RDDensityTest

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = RDDensityTest(cutoff=0.0).fit(frame, running="distance")
        except (ValueError, ZeroDivisionError, TypeError, np.linalg.LinAlgError):
            return None
    p = getattr(found, "p_value", None)
    return None if p is None or p != p else float(p)


def _bins(rows: Sequence[Scored]) -> list[Bin]:
    """About as many firms in each, sides apart."""
    found = []
    for side in (
        [row for row in rows if row.distance < 0],
        [row for row in rows if row.distance >= 0],
    ):
        ordered = sorted(side, key=lambda row: row.distance)
        count = min(BINS, len(ordered) // 5)
        for number in range(count):
            part = ordered[len(ordered) * number // count : len(ordered) * (number + 1) // count]
            found.append(
                Bin(
                    sum(row.distance for row in part) / len(part),
                    sum(row.outcome for row in part) / len(part),
                    len(part),
                )
            )
    return found
