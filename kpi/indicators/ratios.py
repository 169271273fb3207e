"""Ratios that are not counted from facts of one type: 1-KGI, 1-KSI, 2-KGI, 2-OC."""

from django.utils.translation import gettext_lazy as _

from kpi.indicators.model import RECOUNTED, Quality, Ratio

FELT_EFFECT = Ratio(
    code="2-OC",
    version=1,
    name=_("補助金の効果実感率"),
    unit="%",
    target=80,
    by=0,
    definition=_(
        "補助事業の額が確定した企業のうち、実績報告で「効果を実感した」と答えた企業の割合。"
        "分母は、この問いに答えた企業です。額が確定した年度ごとに示します。"
    ),
    edge_rules=_(
        "同じ年度に2つの補助事業を終えた企業は1社とし、どちらかで実感していれば実感したと数えます。"
        "「まだ分からない」は答えた企業に含め、実感したとは数えません。廃止した事業と、あとで交付決定を"
        "取り消した事業は、分子にも分母にも入れません。年度のはじめの確定の区に数えます。回答率と、"
        "答えなかった企業をすべて「実感していない」とみなした下限を並べて示します。"
    ),
    quality=Quality(
        verification=RECOUNTED,
        source=_("実績報告の問いへの答えと、額の確定の記録。"),
        accuracy=_("全数。答えるかどうかは企業の任意です。"),
        limits=_("企業自身の感じ方で、効果そのものを測ってはいません。答えない企業がいます。"),
        compensation=_(
            "回答率と下限を並べて示し、効果そのものは付加価値額の比較（2-KGI）で確かめます。"
        ),
    ),
    smallest=10,
)

RATIOS: tuple[Ratio, ...] = (FELT_EFFECT,)
