"""Ratios in words: the value, what it rests on, and why there is none (R6)."""

from fractions import Fraction

from django.conf import settings
from django.utils.translation import gettext as _

from kpi.figures.words import LIGHTS, chance_text
from kpi.indicators import Ratio
from kpi.indicators.model import firms
from kpi.rules.forecasts import Light, light
from kpi.rules.ratios import tenths_text
from kpi.selectors import RatioValue, State
from kpi.selectors.quotients import FELT, GAP, GROWTH, SURVEY
from portal.kernel import clock
from portal.ui import charts
from portal.ui.markup import era_date, fiscal_year_text


def value_text(found: RatioValue) -> str:
    """15.0, or the word for what cannot be said: 集計中, — or 利用できません."""
    if found.state == State.OPEN:
        return _("集計中")
    if found.state in {State.MISSING, State.NO_BASE}:
        return _("利用できません")
    return tenths_text(found.value, signed=found.ratio.code in {GROWTH, GAP})


def reason(found: RatioValue) -> str:
    """Why there is no value, or why it is not judged; "" for a value that is."""
    values = {"year": found.base.year if found.base else ""}
    if found.state == State.OPEN:
        return _("この年度の分は、まだ届いていません。")
    if found.state == State.MISSING:
        return _("この年度までの値が登録されていません。")
    if found.state == State.NO_BASE:
        return _("比べる基準の%(year)s年の値が登録されていません。") % values
    if found.state == State.EMPTY:
        return _("分母が0のため、計算できません。")
    if found.state == State.SMALL:
        return _("%(smallest)s件に満たないため、参考値です。目標とは比べません。") % {
            "smallest": found.ratio.smallest
        }
    return ""


def verdict(found: RatioValue) -> tuple[str, str, Light]:
    """(word, tone, light). Only what is told and due is judged."""
    if found.state == State.SMALL:
        return _("参考値"), "", Light.NONE
    if not found.is_judged:
        return _("判定なし"), "", Light.NONE
    if found.chance is not None and found.period is not None:
        kind = light(found.chance)
        word, tone = LIGHTS[kind]
        return str(word), tone, kind
    if found.is_reached:
        return *reached(True), Light.GREEN
    if is_due(found):
        return *reached(False), Light.RED
    return _("目標の年度の前です"), "", Light.NONE


def reached(is_reached: bool) -> tuple[str, str]:
    """What is over, in a word and its tone."""
    return (_("目標に達しました"), "green") if is_reached else (_("目標に届きませんでした"), "red")


def is_due(found: RatioValue) -> bool:
    """Whether the target holds in the fiscal year of the value: every year, or from its own on."""
    if not found.ratio.by or found.period is None:
        return True
    return clock.fiscal_year(found.period) >= due_year(found.ratio)


def due_year(ratio: Ratio) -> int:
    """The fiscal year at whose end the target holds."""
    return settings.PROGRAMME_START_FY + ratio.by - 1


def lines(found: RatioValue) -> list[str]:
    """What stands under the value."""
    told = [_target(found.ratio)]
    if why := reason(found):
        told.append(why)
    if found.period is not None:
        told.append(_period(found))
    if rests := _rests(found):
        told.append(rests)
    if found.chance is not None and not found.is_reached:
        told.append(_("目標に届く確率 %(chance)s") % {"chance": chance_text(found.chance)})
    if found.sources:
        told.append(_("出典：%(source)s") % {"source": _("、").join(found.sources)})
    if found.as_of is not None:
        told.append(_("%(day)s時点") % {"day": era_date(found.as_of)})
    return told


def counts(found: RatioValue) -> list[tuple[str, str]]:
    """(part, text) of what can be opened: of 2-OC the firms by what they answered."""
    if found.ratio.code != FELT or not found.sums:
        return []
    sums = found.sums[FELT]
    numbers = {
        "completions": (_("事業を終えた企業"), sums.completions or 0),
        "answered": (_("効果の問いに答えた企業"), int(sums.denominator)),
        "felt": (_("効果を実感した企業"), int(sums.numerator)),
    }
    return [
        (
            part,
            _("%(name)s：%(value)s%(unit)s") % {"name": name, "value": f"{n:,}", "unit": firms(n)},
        )
        for part, (name, n) in numbers.items()
    ]


def points(short: Fraction | int) -> str:
    """3.2ポイント."""
    return _("%(points)sポイント") % {"points": tenths_text(Fraction(short))}


def bullet(found: RatioValue) -> charts.Bullet | None:
    """The bar, where there is a value above 0 to draw."""
    if not found.is_judged or found.value is None:
        return None
    return charts.bullet(max(found.value, Fraction(0)), found.ratio.target)


def _target(ratio: Ratio) -> str:
    if not ratio.by:
        return _("目標%(target)s") % {"target": ratio.target_text}
    values = {"target": ratio.target_text, "year": fiscal_year_text(due_year(ratio))}
    return _("%(year)sの終わりの目標%(target)s") % values


def _period(found: RatioValue) -> str:
    assert found.period is not None
    if found.ratio.code == GROWTH:
        assert found.base is not None
        values = {"year": found.period.year, "base": found.base.year}
        return _("%(year)s年の値（基準は%(base)s年）") % values
    if found.ratio.code == SURVEY:
        return _("%(day)sからの調査") % {"day": era_date(found.period)}
    year = fiscal_year_text(clock.fiscal_year(found.period))
    return _("%(year)sに事業を終えた企業") % {"year": year}


def _rests(found: RatioValue) -> str:
    """How many it rests on; of 2-OC the reply rate and the lower bound, of 2-KGI both sides."""
    if found.ratio.code == FELT and found.sums:
        return _felt(found)
    if found.ratio.code == GAP and len(found.sums) > 1:
        users, others = found.sums.values()
        return _(
            "利用した企業%(users)s社（平均%(ours)s%%）、ほかの企業%(others)s社（平均%(theirs)s%%）"
        ) % {
            "users": users.n,
            "ours": tenths_text(users.quotient, signed=True),
            "others": others.n,
            "theirs": tenths_text(others.quotient, signed=True),
        }
    if found.ratio.code == SURVEY and found.sums:
        return _("有効な回答%(n)s件") % {"n": f"{found.n:,}"}
    return _("対象%(n)s件") % {"n": f"{found.n:,}"} if found.n else ""


def _felt(found: RatioValue) -> str:
    sums = found.sums[FELT]
    values = {"answered": f"{sums.denominator:,.0f}", "felt": f"{sums.numerator:,.0f}"}
    text = _("答えた%(answered)s社のうち%(felt)s社") % values
    if not sums.completions:
        return text
    lowest = Fraction(sums.numerator) * 100 / sums.completions
    rate = Fraction(sums.denominator) * 100 / sums.completions
    return text + _("（回答率%(rate)s%%、全社を分母にすると%(lowest)s%%）") % {
        "rate": tenths_text(rate),
        "lowest": tenths_text(lowest),
    }
