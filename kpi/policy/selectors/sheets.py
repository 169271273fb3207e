"""The figures of an evaluation sheet: planned and actual of its indicators, cost and unit cost.

Plain numbers, so that they can be kept; words are put to them when they are shown (`kpi.policy.words`).
"""

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from kpi import selectors
from kpi.indicators import BY_CODE, INVESTED, RATIOS
from kpi.policy.models import Sheet
from kpi.policy.selectors.inputs import STAGES, Given, given
from kpi.rules.ratios import tenths_text
from portal.kernel import clock
from portal.kernel.actor import Actor

Figures = dict[str, list[dict[str, Any]]]
COHORTS = 3
# In the order of a sheet: what was done, then what came of it.
ACTIVITY = ("OP1", "OP2", "OP3")
OUTCOME = ("KSI", "OC", "KGI")


def figures_of(actor: Actor, sheet: Sheet, today: dt.date) -> Figures:
    """What stands in `Sheet.figures`, as of today or the year's end."""
    year = sheet.fiscal_year
    own, _all = given(actor, first=year, last=year, ward_id=sheet.ward_id)
    return {
        "lines": lines(year, sheet.ward_id, sheet.package, today),
        "costs": list(costs(own[year], sheet.package)),
    }


def lines(year: int, ward_id: int, package: int, today: dt.date) -> list[dict[str, Any]]:
    """{code, planned, actual (text, "—" for none), percent (of planned, None), year (of a cohort, None)}."""
    as_of = min(today, clock.fiscal_year_bounds(year)[1])
    found: dict[str, dict[str, Any]] = {}
    for item in selectors.progress(fiscal_year=year, as_of=as_of, ward_id=ward_id):
        if item.indicator.measure == package:
            planned = item.target_text if item.target else "—"
            found[item.indicator.code] = _line(
                item.indicator.code, planned, item.value_text, Fraction(item.value), item.target
            )
    for ratio in selectors.ratios(fiscal_year=year, as_of=as_of, ward_id=ward_id):
        code, target = ratio.ratio.code, ratio.ratio.target
        if ratio.ratio.measure == package:
            found[code] = _line(code, str(target), tenths_text(ratio.value), ratio.value, target)
    if INVESTED.code.startswith(str(package)):
        found[INVESTED.code] = _invested(year, ward_id, today)
    order = [f"{package}-{level}" for level in (*ACTIVITY, *OUTCOME)]
    return [found[code] for code in order if code in found]


def _invested(year: int, ward_id: int, today: dt.date) -> dict[str, Any]:
    """1-OC of the newest cohort of which a firm is a year on."""
    last = min(year, clock.fiscal_year(today))
    rows = selectors.cohorts(last_year=last, years=COHORTS, ward_id=ward_id)
    cohort = next((row for row in rows if row.share.matured), None)
    target = INVESTED.target
    if cohort is None:
        return _line(INVESTED.code, str(target), "—", None, target)
    value = Fraction(100 * cohort.share.invested, cohort.share.matured)
    return {
        **_line(INVESTED.code, str(target), tenths_text(value), value, target),
        "year": cohort.fiscal_year,
    }


def _line(
    code: str, planned: str, actual: str, value: Fraction | None, target: int
) -> dict[str, Any]:
    percent = int(100 * value / target + Fraction(1, 2)) if value is not None and target else None
    return {
        "code": code,
        "planned": planned,
        "actual": actual,
        "percent": percent if percent is None or percent >= 0 else None,
        "year": None,
    }


def costs(numbers: Given, package: int) -> Iterator[dict[str, Any]]:
    """{key, budget, decided, paid, count, each}: 円, None where nothing is on record in the portal."""
    if package == Sheet.Package.PEOPLE:
        yield _cost("courses", count=numbers["1-OP1"] + numbers["1-OP2"])
        yield _cost(
            "fees", decided=numbers["fees"], paid=numbers["fees_paid"], count=numbers["1-OP3"]
        )
    elif package == Sheet.Package.GRANTS:
        for stage in STAGES:
            yield _cost(
                f"stage_{stage}",
                budget=numbers[f"budget_{stage}"],
                decided=numbers[f"spent_{stage}"],
                paid=numbers[f"paid_{stage}"],
                count=numbers[f"grants_{stage}"],
            )
    else:
        yield _cost("lab", count=numbers["3-KSI"])
    yield _cost("staff")


def _cost(
    key: str,
    *,
    budget: int | None = None,
    decided: int | None = None,
    paid: int | None = None,
    count: int | None = None,
) -> dict[str, Any]:
    each = decided // count if decided and count else None
    return {
        "key": key,
        "budget": budget,
        "decided": decided,
        "paid": paid,
        "count": count,
        "each": each,
    }


def is_ratio(code: str) -> bool:
    """Whether it is told in % or points."""
    return code not in BY_CODE


def unit_of(code: str, number: str) -> str:
    """The word behind a figure; "" where there is none."""
    if number == "—":
        return ""
    if code in BY_CODE:
        return BY_CODE[code].unit(int(number.replace(",", "")))
    if code == INVESTED.code:
        return "%"
    return str(next(ratio.unit for ratio in RATIOS if ratio.code == code))
