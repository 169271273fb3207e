"""From rows to every number of the page. Runs in a worker: here the estimators' library is loaded."""

import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kpi.effect.models import Question
from kpi.effect.rules import beside, cutoff, staggered, study, verdict
from kpi.effect.rules.panel import BadPanel, Panel
from kpi.effect.rules.staggered import Estimate, Staggered, one_thread
from kpi.effect.rules.study import ANTICIPATION, Study, Unfit
from kpi.effect.rules.verdict import Points
from kpi.effect.selectors import sources

# Points that the support is to add (2-KGI); of the smaller questions any effect at all.
TARGETS = {Question.GRANT: 5.0, Question.DOJO: 0.0, Question.LAB: 0.0}
Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Found:
    """An evaluation's result and what it rests on."""

    result: dict[str, Any]
    material: bytes
    sha256: str
    software: dict[str, str]


def compute(*, question: str, letter: str, as_of: dt.date, step: Step) -> Found:
    """Raises nothing for data that cannot answer: that is a verdict too."""
    kind = Question(question)
    if kind == Question.GRANT:
        years = sources.accounts(letter=letter, as_of=as_of)
        candidates, lines = sources.candidates(years), sources.lines()
        step()
        try:
            made = study.build(candidates, years, lines)
        except Unfit as unfit:
            return _found(_unanswered(kind, unfit, unfit.flow), None, ())
        step()
        return grants(made, step=step)
    followers = (
        sources.dojo_followers(as_of) if kind == Question.DOJO else sources.lab_followers(as_of)
    )
    step()
    return followed(kind, followers, step=step)


@one_thread()
def grants(made: Study, *, step: Step = lambda: None) -> Found:
    """2-KGI: whether users added more value than they would have without."""
    kind = Question.GRANT
    try:
        found = staggered.estimate(
            made.panel, control="not_yet", anticipation=ANTICIPATION, step=step
        )
    except BadPanel as problem:
        return _found(_unanswered(kind, problem, made.flow), made.open_panel, made.scored)
    points = verdict.growth_points(found.group)
    result = _answered(
        kind, made.panel, found, points=verdict.growth_points, headline=points, a_year=made.a_year
    )
    step()
    jump = cutoff.jump(made.scored)
    handed_out = staggered.estimate(made.open_panel, control="not_yet", anticipation=ANTICIPATION)
    result |= {
        "flow": _flow(made.flow),
        "gap": asdict(beside.plain_gap(made.users, made.others)),
        "rdd": _jump(jump, TARGETS[kind]),
        "two_way": asdict(verdict.growth_points(beside.two_way(made.panel))),
        "unused": list(made.unused),
        "open": {name: _estimate(getattr(handed_out, name)) for name in ("group", "simple")},
    }
    return _found(result, made.open_panel, made.scored)


@one_thread()
def followed(
    kind: Question, followers: Iterable[study.Follower], *, step: Step = lambda: None
) -> Found:
    """Whether firms bought within a year, against firms that had asked for the same and did not get it."""
    rows = list(followers)
    sides = {
        "users": [one for one in rows if one.is_user],
        "others": [one for one in rows if not one.is_user],
    }
    users = len(sides["users"])
    flow: dict[tuple[study.Group, study.Out | None], int]
    flow = {(study.Group.USERS, None): users, (study.Group.WAITING, None): len(rows) - users}
    try:
        panel = study.two_years(rows)
        step()
        found = staggered.estimate(panel, control="never", step=step)
    except BadPanel as problem:
        return _found(_unanswered(kind, problem, flow), None, ())
    result = _answered(
        kind,
        panel,
        found,
        points=verdict.share_points,
        headline=verdict.share_points(found.simple),
        a_year=0,
        level_p=beside.same_level(*([one.before for one in side] for side in sides.values())),
    )
    shares = {
        name: {
            "n": len(side),
            "before": sum(one.before for one in side),
            "after": sum(one.after for one in side),
        }
        for name, side in sides.items()
    }
    result |= {"flow": _flow(flow), "shares": shares}
    if beside.may_tell_shares(shares.values()):
        # The weights are made without it: whether the sides began alike is to be seen.
        lines = beside.balance(panel, level="before")
        result["balance"] = [asdict(line) for line in lines]
    result["open"] = {name: _estimate(getattr(found, name)) for name in ("group", "simple")}
    return _found(result, panel, ())


