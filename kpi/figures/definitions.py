"""Each indicator's definition as a page can be read by: what is divided by what, what counts once, when."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kpi.breakdowns import OWN
from kpi.figures.cards import LEVELS
from kpi.figures.notes import Note, notes_of
from kpi.indicators import INDICATORS, INVESTED, RATIOS, Indicator, Kind, Outcome, Quality, Ratio

Words = str | Promise

MEASURES: dict[int, Words] = {1: _("人と経営者"), 2: _("補助金"), 3: _("ラボと仲間まわし")}
RANKS: dict[str, Words] = {
    "KGI": _("KGI（最終の目標）"),
    "KSI": _("KSI（成功の指標）"),
    "OC": _("KPI（成果）"),
    "OP": _("KPI（活動の量）"),
}
# What counts once.
KEYS: dict[str, Words] = {
    "1-KGI": _("事業所（統計の集計値のため、重複はありません）"),
    "1-KSI": _("企業（1回の調査で最後の回答）"),
    "1-OC": _("企業（はじめての修了から数えて1回）"),
    "1-OP1": _("人（同じ年度に1回）"),
    "1-OP2": _("人（同じ年度に1回）"),
    "1-OP3": _("企業（同じ年度に1回）"),
    "2-KGI": _("企業（はじめての補助金だけ）"),
    "2-KSI": _("申請（補正後の再提出は同じ申請）"),
    "2-OC": _("企業（同じ年度に1回。どれか1つでも実感があれば「実感した」）"),
    "2-OP1": _("申請"),
    "2-OP2": _("申請"),
    "2-OP3": _("申請"),
    "3-KGI": _("契約"),
    "3-KSI": _("人と日の組"),
    "3-OC": _("買う企業・売る企業・部品や資材の系統の組（12か月に1回）"),
    "3-OP1": _("催し"),
    "3-OP2": _("企業（掲載してから取りやめるまで1社）"),
    "3-OP3": _("プロジェクト"),
}
# Code → (formula, numerator, denominator) of what is no plain count.
FORMULAS: dict[str, tuple[Words, Words, Words]] = {
    "1-KGI": (
        _("100 ×（その年の労働生産性 ÷ 基準年の労働生産性 − 1）。労働生産性は、分子 ÷ 分母。"),
        _("付加価値額の合計（千円）"),
        _("従業者数の合計（人）"),
    ),
    "1-KSI": (
        _("100 × 分子 ÷ 分母。区と規模の重みを付けて足します。"),
        _("「取り組んだ」「検討している」と答えた企業"),
        _("有効な回答をした企業"),
    ),
    "1-OC": (
        _("100 × 分子 ÷ 分母。"),
        _("修了から1年以内に補助金を申請したか、投資を報告した企業"),
        _("修了から1年がたった企業"),
    ),
    "2-KGI": (
        _(
            "補助金を利用した企業の増加率の平均 − ほかの企業の増加率の平均。上下2%の極端な値は、その境の"
            "値に置き換えます。"
        ),
        _("それぞれの側の、付加価値額の増加率の合計"),
        _("それぞれの側の企業"),
    ),
    "2-OC": (
        _("100 × 分子 ÷ 分母。"),
        _("効果を1つ以上「実感した」と答えた企業"),
        _("実績報告の調査に答えた企業"),
    ),
}
PERIODS: dict[Kind, Words] = {
    Kind.ANNUAL: _("年度（4月1日〜3月31日）。毎年度0から数えます。"),
    Kind.CUMULATIVE: _("事業の1年目からの累計。"),
    Kind.STOCK: _("その日の数。"),
}
OTHER_PERIODS: dict[str, Words] = {
    "1-KGI": _("統計の対象の年（暦年）。基準年と比べます。"),
    "1-KSI": _("調査の回。"),
    "1-OC": _("はじめて修了した年度ごと。"),
    "2-KGI": _("事業を終えた年度ごと。"),
    "2-OC": _("事業を終えた年度。"),
}
MATURITY: dict[str, Words] = {
    "1-OC": _("修了から1年がたった企業だけを、分子にも分母にも入れます。"),
    "2-KGI": _("事業を終えた後の最初の会計年度が閉じるまで、入れません。"),
}
SPLITS: dict[str, Words] = {
    "1-KGI": _("産業の中分類、規模"),
    "1-KSI": _("規模、産業の中分類"),
    "1-OC": _("修了した月、はじめの投資のステージ"),
    "2-KGI": _("ステージ、規模、産業の中分類"),
}


# What a later version of a definition changed.
_ENDED: dict[int, Words] = {
    2: _("交付決定の後の取下げと廃止も、決定した年度から差し引くことにした。")
}
CHANGES: dict[str, dict[int, Words]] = dict.fromkeys(("2-OP1", "2-OP2", "2-OP3"), _ENDED)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One definition, ready to read."""

    code: str
    version: int
    name: Words
    rank: Words
    measure: Words
    target: str
    definition: Words
    formula: Words
    numerator: Words
    denominator: Words
    key: Words
    unit: Words
    period: Words
    maturity: Words
    splits: str
    edge_rules: Words
    quality: Quality
    notes: tuple[Note, ...]

    @property
    def history(self) -> list[tuple[int, Words]]:
        """(version, what it changed), the newest first."""
        changes = CHANGES.get(self.code, {})
        first: Words = gettext("はじめの定義")
        return [(version, changes.get(version, first)) for version in range(self.version, 0, -1)]


def sheets() -> list[Sheet]:
    """All definitions in the policy's order."""
    made = [_sheet(one) for one in (*INDICATORS, INVESTED, *RATIOS)]
    return sorted(made, key=lambda one: (one.code[0], LEVELS.index(one.code[2:])))


def sheet(code: str) -> Sheet | None:
    """The definition of that code."""
    found = [one for one in (*INDICATORS, INVESTED, *RATIOS) if one.code == code]
    return _sheet(found[0]) if found else None


def _sheet(one: Indicator | Outcome | Ratio) -> Sheet:
    code = one.code
    formula, numerator, denominator = FORMULAS.get(code) or _count()
    return Sheet(
        code=code,
        version=one.version,
        name=one.name,
        rank=RANKS[code[2:].rstrip("123")],
        measure=MEASURES[int(code[0])],
        target=one.target_text,
        definition=one.definition,
        formula=formula,
        numerator=numerator,
        denominator=denominator,
        key=KEYS[code],
        unit=_unit(one),
        period=PERIODS[one.kind] if isinstance(one, Indicator) else OTHER_PERIODS[code],
        maturity=MATURITY.get(code, _("待つ期間はありません。")),
        splits=_splits(one),
        edge_rules=one.edge_rules,
        quality=one.quality,
        notes=notes_of(code),
    )


def _count() -> tuple[Words, Words, Words]:
    return (
        _("期間の中の記録を、「1回だけ数えるもの」ごとに1つとして数えた数。"),
        _("数えた数そのもの"),
        _("ありません（割合ではないため）"),
    )


def _unit(one: Indicator | Outcome | Ratio) -> Words:
    if isinstance(one, Indicator):
        return one.unit(2).strip()
    return str(one.unit).strip() if isinstance(one, Ratio) else "%"


def _splits(one: Indicator | Outcome | Ratio) -> str:
    """By ward, and what else."""
    beside: list[Words] = [split.title for split in OWN.get(one.code, ())]
    if isinstance(one, Indicator) and one.level:
        beside.append(one.level.name)
    more = SPLITS.get(one.code)
    parts = [pgettext_lazy("disaggregation", "区"), *([more] if more else []), *beside]
    return gettext("、").join(str(part) for part in parts)
