"""試算 in words: what is put in today and what is asked for, what would come of each, and how that is reckoned."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext

from kpi.indicators import BY_CODE
from kpi.indicators.model import people
from kpi.policy.rules import whatif
from kpi.policy.rules.whatif import Estimate, Past, PastGrants
from kpi.policy.selectors.inputs import STAGES, Given
from kpi.policy.words import UNKNOWN
from kpi.rules.ratios import tenths_text
from kpi.selectors import Progress
from portal.ui.markup import yen_text

# So many whole years stand behind an estimate at most.
YEARS = 3
WARDS = 23
# The policy's own upper limits (支援策②), 円 a grant.
CAPS = {1: 500_000, 2: 5_000_000, 3: 10_000_000}
SHARES = {
    "1/2": Fraction(1, 2),
    "2/3": Fraction(2, 3),
    "3/4": Fraction(3, 4),
    "4/5": Fraction(4, 5),
}


@dataclass(frozen=True, slots=True)
class Lever:
    """An input that is turned: seats, advisors or hours, and the output that follows in proportion."""

    name: str
    code: str
    label: str | Promise
    unit: Callable[[int], str]
    # What one is made of in a year of the past, and what came of it.
    given: Callable[[Given], int]
    made: Callable[[Given], int]
    is_limit: bool  # no more comes out than was put in
    formula: str | Promise


def hours(number: int) -> str:
    """時間: the word behind the hours of machines."""
    return npgettext("unit", "時間", "時間", int(number))


LEVERS = (
    Lever(
        "seats_dojo",
        "1-OP1",
        gettext_lazy("DX道場の定員"),
        people,
        lambda one: one["seats_dojo"],
        lambda one: one["1-OP1"],
        True,
        gettext_lazy(
            "定員 × 修了率（修了者 %(made)s ÷ 定員 %(given)s ＝ %(percent)s%%）。定員まで。"
        ),
    ),
    Lever(
        "seats_leader",
        "1-OP2",
        gettext_lazy("育成講座の定員"),
        people,
        lambda one: one["seats_leader"],
        lambda one: one["1-OP2"],
        True,
        gettext_lazy(
            "定員 × 修了率（修了者 %(made)s ÷ 定員 %(given)s ＝ %(percent)s%%）。定員まで。"
        ),
    ),
    Lever(
        "advisors",
        "1-OP3",
        gettext_lazy("訪問する相談員"),
        people,
        lambda one: one["advisors"],
        lambda one: one["1-OP3"],
        False,
        gettext_lazy(
            "相談員の数 × 1人あたりの企業（企業 %(made)s ÷ 相談員 %(given)s ＝ %(rate)s社）。"
        ),
    ),
    Lever(
        "lab_hours",
        "3-KSI",
        gettext_lazy("ラボの機械の時間（1年）"),
        hours,
        lambda one: one.lab_hours,
        lambda one: one["lab"],
        False,
        gettext_lazy(
            "機械の時間 × 1時間あたりの利用者（%(made)s人日 ÷ %(given)s時間 ＝ %(rate)s）。"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a place: the shown year, whole years before it, and those of all wards."""

    year: int
    own: Mapping[int, Given]
    everywhere: Mapping[int, Given]
    is_ward: bool

    @property
    def past(self) -> list[int]:
        return [year for year in sorted(self.own) if year < self.year]


