"""What stands beside the estimate: the plain gap, balance, power, two-way fixed effects as a diagnostic."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist
from typing import Any

from kpi.effect.rules.panel import NEVER, Observation, Panel
from kpi.effect.rules.staggered import Z95, Estimate
from kpi.rules.ratios import HIGH_CUT, LOW_CUT, Growth
from programs.small_cells import is_small

# Found with 80 % when true, at 5 % two-sided: 2.80 standard errors.
DETECTABLE = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
# Standardised differences above this are worth a word (Austin 2009).
UNEVEN = 0.1


@dataclass(frozen=True, slots=True)
class Balance:
    """A covariate's means in both groups, and how many standard deviations apart they are."""

    name: str
    treated: float
    others: float
    before: float
    after: float


def balance(panel: Panel, *, level: str = "") -> tuple[Balance, ...]:
    """Of each unit's first row. `after`: the others weighed by how alike they are (odds of treatment).
    `level` is the name of a further line, the outcome itself, by which nobody is weighed.
    """
    if not panel.covariates and not level:
        return ()
    import numpy as np

    first: dict[str, Observation] = {}
    for row in panel.rows:
        first.setdefault(row.unit, row)
    values = np.array([(*row.covariates, row.outcome) for row in first.values()], dtype=float)
    treated = np.array([row.cohort != NEVER for row in first.values()])
    if treated.all() or not treated.any():
        return ()
    odds = _odds(values[:, :-1], treated)
    found = []
    for at, name in enumerate((*panel.covariates, level) if level else panel.covariates):
        ours, theirs = values[treated, at], values[~treated, at]
        spread = sqrt((float(ours.var()) + float(theirs.var())) / 2) or 1.0
        after = float(ours.mean() - np.average(theirs, weights=odds)) / spread
        found.append(
            Balance(
                name,
                float(ours.mean()),
                float(theirs.mean()),
                float(ours.mean() - theirs.mean()) / spread,
                after,
            )
        )
    return tuple(found)


def _odds(values: Any, treated: Any) -> Any:
    """p/(1−p) of the others from a logit with a slight ridge, so that separated groups end too."""
    import numpy as np

    spread = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)
    design = np.column_stack([np.ones(len(scaled)), scaled])
    beta = np.zeros(design.shape[1])
    ridge = np.diag([0.0] + [1e-2] * (design.shape[1] - 1))
    for _round in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        weight = chance * (1 - chance)
        slope = design.T @ (treated - chance) - ridge @ beta
        move = np.linalg.solve(design.T @ (design * weight[:, None]) + ridge + 1e-9, slope)
        beta = beta + move
        if abs(move).max() < 1e-8:
            break
    chance = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
    chance = np.clip(chance, 0.001, 0.99)
    return (chance / (1 - chance))[~treated]


def same_level(ours: Sequence[bool], theirs: Sequence[bool]) -> float:
    """p of the hypothesis that both shares are the same (z test, pooled); 1 where all are alike."""
    n, m = len(ours), len(theirs)
    pooled = (sum(ours) + sum(theirs)) / (n + m)
    error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)) if n and m else 0.0
    if not error:
        return 1.0
    return 2 * (1 - NormalDist().cdf(abs(sum(ours) / n - sum(theirs) / m) / error))


def may_tell_shares(sides: Iterable[Mapping[str, int]]) -> bool:
    """Whether how many applied before and after may be told: one or two firms, of those that did or
    did not, tell on them, and each of the four counts follows from the other three and the estimate.
    """
    return not any(
        is_small(side[when]) or is_small(side["n"] - side[when])
        for side in sides
        for when in ("before", "after")
    )


@dataclass(frozen=True, slots=True)
class PlainGap:
    """Mean growth of users less that of the others in points, winsorised, with its interval; and in DHS
    growth and medians. It shows no cause. `without_base` firms had no value to grow from.
    """

    points: float | None
    low: float | None
    high: float | None
    symmetric: float | None
    median: float | None
    users: int
    others: int
    without_base: int


