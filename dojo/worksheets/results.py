"""What follows from a sheet: a picture, totals, a table. Each kind has its template of the same name."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dojo.worksheets import drawing, words
from dojo.worksheets.rules import comparison, flow, investment, reading
from dojo.worksheets.rules.building import named, score_code
from dojo.worksheets.rules.sheet import Sheet, Step
from dojo.worksheets.sheets import (
    IMPROVEMENT,
    INVESTMENT,
    PLAN,
    PROCESS,
    RISKS,
    TOOLS,
)

Content = reading.Content


@dataclass(frozen=True, slots=True)
class Result:
    """`template` draws `data`; `kept` says instead that its figures are kept out of sight."""

    template: str
    data: Any = None
    kept: bool = False


def result_of(sheet: Sheet, content: Content, *, hide: Collection[str] = ()) -> Result | None:
    """What follows, None where nothing does (yet). Nothing that rests on a hidden figure is told."""
    make = _RESULTS.get(sheet.code)
    if make is None:
        return None
    data = make(sheet, content)
    if data is None:
        return None
    template = f"worksheets/result_{sheet.code}.html"
    used = {key for key, step, _field in sheet.figures() if step.code in _USED[sheet.code]}
    return Result(template, kept=True) if used & set(hide) else Result(template, data)


def _step(sheet: Sheet, code: str) -> Step:
    step = sheet.step(code)
    assert step is not None
    return step


def plan_of(sheet: Sheet, content: Content) -> investment.Plan | None:
    """The plan that was typed, None as long as the costs and the period are missing."""
    costs, benefits, assumed = (
        (step, reading.answers_of(content, step))
        for step in (_step(sheet, code) for code in ("costs", "benefits", "assumptions"))
    )
    years = reading.whole(*assumed, "years")
    if reading.value(costs[0].field("initial"), costs[1].get("initial")) is None or not years:
        return None
    return investment.Plan(
        initial_yen=reading.whole(*costs, "initial"),
        subsidy_yen=reading.whole(*costs, "subsidy"),
        running_yen=reading.whole(*costs, "running"),
        hours=reading.exact(*benefits, "hours"),
        hourly_yen=reading.whole(*benefits, "hourly"),
        saved_yen=reading.whole(*benefits, "saved"),
        margin_yen=reading.whole(*benefits, "margin"),
        years=years,
        rate=reading.exact(*assumed, "rate") / 100,
        first_year=reading.exact(*assumed, "first_year") / 100,
    )


def _investment(sheet: Sheet, content: Content) -> dict[str, Any] | None:
    plan = plan_of(sheet, content)
    if plan is None:
        return None
    if plan.subsidy_yen > plan.initial_yen:
        return {
            "refusal": _("「補助金の見込み」が初期費用を超えています。費用を見直してください。")
        }
    found = investment.outcome(plan)
    assumed = _step(sheet, "assumptions")
    swing = reading.exact(assumed, reading.answers_of(content, assumed), "swing") / 100
    table = investment.sensitivity(plan, swing)
    return {
        "plan": plan,
        "labour": words.money(plan.labour_yen),
        "benefit": words.money(plan.benefit_yen),
        "payback": words.payback_text(found.payback, plan.years),
        "is_paid_back": found.payback is not None,
        "npv": words.money(found.npv_yen),
        "irr": words.irr_text(found.irr),
        "years": [
            (year, words.money(flow_yen), words.money(balance))
            for year, (flow_yen, balance) in enumerate(zip(found.flows, found.balance, strict=True))
        ],
        "drawings": drawing.cash(found.balance),
        "factors": [words.percent(factor) for factor, _row in table],
        "sensitivity": [
            (
                words.percent(factor),
                [(words.percent(cost), words.money(yen)) for cost, yen in row],
            )
            for factor, row in table
        ],
        "assumed": [
            (
                step,
                [
                    (
                        field,
                        words.answer_text(field, reading.answers_of(content, step).get(field.code)),
                    )
                    for field in step.fields
                    if field.is_figure
                ],
            )
            for step in sheet.steps
        ],
    }


def _process(sheet: Sheet, content: Content) -> dict[str, Any] | None:
    step, scope = _step(sheet, "stages"), _step(sheet, "scope")
    tool = step.field("tool")
    assert tool is not None
    stages = [
        flow.Stage(
            name=str(row.get("name", "")),
            who=str(row.get("who", "")),
            tool="" if not row.get("tool") else words.answer_text(tool, row.get("tool")),
            work=reading.whole(step, row, "work"),
            wait=reading.whole(step, row, "wait"),
            errors=reading.whole(step, row, "errors"),
        )
        for row in reading.rows_of(content, step)
    ]
    if not stages:
        return None
    times = reading.whole(scope, reading.answers_of(content, scope), "times")
    sums = flow.totals(stages, times)
    return {
        "totals": sums,
        "stages": [
            (stage, words.duration(stage.work), words.duration(stage.wait)) for stage in stages
        ],
        "work": words.duration(sums.work),
        "wait": words.duration(sums.wait),
        "hours": words.number(Fraction(round(sums.work_hours * 10), 10)),
        "slowest": stages[sums.slowest] if sums.slowest is not None else None,
        "faultiest": stages[sums.faultiest] if sums.faultiest is not None else None,
        "drawing": drawing.flow(stages, sums.slowest),
    }


def _improvement(sheet: Sheet, content: Content) -> dict[str, Any] | None:
    step = _step(sheet, "waste")
    rows = reading.rows_of(content, step)
    if not rows:
        return None
    minutes = sum(reading.whole(step, row, "minutes") for row in rows)
    return {
        "count": len(rows),
        "saved": words.duration(minutes),
        "year": words.duration(12 * minutes),
    }


def _tools(sheet: Sheet, content: Content) -> dict[str, Any] | None:
    weigh = _step(sheet, "criteria")
    heavy = {
        str(row.get("id")): int(str(reading.value(weigh.field("weight"), row.get("weight")) or 1))
        for row in reading.rows_of(content, weigh)
    }
    criteria, candidates = (
        list(named(sheet, content, "criteria")),
        list(named(sheet, content, "candidates")),
    )
    if not criteria or not candidates:
        return None
    scoring = _step(sheet, "scores")
    typed = reading.answers_of(content, scoring)
    scores = {}
    for candidate, _name in candidates:
        for criterion, _asked in criteria:
            code = score_code(candidate, criterion)
            if found := reading.value(scoring.field(code), typed.get(code)):
                scores[candidate, criterion] = int(str(found))
    lines = comparison.lines(candidates, [(key, heavy.get(key, 1)) for key, _n in criteria], scores)
    return {
        "criteria": [(name, heavy.get(key, 1)) for key, name in criteria],
        "lines": [
            (
                line,
                list(zip([name for _key, name in criteria], line.scores, strict=True)),
                words.number(Fraction(round(line.mean * 100), 100)) if line.mean else "—",
            )
            for line in lines
        ],
        "unjudged": len(criteria) * len(candidates) - len(scores),
    }


def _plan(sheet: Sheet, content: Content) -> dict[str, Any] | None:
    step = _step(sheet, "actions")
    due = step.field("due")
    dated = [
        (day, row)
        for row in reading.rows_of(content, step)
        if (day := reading.value(due, row.get("due"))) is not None
    ]
    rows = sorted(dated, key=lambda item: str(item[0]))
    return {"rows": rows} if rows else None


def _risks(sheet: Sheet, content: Content) -> dict[str, Any] | None:
    step = _step(sheet, "risks")

    def level(row: Any, code: str) -> int:
        return int(str(reading.value(step.field(code), row.get(code)) or 0))

    rows = [
        (level(row, "likely") * level(row, "harm"), row) for row in reading.rows_of(content, step)
    ]
    ordered = sorted((item for item in rows if item[0]), key=lambda item: -item[0])
    return {"rows": ordered} if ordered else None


_RESULTS: dict[str, Callable[[Sheet, Content], dict[str, Any] | None]] = {
    PROCESS.code: _process,
    IMPROVEMENT.code: _improvement,
    TOOLS.code: _tools,
    INVESTMENT.code: _investment,
    PLAN.code: _plan,
    RISKS.code: _risks,
}
# The steps whose figures a result rests on.
_USED: dict[str, frozenset[str]] = {
    PROCESS.code: frozenset({"scope", "stages"}),
    IMPROVEMENT.code: frozenset({"waste"}),
    TOOLS.code: frozenset(),
    INVESTMENT.code: frozenset({"costs", "benefits", "assumptions"}),
    PLAN.code: frozenset(),
    RISKS.code: frozenset(),
}
