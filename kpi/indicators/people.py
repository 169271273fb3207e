"""Measure 1: people and owners."""

from django.utils.translation import gettext_lazy as _

from kpi.indicators.model import EXACT, RECOUNTED, Indicator, Outcome, Quality, firms, people

_COURSES = Quality(
    verification=RECOUNTED,
    source=_("このポータルの修了の認定（認定と同じ処理の中で記録）。"),
    accuracy=EXACT,
    limits=_("ポータルの外で開いた講座の修了者は含みません。"),
    compensation=_("区がほかの講座の修了を記録しても、この数には入れません。"),
)
_VISITS = Quality(
    verification=RECOUNTED,
    source=_("区が受理した伴走支援の訪問記録。"),
    accuracy=EXACT,
    limits=_("記録や受理が遅れた訪問は、受理されるまで数えません。"),
    compensation=_("受理されると、訪問した日の年度に数えます。"),
)
_GRADUATIONS = _("修了の記録")

PEOPLE = (
    Indicator(
        code="1-OP1",
        version=1,
        name=_("DX道場 修了者数"),
        unit=people,
        event_type="dojo.completed",
        target=100,
        definition=_("DX道場の修了を認定された方の数。出席ではなく、認定で数えます。"),
        edge_rules=_(
            "同じ方が同じ年度に2回修了しても1人です。認定した日の年度で数え、"
            "取り消した修了は認定した年度から差し引きます。"
        ),
        quality=_COURSES,
        ledger=_GRADUATIONS,
    ),
    Indicator(
        code="1-OP2",
        version=1,
        name=_("推進リーダー講座 修了者数"),
        unit=people,
        event_type="leader.completed",
        target=200,
        definition=_("推進リーダー講座の修了を認定された方の数。"),
        edge_rules=_("DX道場と同じ数え方です。DX道場の修了者と重なることがあります。"),
        quality=_COURSES,
        ledger=_GRADUATIONS,
    ),
    Indicator(
        code="1-OP3",
        version=1,
        name=_("伴走型派遣 実施社数"),
        unit=firms,
        event_type="advisor.visit_accepted",
        firms_in_key=1,
        target=150,
        definition=_("伴走支援の最初の訪問が受理された企業の数。"),
        edge_rules=_(
            "年度をまたぐ支援は、最初の訪問の年度に1回だけ数えます。同じ年度の2回目の支援は"
            "数えません。次の年度からの新しい支援は、もう一度数えます。診断だけの訪問は含みません。"
        ),
        quality=_VISITS,
        ledger=_("訪問の記録"),
    ),
)

INVESTED = Outcome(
    code="1-OC",
    version=1,
    name=_("道場修了後1年以内のDX投資率"),
    target=70,
    definition=_(
        "DX道場をはじめて修了した日から1年以内に、補助金を申請したか、DXへの投資を報告した企業の"
        "割合。修了から1年がたった企業だけで計算し、修了した年度ごとに示します。"
    ),
    edge_rules=_(
        "修了した日と、ちょうど1年後の日を含みます。2月29日の1年後は2月28日です。同じ企業の2人目の"
        "修了では数え直しません。不交付・提出後の取下げも数え、下書きは数えません。廃業した企業は"
        "分母に残します。返事も申請もない企業は、投資していないとみなします。1年がたった企業が"
        "ないときは「—」です。ステージ別の内訳は、その1年のはじめの申請か報告で、1社を1か所だけに"
        "数えます。同じ日に申請と報告があれば申請に、2つの申請があれば低いステージに数えます。"
    ),
    quality=Quality(
        verification=_("夜間に事実の記録から全社を計算し直し、表示値と一致することを確かめます。"),
        source=_("修了の認定、申請台帳、区が書類を確かめて受理した投資の報告。"),
        accuracy=_("全数。1年がたっていない企業は、分子にも分母にも入れません。"),
        limits=_("報告されない投資は数えられず、実際より低く出ます。"),
        compensation=_(
            "3・6・12か月の調査と電話で報告を促し、調査に答えた企業だけの率と、1年がたっていない企業を"
            "含む推計を並べて示します。"
        ),
    ),
)
