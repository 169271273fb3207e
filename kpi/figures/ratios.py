"""Ratios in words: the value, what it rests on, and why there is none (R6)."""

from fractions import Fraction

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from kpi.effect.selectors import Verdict
from kpi.figures.words import LIGHTS, chance_text
from kpi.indicators import Ratio
from kpi.indicators.model import firms
from kpi.indicators.ratios import FELT, GAP, GROWTH, SURVEY
from kpi.rules.forecasts import Light, light
from kpi.rules.ratios import Sum, Weighted, tenths_text
from kpi.selectors import RatioValue, State
from kpi.series import prices
from portal.kernel import clock
from portal.ui import charts
from portal.ui.markup import era_date, fiscal_year_text

# DX取組済み・検討中 of the whole country (中小機構): a benchmark, never the baseline of the wards.
NATIONAL = "42.0"


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


def evaluated(told: Verdict | None) -> tuple[str, str, Light]:
    """2-KGI by the evaluation's own word (達成, 未達, 判定不能); a difference of means proves nothing."""
    if told is None:
        return _("差を示すだけ（効果検証はまだありません）"), "", Light.NONE
    kinds = {"green": Light.GREEN, "red": Light.RED}
    return told.word, told.tone, kinds.get(told.tone, Light.NONE)


def evaluation(told: Verdict | None) -> list[str]:
    """The estimate with its interval and n."""
    if told is None or told.estimate is None or told.low is None or told.high is None:
        return []
    values = {
        "estimate": tenths_text(Fraction(told.estimate), signed=True),
        "low": tenths_text(Fraction(told.low), signed=True),
        "high": tenths_text(Fraction(told.high), signed=True),
        "n": f"{told.n:,}",
    }
    text = _(
        "23区全体の効果検証による効果 %(estimate)sポイント（95%%信頼区間 %(low)s〜%(high)s、%(n)s社）"
    )
    return [text % values]


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
    told += _rests(found)
    if found.chance is not None and not found.is_reached:
        told.append(_("目標に届く確率 %(chance)s") % {"chance": chance_text(found.chance)})
    if found.sources:
        told.append(_("出典：%(source)s") % {"source": _("、").join(map(_, found.sources))})
    if found.as_of is not None:
        told.append(_("%(day)s時点") % {"day": era_date(found.as_of)})
    return told


def room(found: RatioValue) -> tuple[str, str] | None:
    """(text, address) of the page where the ratio is made; None for what comes from facts alone."""
    if found.ratio.code == GAP:
        return _("効果検証"), reverse("effect:current")
    if found.ratio.code == GROWTH:
        return _("名目と実質"), reverse("series:statistics") + "#real"
    if found.ratio.code == SURVEY:
        return _("実態調査"), reverse("surveys:list")
    return None


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


def _rests(found: RatioValue) -> list[str]:
    """How many it rests on, and what its room tells beside it."""
    if not found.sums:
        return []
    if found.ratio.code == FELT:
        return [_felt(found)]
    if found.ratio.code == GAP:
        return _sides(found) if len(found.sums) > 1 else []
    if found.ratio.code == SURVEY:
        return _survey(found)
    told = [_("対象%(n)s件") % {"n": f"{found.n:,}"}] if found.n else []
    told += _real(found)
    if any(detail.get("break") for sums in found.sums.values() for detail in sums.details):
        told.append(_("調査の方法が変わった年を含むため、断層があります。"))
    return told


def _real(found: RatioValue) -> list[str]:
    """1-KGI without the movement of prices, beside the official nominal value and never mixed with it."""
    if found.value is None or found.period is None or found.base is None:
        return []
    before, after = found.sums["base"], found.sums[GROWTH]
    return [
        _("名目の値です（公式）。"),
        prices.real_line(
            Sum(before.numerator, before.denominator),
            found.base.year,
            Sum(after.numerator, after.denominator),
            found.period.year,
        ),
    ]


def _sides(found: RatioValue) -> list[str]:
    users, others = found.sums.values()
    text = _(
        "利用した企業%(users)s社（平均%(ours)s%%）、ほかの企業%(others)s社（平均%(theirs)s%%）"
    ) % {
        "users": users.n,
        "ours": tenths_text(users.quotient, signed=True),
        "others": others.n,
        "theirs": tenths_text(others.quotient, signed=True),
    }
    pending = sum(int(detail.get("pending", 0)) for detail in users.details)
    if not pending:
        return [text]
    return [text, _("決算を待っている企業%(n)s社") % {"n": pending}]


def _survey(found: RatioValue) -> list[str]:
    """n, reply rate, 95 % interval, and the national figure, which is no baseline."""
    sums = found.sums[SURVEY]
    asked = sum(int(detail.get("asked", 0)) for detail in sums.details)
    answers = sum(int(detail.get("answers", 0)) for detail in sums.details)
    told = [_("有効な回答%(n)s件") % {"n": f"{found.n:,}"}]
    if asked:
        told.append(_("回答率%(rate)s%%") % {"rate": tenths_text(Fraction(100 * answers, asked))})
    if interval := _interval(found):
        low, high = (f"{end:.1f}" for end in interval)
        told.append(_("95%%信頼区間 %(low)s〜%(high)s%%") % {"low": low, "high": high})
    told.append(_("比べる値：全国%(national)s%%（区の値ではありません）") % {"national": NATIONAL})
    return told


def _interval(found: RatioValue) -> tuple[float, float] | None:
    """Of all wards asked for together: the squares of the weights follow from each ward's design effect."""
    sums = found.sums[SURVEY]
    squares = Fraction(0)
    for row in sums.rows:
        if row.n:
            effect = Fraction(str(row.detail.get("effect", 1))) or Fraction(1)
            squares += effect * Fraction(row.denominator) ** 2 / row.n
    if not squares:
        return None
    whole = Weighted(Fraction(sums.numerator), Fraction(sums.denominator), squares, sums.n)
    return whole.interval


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
