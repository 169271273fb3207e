"""The cards of all 18 indicators: value, bar, target, pace, chance, last year, what stands beside."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kpi.effect.selectors import Verdict
from kpi.figures import ratios
from kpi.figures.notes import Note, notes_of
from kpi.figures.scope import Scope
from kpi.figures.words import LIGHTS, chance_text
from kpi.indicators import INVESTED
from kpi.rules.forecasts import Light, light, ratio_chance
from kpi.selectors import Cohort, Progress, RatioValue
from portal.ui import charts
from portal.ui.markup import fiscal_year_text

# The policy's own order within a measure.
LEVELS = ("KGI", "KSI", "OC", "OP1", "OP2", "OP3")


@dataclass(frozen=True, slots=True)
class Line:
    """A figure beside a value (a part or level of the indicator); `url` leads to its records."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One indicator: its value and what it means, in words.

    `missing` is by how much the year's end is expected to fall short, with its unit ("" if it does not).
    `lines` say target, pace and expectation; `beside` its parts; `url` leads to the records of a count.
    """

    code: str
    name: str | Promise
    value: str
    unit: str
    verdict: str
    tone: str
    light: Light
    bullet: charts.Bullet | None = None
    lines: tuple[str, ...] = ()
    beside: tuple[Line, ...] = ()
    notes: tuple[Note, ...] = ()
    missing: str = ""
    chance: str = ""
    progress: Progress | None = None
    url: str = ""

    @property
    def is_missed(self) -> bool:
        """Its target is past and was missed: nothing is expected of it any more."""
        return self.light == Light.RED and self.verdict != str(LIGHTS[Light.RED][0])

    @property
    def measure(self) -> int:
        return int(self.code[0])

    @property
    def order(self) -> tuple[int, int]:
        """Measure by measure, from the goal to the outputs."""
        return self.measure, LEVELS.index(self.code[2:])


def cards(
    progress: Sequence[Progress],
    cohorts: Sequence[Cohort],
    found: Sequence[RatioValue],
    *,
    scope: Scope,
    has_last_year: bool,
    evaluated: Verdict | None,
) -> list[Card]:
    """All 18 in the policy's order. `evaluated` is what the evaluation says of 2-KGI."""
    made = [card(item, scope=scope, has_last_year=has_last_year) for item in progress]
    made += [outcome_card(cohorts, scope), *(ratio_card(item, scope, evaluated) for item in found)]
    return sorted(made, key=lambda one: one.order)


def lights(made: Sequence[Card]) -> list[tuple[str, str, int]]:
    """(word, tone, how many) of each light, and of what was missed: the counts stand beside the colours."""
    counts = Counter(one.light for one in made if not one.is_missed)
    told = [(str(word), tone, counts[kind]) for kind, (word, tone) in LIGHTS.items()]
    if missed := sum(one.is_missed for one in made):
        told.insert(-1, (*ratios.reached(False), missed))
    return told


def card(item: Progress, *, scope: Scope, has_last_year: bool) -> Card:
    """A count: the bar ends at a quarter above the pace."""
    kind = item.forecast.light if item.forecast else Light.NONE
    verdict, tone = _verdict(item, kind)
    lines = [_target(item), *_pace(item), *_expected(item)]
    if has_last_year:
        values = {"difference": item.difference_text, "unit": item.several_unit}
        lines.append(_("前年同期比 %(difference)s%(unit)s") % values)
    return Card(
        code=item.indicator.code,
        name=item.indicator.name,
        value=item.value_text,
        unit=item.unit,
        verdict=verdict,
        tone=tone,
        light=kind,
        bullet=charts.bullet(item.value, item.pace),
        lines=tuple(lines),
        beside=tuple(
            Line(
                _("%(name)s：%(value)s%(unit)s")
                % {"name": one.name, "value": f"{one.value:,}", "unit": one.unit},
                scope.records(item.indicator.code, one.code),
            )
            for one in item.beside
        ),
        notes=notes_of(item.indicator.code),
        missing=_missing(item),
        chance=_chance(item),
        progress=item,
        url=scope.records(item.indicator.code),
    )