def plain_gap(users: Sequence[Growth], others: Sequence[Growth]) -> PlainGap:
    """`kpi.rules.growth_gap` in floats: firms over several cohorts are too many for exact fractions."""
    import numpy as np

    ours, theirs = _percents(users), _percents(others)
    lost = len(users) + len(others) - len(ours) - len(theirs)
    if len(ours) < 2 or len(theirs) < 2:
        return PlainGap(None, None, None, None, None, len(ours), len(theirs), lost)
    low, high = np.quantile(np.array(ours + theirs), [float(LOW_CUT), float(HIGH_CUT)])
    a, b = np.clip(ours, low, high), np.clip(theirs, low, high)
    points = float(a.mean() - b.mean())
    half = Z95 * sqrt(float(a.var(ddof=1)) / len(a) + float(b.var(ddof=1)) / len(b))
    even = [_symmetric(users), _symmetric(others)]
    return PlainGap(
        points,
        points - half,
        points + half,
        sum(even[0]) / len(even[0]) - sum(even[1]) / len(even[1]) if all(even) else None,
        float(np.median(ours) - np.median(theirs)),
        len(ours),
        len(theirs),
        lost,
    )


def _percents(rows: Sequence[Growth]) -> list[float]:
    return [100 * (row.after / row.before - 1) for row in rows if row.before > 0]


def _symmetric(rows: Sequence[Growth]) -> list[float]:
    return [
        200 * (row.after - row.before) / (row.after + row.before)
        for row in rows
        if row.after + row.before > 0
    ]


@dataclass(frozen=True, slots=True)
class Power:
    """What could have been seen: an effect of `detectable` is found in 80 of 100 such studies.

    `needed` treated units, with controls in proportion, would find `target`; None for target 0.
    """

    detectable: float
    needed: int | None


def power(error: float, treated: int, target: float) -> Power:
    """`error` and `target` in the same unit (points). Errors fall with the root of the numbers."""
    needed = None
    if target > 0:
        needed = ceil(treated * (error * DETECTABLE / target) ** 2)
    return Power(DETECTABLE * error, needed)


def two_way(panel: Panel) -> Estimate:
    """Two-way fixed effects of "under treatment", errors by unit. A diagnostic and no answer:
    units that are treated already serve it as controls, which biases it where effects differ.
    """
    columns = {"on": [float(NEVER < row.cohort <= row.time) for row in panel.rows]}
    found = fixed_effects(
        [row.unit for row in panel.rows],
        [row.time for row in panel.rows],
        [row.outcome for row in panel.rows],
        columns,
        clustered=True,
    )
    return found["on"]


def fixed_effects(
    units: Sequence[object],
    times: Sequence[int],
    outcomes: Sequence[float],
    columns: Mapping[str, Sequence[float]],
    *,
    clustered: bool = False,
) -> dict[str, Estimate]:
    """Least squares with an intercept for each unit and period; classical or clustered errors."""
    import numpy as np

    _names, of_unit = np.unique(np.asarray(units, dtype=str), return_inverse=True)
    periods, of_time = np.unique(np.asarray(times), return_inverse=True)
    design = np.column_stack(
        [
            *(np.asarray(column, dtype=float) for column in columns.values()),
            *((of_time == at).astype(float) for at in range(1, len(periods))),
        ]
    )
    counts = np.bincount(of_unit).astype(float)
    rows = np.column_stack([np.asarray(outcomes, dtype=float), design])
    means = np.column_stack([np.bincount(of_unit, column) for column in rows.T]) / counts[:, None]
    rows = rows - means[of_unit]
    y, x = rows[:, 0], rows[:, 1:]
    bread = np.linalg.pinv(x.T @ x, hermitian=True)
    beta = bread @ x.T @ y
    left = y - x @ beta
    free = len(y) - len(counts) - np.linalg.matrix_rank(x)
    if clustered:
        scores = np.column_stack([np.bincount(of_unit, column) for column in (x * left[:, None]).T])
        spread = bread @ scores.T @ scores @ bread * (len(counts) / max(len(counts) - 1, 1))
    else:
        spread = bread * float(left @ left) / max(free, 1)
    return {
        name: Estimate(float(beta[at]), float(max(spread[at, at], 0.0) ** 0.5))
        for at, name in enumerate(columns)
    }