def _answered(
    kind: Question,
    panel: Panel,
    found: Staggered,
    *,
    points: Callable[[Estimate], Points],
    headline: Points,
    a_year: float,
    level_p: float | None = None,
) -> dict[str, Any]:
    target = TARGETS[kind]
    others = found.never or found.units - found.treated
    judged = verdict.judge(
        headline,
        target=target,
        treated=found.treated,
        others=others,
        trend_p=found.trend.p if found.trend else None,
        level_p=level_p,
        a_year=a_year,
    )
    power = beside.power(headline.error, found.treated, target)
    return {
        "target": target,
        "verdict": asdict(judged),
        "points": asdict(headline),
        "overall": {
            name: {**_estimate(getattr(found, name)), **_points(points(getattr(found, name)))}
            for name in ("simple", "group", "dynamic", "calendar")
        },
        "events": [
            {
                "after": event.after,
                "n": event.units,
                **_estimate(event.estimate),
                **_points(points(event.estimate)),
            }
            for event in found.events
        ],
        "cohorts": [
            {"cohort": cohort, "n": n, **_estimate(one), **_points(points(one))}
            for cohort, one, n in found.cohorts
        ],
        "cells": [
            {
                "cohort": cell.cohort,
                "time": cell.time,
                "treated": cell.treated,
                "controls": cell.controls,
                **_estimate(cell.estimate),
            }
            for cell in found.cells
        ],
        "trend": asdict(found.trend) if found.trend else None,
        "balance": [asdict(row) for row in beside.balance(panel)],
        "power": asdict(power),
        "n": {
            "units": found.units,
            "treated": found.treated,
            "others": others,
            "rows": len(panel.rows),
            "first": panel.periods[0],
            "last": panel.periods[-1],
        },
        "warnings": [asdict(told) for told in found.warnings],
    }


def _unanswered(
    kind: Question, problem: BadPanel, flow: Mapping[tuple[study.Group, study.Out | None], int]
) -> dict[str, Any]:
    """判定不能 because the data do not tell; `code` says why."""
    return {
        "target": TARGETS[kind],
        "verdict": asdict(verdict.judge(None, target=TARGETS[kind], treated=0, others=0)),
        "code": problem.code or "failed",
        "flow": _flow(flow),
        "warnings": [],
    }


def _flow(
    flow: Mapping[tuple[study.Group, study.Out | None], int],
) -> list[dict[str, Any]]:
    return [
        {"group": str(group), "out": str(out) if out else "", "n": n}
        for (group, out), n in sorted(flow.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    ]


def _estimate(found: Estimate) -> dict[str, float]:
    return {"att": found.value, "se": found.error}


def _points(found: Points) -> dict[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high}


def _jump(jump: cutoff.Jump, target: float) -> dict[str, Any]:
    """With a verdict of its own, from the firms near the line alone."""
    points = verdict.growth_points(jump.estimate) if jump.estimate else None
    judged = verdict.judge_line(
        points,
        target=target,
        above=jump.near_above,
        below=jump.near_below,
        density=jump.density,
    )
    return {
        "points": asdict(points) if points else None,
        "verdict": asdict(judged),
        "near": {"below": jump.near_below, "above": jump.near_above},
        "estimate": asdict(jump.estimate) if jump.estimate else None,
        "first": asdict(jump.first) if jump.first else None,
        "bandwidth": jump.bandwidth,
        "below": jump.below,
        "above": jump.above,
        "bins": [asdict(one) for one in jump.bins],
        "density": jump.density,
        "why": jump.why,
    }


def _found(result: dict[str, Any], panel: Panel | None, scored: Iterable[cutoff.Scored]) -> Found:
    """Numbers that are no numbers (an error that nothing is known of) become null: JSON has none."""
    content = {
        "covariates": list(panel.covariates) if panel else [],
        "rows": [
            [row.unit, row.time, row.cohort, row.outcome, list(row.covariates)]
            for row in (panel.rows if panel else ())
        ],
        "scored": [[row.distance, row.outcome, row.granted] for row in scored],
    }
    raw = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
    return Found(
        result=_finite(result),
        material=gzip.compress(raw, mtime=0),
        sha256=hashlib.sha256(raw).hexdigest(),
        software=software(),
    )


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value


@cache
def software() -> dict[str, str]:
    """What computed it: the libraries' versions and a digest of the room's own rules."""
    from importlib.metadata import version

    own = hashlib.sha256()
    for path in sorted(Path(beside.__file__).parent.glob("*.py")):
        own.update(path.name.encode() + path.read_bytes())
    names = ("diff-diff", "numpy", "pandas", "scipy")
    return {name: version(name) for name in names} | {"kpi.effect.rules": own.hexdigest()[:16]}
