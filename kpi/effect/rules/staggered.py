"""Callaway–Sant'Anna: effects by cohort and period, and what they add up to.

Cells ATT(g,t) and their influence functions are the library's (diff-diff, MIT). The four overall
figures of the paper are weighted here from the cells, with the variance of the weights
(Callaway & Sant'Anna 2021, section 4; checked against R `did` and moderndid in the tests): the library
has no calendar average, and one place for all four is easier to check.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist
from typing import Any

from django.utils.translation import gettext as _

from kpi.effect.rules.panel import BadPanel, Panel, Told, require_controls

CONTROLS = {"never": "never_treated", "not_yet": "not_yet_treated"}
# Cells of fewer treated units are in no test of trends: their spread is known too badly.
FEWEST_IN_CELL = 10
Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its standard error; both in units of the outcome."""

    value: float
    error: float

    @property
    def low(self) -> float:
        return self.value - Z95 * self.error

    @property
    def high(self) -> float:
        return self.value + Z95 * self.error


@dataclass(frozen=True, slots=True)
class Cell:
    """ATT(g,t): cohort g in period t, from so many treated units and controls."""

    cohort: int
    time: int
    estimate: Estimate
    treated: int
    controls: int


@dataclass(frozen=True, slots=True)
class Event:
    """All cohorts so many periods after (before) their first one under treatment."""

    after: int
    estimate: Estimate
    units: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Whether treated units moved otherwise before the treatment: all such cells are 0 (Wald)."""

    statistic: float
    freedom: int
    p: float


@dataclass(frozen=True, slots=True)
class Staggered:
    """`simple` weighs cells by units, `group` cohorts, `dynamic` times since, `calendar` periods."""

    simple: Estimate
    group: Estimate
    dynamic: Estimate
    calendar: Estimate
    cells: tuple[Cell, ...]
    cohorts: tuple[tuple[int, Estimate, int], ...]
    events: tuple[Event, ...]
    trend: Trend | None
    units: int
    treated: int
    never: int
    warnings: tuple[Told, ...] = ()


@contextmanager
def one_thread() -> Iterator[None]:
    """Matrices here are small: several threads of the algebra library wait for each other far longer
    than one of them works, above all beside other work on the same processors.
    """
    import numpy as np  # noqa: F401 (what is limited must be loaded)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def estimate(
    panel: Panel,
    *,
    control: str = "not_yet",
    anticipation: int = 0,
    method: str = "dr",
    step: Callable[[], None] = lambda: None,
) -> Staggered:
    """Raises BadPanel where the panel does not tell an effect. Standard errors by unit, analytic."""
    require_controls(panel, control)
    fitted, said = _fit(panel, control=control, anticipation=anticipation, method=method)
    step()
    table = _Table.of(fitted, panel, anticipation)
    if not any(cell.time >= cell.cohort for cell in table.cells):
        raise BadPanel(
            _(
                "どの組も、比べる相手がある期に重なっていません。期間か対象外の単位を増やしてください。"
            ),
            "no_overlap",
        )
    times = sorted({c.time for c in table.cells if c.time >= c.cohort})
    cohorts = sorted({c.cohort for c in table.cells if c.time >= c.cohort})
    after = sorted({c.time - c.cohort for c in table.cells})
    by_cohort = {g: table.mean(partial(_of_cohort, g)) for g in cohorts}
    sizes = {g: table.size(g) for g in cohorts}
    events = {e: table.mean(partial(_so_long_after, e)) for e in after}
    by_time = [table.mean(partial(_in_period, t)) for t in times]
    return Staggered(
        simple=table.estimate(table.mean(lambda c: c.time >= c.cohort)),
        group=table.estimate(table.weighted([by_cohort[g] for g in cohorts], cohorts)),
        dynamic=table.estimate(_average([events[e] for e in after if e >= 0])),
        calendar=table.estimate(_average(by_time)),
        cells=tuple(table.cells),
        cohorts=tuple((g, table.estimate(by_cohort[g]), sizes[g]) for g in cohorts),
        events=tuple(
            Event(
                e,
                table.estimate(events[e]),
                sum(c.treated for c in table.cells if c.time - c.cohort == e),
            )
            for e in after
        ),
        trend=table.trend(anticipation),
        units=len(panel.cohorts),
        treated=panel.treated,
        never=panel.never,
        warnings=(*panel.warnings, *said),
    )


def _of_cohort(cohort: int, cell: Cell) -> bool:
    return cell.time >= cell.cohort == cohort


def _so_long_after(after: int, cell: Cell) -> bool:
    return cell.time - cell.cohort == after


def _in_period(time: int, cell: Cell) -> bool:
    return cell.time == time >= cell.cohort


# A figure and what each unit adds to its error.
_Sum = tuple[float, Any]


def _average(sums: Sequence[_Sum]) -> _Sum:
    return (
        sum(value for value, _psi in sums) / len(sums),
        sum(psi for _value, psi in sums) / len(sums),
    )


@dataclass(slots=True)
class _Table:
    cells: list[Cell]
    psi: Any  # cells × units: the influence of each unit, already divided by the number of units
    belongs: Any  # the cohort of each unit

    @classmethod
    def of(cls, fitted: Any, panel: Panel, anticipation: int) -> "_Table":
        import numpy as np

        kit = fitted._aggregation_kit
        belongs = np.asarray(kit.bookkeeping["unit_cohorts"], dtype=float)
        cells, rows = [], []
        for (g, t), found in sorted(fitted.group_time_effects.items()):
            influence = kit.influence.get((g, t))
            error = float(found["se"])
            if influence is None or not np.isfinite(found["effect"]) or not error > 0:
                continue
            psi = np.zeros(len(belongs))
            psi[np.asarray(influence["treated_idx"])] += influence["treated_inf"]
            psi[np.asarray(influence["control_idx"])] += influence["control_inf"]
            rows.append(psi)
            cells.append(
                Cell(
                    int(g),
                    int(t),
                    Estimate(float(found["effect"]), error),
                    int(found["n_treated"]),
                    int(found["n_control"]),
                )
            )
        return cls(cells, np.array(rows) if rows else np.zeros((0, len(belongs))), belongs)

    def size(self, cohort: int) -> int:
        return int((self.belongs == cohort).sum())

    def mean(self, chosen: Callable[[Cell], bool]) -> _Sum:
        """Cells weighed by the units of their cohort; the weights are estimates too."""
        at = [number for number, cell in enumerate(self.cells) if chosen(cell)]
        sums = [(self.cells[number].estimate.value, self.psi[number]) for number in at]
        if len({self.cells[number].cohort for number in at}) == 1:
            return _average(sums)
        return self.weighted(sums, [self.cells[number].cohort for number in at])

    def weighted(self, sums: Sequence[_Sum], cohorts: Iterable[int]) -> _Sum:
        import numpy as np

        count = len(self.belongs)
        is_in = np.array([self.belongs == cohort for cohort in cohorts], dtype=float)
        share = is_in.mean(axis=1)
        values = np.array([value for value, _psi in sums])
        whole = share.sum()
        around = is_in - share[:, None]
        moved = around / whole - around.sum(axis=0)[None, :] * (share / whole**2)[:, None]
        weights = share / whole
        psi = sum(w * one for w, (_value, one) in zip(weights, sums, strict=True))
        return float(weights @ values), psi + values @ moved / count

    def estimate(self, found: _Sum) -> Estimate:
        value, psi = found
        return Estimate(float(value), float((psi**2).sum() ** 0.5))

    def trend(self, anticipation: int) -> Trend | None:
        import numpy as np
        from scipy import stats

        at = [
            n
            for n, cell in enumerate(self.cells)
            if cell.time < cell.cohort - anticipation and cell.treated >= FEWEST_IN_CELL
        ]
        if not at:
            return None
        values = np.array([self.cells[number].estimate.value for number in at])
        spread = self.psi[at] @ self.psi[at].T
        freedom = int(np.linalg.matrix_rank(spread))
        if not freedom:
            return None
        statistic = float(values @ np.linalg.pinv(spread, hermitian=True) @ values)
        return Trend(statistic, freedom, float(stats.chi2.sf(statistic, freedom)))


def _fit(panel: Panel, *, control: str, anticipation: int, method: str) -> tuple[Any, list[Told]]:
    import warnings

    import numpy as np
    from diff_diff import CallawaySantAnna

    frame = panel.frame()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fitted = CallawaySantAnna(
                control_group=CONTROLS[control],
                anticipation=anticipation,
                estimation_method=method,
                pscore_fallback="unconditional",
            ).fit(
                frame,
                outcome="outcome",
                unit="unit",
                time="time",
                first_treat="cohort",
                covariates=panel.names or None,
            )
        except (ValueError, np.linalg.LinAlgError, ZeroDivisionError) as problem:
            raise BadPanel(
                _(
                    "この組合せでは計算できません。共変量を減らすか、期間を広げてください。（%(why)s）"
                )
                % {"why": str(problem)[:200]},
                "failed",
            ) from problem
    return fitted, _said(panel, [str(entry.message) for entry in caught])


def _said(panel: Panel, messages: Iterable[str]) -> list[Told]:
    """What the library warns of, in our words where they are known, each once."""
    found: dict[Told, None] = {}
    for message in messages:
        low = message.lower()
        known = next((kind for kind, parts in _KNOWN if any(part in low for part in parts)), "")
        text = "" if known else message.splitlines()[0][:160]
        found[Told(known or "library", text=text)] = None
    if not panel.never:
        found[Told("no_never")] = None
    return list(found)


_KNOWN = (
    ("unbalanced", ("balanced",)),
    ("overlap", ("propensity", "overlap", "events per variable")),
    ("rank", ("rank", "collinear", "constant")),
)
