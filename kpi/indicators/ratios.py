"""Ratios that are not counted from facts of one type: 1-KGI, 1-KSI, 2-KGI, 2-OC."""

from django.utils.translation import gettext_lazy as _

from kpi.indicators.model import RECOUNTED, Quality, Ratio

DX_READY = Ratio(
    code="1-KSI",
    version=1,
    name=_("DX取組済み・検討中割合"),
    unit="%",
    target=60,
    by=5,
    definition=_(
        "区の実態調査で「すでに取り組んでいる」か「検討している」と答えた企業の割合。"
        "有効な答えを、区と規模ごとの企業数で重み付けします。"
    ),
    edge_rules=_(
        "1社の最後の答えだけを数えます。「分からない」は有効な答えに入れません。"
        "回答が5社に満たない規模は、同じ区の隣の規模とまとめて重みを付けます。"
        "締切後に届いた答えは、届いた時に計算し直します。30社に満たない値は参考値です。"
        "診断の答えは使いません。"
    ),
    quality=Quality(
        verification=_("回答1件ごとに事実の記録があり、回ごとに全件を数え直せます。"),
        source=_("区が行う町工場デジタル化実態調査（区の企業名簿から選んだ企業）。"),
        accuracy=_("95%信頼区間を並べて示します（区ごとに30社以上）。"),
        limits=_(
            "名簿にない企業は入りません。答えない企業には取り組んでいない企業が多いおそれがあります。"
            "目標の期限は001にないため、5年目の末としています。"
        ),
        compensation=_(
            "回答率と層ごとの無回答を並べ、電話と調査票で補います。"
            "全国調査の42.0%は参考として並べ、基準値には最初の回の値を使います。"
        ),
    ),
    smallest=30,
)

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

RATIOS: tuple[Ratio, ...] = (DX_READY, FELT_EFFECT)