def outcome_card(cohorts: Sequence[Cohort], scope: Scope) -> Card:
    """1-OC of the newest cohort of which a firm is a year on; official only for those that are."""
    cohort = next((item for item in cohorts if item.share.matured), None)
    notes = notes_of(INVESTED.code)
    if cohort is None:
        return Card(
            code=INVESTED.code,
            name=INVESTED.name,
            value="—",
            unit="",
            verdict=_("修了から1年がたった企業はまだありません"),
            tone="",
            light=Light.NONE,
            lines=(_outcome_target(),),
            notes=notes,
        )
    share = cohort.share
    rate = 100 * Fraction(share.invested, share.matured)
    chance = ratio_chance(
        hits=share.invested,
        tried=share.matured,
        left=share.completed - share.matured,
        target=Fraction(INVESTED.target, 100),
    )
    kind = light(chance)
    is_over = share.completed == share.matured
    verdict, tone = ratios.reached(rate >= INVESTED.target) if is_over else map(str, LIGHTS[kind])
    told = "" if chance is None or is_over else chance_text(chance)
    short = INVESTED.target - rate
    return Card(
        code=INVESTED.code,
        name=INVESTED.name,
        value=cohort.rate,
        unit="%",
        verdict=verdict,
        tone=tone,
        light=kind,
        bullet=charts.bullet(rate, INVESTED.target),
        lines=tuple(_outcome_lines(cohort, told)),
        notes=notes,
        missing=ratios.points(short) if short > 0 else "",
        chance=told,
        url=replace(scope, year=cohort.fiscal_year).records(INVESTED.code, "invested"),
    )


def _outcome_target() -> str:
    return _("目標%(target)s%%") % {"target": INVESTED.target}


def _outcome_lines(cohort: Cohort, chance: str) -> list[str]:
    share = cohort.share
    lines = [
        _("%(year)sに修了し、1年がたった%(matured)s社のうち%(invested)s社")
        % {
            "year": fiscal_year_text(cohort.fiscal_year),
            "matured": share.matured,
            "invested": share.invested,
        },
        _("%(target)s　成熟率%(maturity)s%%")
        % {"target": _outcome_target(), "maturity": cohort.maturity},
    ]
    if chance:
        lines.append(_("全社が1年たったときに目標に届く確率 %(chance)s") % {"chance": chance})
    return lines


def ratio_card(found: RatioValue, scope: Scope, evaluated: Verdict | None) -> Card:
    """One of the ratios; where there is none, the words why. A bare gap (2-KGI) is not judged: the
    evaluation is.
    """
    verdict, tone, kind = ratios.verdict(found)
    lines = ratios.lines(found)
    if found.ratio.code == ratios.GAP:
        verdict, tone, kind = ratios.evaluated(evaluated)
        lines += ratios.evaluation(evaluated)
    short = found.ratio.target - (found.value or 0)
    return Card(
        code=found.ratio.code,
        name=found.ratio.name,
        value=ratios.value_text(found),
        unit=str(found.ratio.unit) if found.value is not None else "",
        verdict=verdict,
        tone=tone,
        light=kind,
        bullet=ratios.bullet(found),
        lines=tuple(lines),
        beside=(
            *(
                Line(text, scope.records(found.ratio.code, part))
                for part, text in ratios.counts(found)
            ),
            *([Line(*room)] if (room := ratios.room(found)) else []),
        ),
        notes=notes_of(found.ratio.code),
        missing=ratios.points(short) if kind != Light.NONE and short > 0 else "",
        chance=chance_text(found.chance) if found.chance is not None else "",
    )


def _verdict(item: Progress, kind: Light) -> tuple[str, str]:
    if not item.has_target:
        return _("目標が未登録です"), ""
    if not item.target:
        return _("この年度の目標はありません"), ""
    if item.forecast is None:
        return _("年度のはじめのため、まだ見通せません"), ""
    if item.forecast.is_over or item.value >= item.target:
        return ratios.reached(item.value >= item.target)
    word, tone = LIGHTS[kind]
    return str(word), tone


def _target(item: Progress) -> str:
    values = {"name": item.target_name, "target": item.target_text, "unit": item.target_unit}
    return _("%(name)s%(target)s%(unit)s") % values


def _pace(item: Progress) -> list[str]:
    if item.percent_of_pace is None:
        return []
    if item.pace == item.target:
        return [_("目標に対し%(percent)s%%") % {"percent": item.percent_of_pace}]
    values = {"pace": item.pace_text, "unit": item.several_unit, "percent": item.percent_of_pace}
    return [_("今日までの目標%(pace)s%(unit)sに対し%(percent)s%%") % values]


def _expected(item: Progress) -> list[str]:
    """The range at the year's end, and the chance; what was counted is never stretched to a year (R10)."""
    found = item.forecast
    if found is None or found.is_over:
        return []
    values = {
        "low": f"{found.low:,}",
        "high": f"{found.high:,}",
        "unit": item.indicator.unit(found.high),
    }
    lines = [_("年度末の見込み %(low)s〜%(high)s%(unit)s（80%%の幅）") % values]
    if chance := _chance(item):
        lines.append(_("目標に届く確率 %(chance)s") % {"chance": chance})
    return lines


def _chance(item: Progress) -> str:
    found = item.forecast
    if found is None or found.chance is None or found.is_over or item.value >= item.target:
        return ""
    return chance_text(found.chance)


def _missing(item: Progress) -> str:
    short = item.target - item.forecast.middle if item.forecast and item.target else 0
    return f"{short:,}{item.indicator.unit(short)}" if short > 0 else ""