Asked = Mapping[str, int | str | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One output: put in and coming out, today and as asked; cost of one; what it rests on; the reckoning."""

    code: str
    name: str
    label: str
    given_today: str
    given_asked: str
    today: str
    asked: str
    difference: str
    range: str
    each_today: str
    each_asked: str
    basis: str
    formula: str
    at_limit: bool
    target: str


def defaults(known: Known) -> dict[str, int]:
    """What is put in today: the field of the form → its number."""
    now, last = known.own[known.year], known.own.get(known.year - 1, Given(known.year - 1))
    found = {
        "seats_dojo": now["seats_dojo"],
        "seats_leader": now["seats_leader"],
        "advisors": now["advisors"] or last["advisors"],
        "lab_hours": whatif.whole_year(now.lab_hours, now["lab_months"]) or last.lab_hours,
    }
    for stage in STAGES:
        found[f"budget_{stage}"] = now[f"budget_{stage}"]
        found[f"asked_{stage}"] = _applications(known, stage)
    return found


def _applications(known: Known, stage: int) -> int:
    """The mean of the past years; of a ward without a past, its part of all 23."""
    name = f"asked_{stage}"
    for years, wards in ((known.own, 1), (known.everywhere, WARDS if known.is_ward else 1)):
        told = [years[year][name] for year in known.past if years[year][name]]
        if told:
            return ceil(Fraction(sum(told), len(told) * wards))
    return known.own[known.year][name]


def lines(
    known: Known, today: Mapping[str, int], asked: Asked, progress: Sequence[Progress]
) -> list[Line]:
    """Every output that can be reckoned, in the policy's order."""
    targets = {
        item.indicator.code: f"{item.target_text}{item.target_unit}"
        for item in progress
        if item.target
    }
    found = [_lever(lever, known, today, asked, targets) for lever in LEVERS]
    found += [_stage(stage, known, today, asked, targets) for stage in STAGES]
    return sorted(found, key=lambda line: line.code)


def _lever(
    lever: Lever, known: Known, today: Mapping[str, int], asked: Asked, targets: Mapping[str, str]
) -> Line:
    past, borrowed = _past(known, lambda one: Past(one.year, lever.given(one), lever.made(one)))
    now, then = today[lever.name], _number(asked[lever.name])
    most = (now, then) if lever.is_limit else (None, None)
    before = whatif.by_rate(past, now, most=most[0])
    after = whatif.by_rate(past, then, most=most[1])
    used = whatif.usable(past)
    each = _fee_each(known) if lever.code == "1-OP3" else ""
    values = {"made": sum(one.made for one in used), "given": sum(one.given for one in used)}
    rate = whatif.rate(past)
    formula = ""
    if rate is not None:
        formula = str(lever.formula) % {
            "made": f"{values['made']:,}",
            "given": f"{values['given']:,}",
            "percent": tenths_text(100 * rate),
            "rate": tenths_text(rate) if rate >= 1 else f"{float(rate):.3f}",
        }
    return _line(
        lever.code,
        str(lever.label),
        (f"{now:,}{lever.unit(now)}", f"{then:,}{lever.unit(then)}"),
        (before, after),
        (each or str(UNKNOWN),) * 2,
        _basis(len(used), borrowed),
        formula,
        targets,
    )


def _stage(
    stage: int, known: Known, today: Mapping[str, int], asked: Asked, targets: Mapping[str, str]
) -> Line:
    def of(one: Given) -> PastGrants:
        money = (one[f"grants_{stage}"], one[f"granted_{stage}"], one[f"eligible_{stage}"])
        return PastGrants(one.year, *money)

    past, borrowed = _past(known, of)
    share = SHARES.get(str(asked[f"share_{stage}"] or ""))
    cap = CAPS[stage]
    now, then = today[f"budget_{stage}"], _number(asked[f"budget_{stage}"])
    expected = _number(asked[f"asked_{stage}"])
    before = whatif.by_budget(past, now, asked=today[f"asked_{stage}"])
    after = whatif.by_budget(past, then, asked=expected, share=share, cap_yen=cap)
    means = (whatif.mean_grant(past), whatif.mean_grant(past, share=share, cap_yen=cap))
    formula = ""
    if means[1]:
        formula = _("予算 ÷ 1件の交付額（平均%(mean)s）。申請の見込み%(asked)s件まで。") % {
            "mean": yen_text(round(means[1])),
            "asked": f"{expected:,}",
        }
    each = [yen_text(round(mean)) if mean else "—" for mean in means]
    return _line(
        f"2-OP{stage}",
        _("ステージ%(stage)dの予算") % {"stage": stage},
        (yen_text(now), yen_text(then)),
        (before, after),
        (each[0], each[1]),
        _basis(len(whatif.usable_grants(past)), borrowed),
        formula,
        targets,
    )


def _past[Year: (Past, PastGrants)](
    known: Known, of: Callable[[Given], Year]
) -> tuple[list[Year], bool]:
    """The place's own whole years; where there is none, those of all wards (and True)."""
    own = [of(known.own[year]) for year in known.past]
    if any(_says(year) for year in own) or not known.is_ward:
        return own, False
    return [of(known.everywhere[year]) for year in known.past], True


def _says(year: Past | PastGrants) -> bool:
    if isinstance(year, Past):
        return bool(whatif.usable([year]))
    return bool(whatif.usable_grants([year]))


def _number(value: int | str | None) -> int:
    return value if isinstance(value, int) else 0


def _fee_each(known: Known) -> str:
    """謝金 for one firm, of the years in which any was approved; "" for none."""
    for years in (known.own, known.everywhere):
        told = [
            years[year] for year in sorted(years) if years[year]["fees"] and years[year]["1-OP3"]
        ]
        if told:
            count = sum(one["1-OP3"] for one in told)
            return yen_text(round(Fraction(sum(one["fees"] for one in told), count)))
    return ""


def _basis(years: int, borrowed: bool) -> str:
    if not years:
        return _("過去の実績がないため、計算できません。")
    values = {"years": years}
    if borrowed:
        text = ngettext(
            "この区に実績がないため、23区全体の%(years)d年の実績によります。",
            "この区に実績がないため、23区全体の%(years)d年の実績によります。",
            years,
        )
    else:
        text = ngettext("%(years)d年の実績によります。", "%(years)d年の実績によります。", years)
    alone = "" if years > 1 else _("1年だけなので、幅は出せません。")
    return text % values + alone


def _line(
    code: str,
    label: str,
    given: tuple[str, str],
    estimates: tuple[Estimate | None, Estimate | None],
    each: tuple[str, str],
    basis: str,
    formula: str,
    targets: Mapping[str, str],
) -> Line:
    indicator = BY_CODE[code]
    before, after = estimates
    difference = span = ""
    if before is not None and after is not None:
        change = after.middle - before.middle
        difference = f"{change:+,}".replace("-", "−") + indicator.unit(change) if change else "±0"
    if after is not None and after.has_range:
        span = _("%(low)s〜%(high)s%(unit)s") % {
            "low": f"{after.low:,}",
            "high": f"{after.high:,}",
            "unit": indicator.unit(after.high),
        }
    return Line(
        code=code,
        name=str(indicator.name),
        label=label,
        given_today=given[0],
        given_asked=given[1],
        today=_middle(code, before),
        asked=_middle(code, after),
        difference=difference or "—",
        range=span,
        each_today=each[0],
        each_asked=each[1],
        basis=basis,
        formula=formula,
        at_limit=after is not None and after.at_limit,
        target=targets.get(code, ""),
    )


def _middle(code: str, estimate: Estimate | None) -> str:
    if estimate is None:
        return "—"
    return f"{estimate.middle:,}{BY_CODE[code].unit(estimate.middle)}"


def assumptions() -> Iterator[str]:
    """Everything that is taken for granted, in words."""
    yield _("投入を増やしたり減らしたりしても、1つあたりの成果は過去と同じとみなします。")
    yield _(
        "過去とは、表示する年度より前の、終わった年度（最大3年）です。真ん中は年度を合わせた率、幅は年度ごとの率の最も低いものと高いものです。"
    )
    yield _(
        "申請の見込みは、はじめは過去の年度の平均です。23区の実績を借りるときは、23で割ります。申請はすべて要件を満たすとみなします。"
    )
    yield _(
        "補助率を変えると、補助対象経費の過去の平均に率を掛け、ステージの上限（50万円・500万円・1,000万円）までとします。率を上げても申請は増えないとみなします。"
    )
    yield _(
        "交付額は交付決定の額です。額の確定で減る分は見込んでいません。取下げ・廃止・取消は除きます。"
    )
    yield _(
        "相談員は、受理された訪問をした人の数です。今年度まだ訪問がないときは、前年度の数を使います。"
    )
    yield _("ラボの時間は、開館時間 × 機械の台数です。年度の途中のときは12か月分に直します。")
    yield _("講座・ラボ・人件費の費用は、このポータルに記録がないため、含めていません。")
    yield _("景気や制度の変更は見込んでいません。この試算は保存されません。")
