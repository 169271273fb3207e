"""Measure 3: the lab, work passed among friends (仲間まわし) and projects with universities."""

from django.utils.translation import gettext_lazy as _

from kpi.indicators.model import (
    EXACT,
    RECOUNTED,
    Indicator,
    Kind,
    Level,
    Once,
    Part,
    Quality,
    cases,
    firms,
    person_days,
    times,
)

COLLABORATION = Indicator(
    code="3-KGI",
    version=1,
    name=_("共同受注・共同開発 累計"),
    unit=cases,
    event_type="collab.contracted",
    kind=Kind.CUMULATIVE,
    once=Once.EVER,
    target=50,
    path=(2, 8, 18, 32, 50),
    parts=(Part("order", _("共同受注")), Part("joint", _("共同開発"))),
    definition=_(
        "独立した2社以上が契約した共同受注と共同開発の数。事業の1年目からの累計。1つの契約は1件。"
    ),
    edge_rules=_(
        "少なくとも1社は23区の企業です。同じ契約の追加発注や延長は数え直しません。はじめの納品の前に"
        "取りやめたものは除きます。共同で補助金を申請しただけのものと、共同購買は数えません。"
        "契約した日の年度から数え、幹事の企業の区に入れます。"
    ),
    quality=Quality(
        verification=RECOUNTED,
        source=_("発注の決定、共同受注の契約、共同開発の契約（契約と同じ処理の中で記録）。"),
        accuracy=EXACT,
        limits=_(
            "資本関係のある企業どうしかどうかは、企業か担当者の届出によります。届け出られていない関係は"
            "分かりません。"
        ),
        compensation=_(
            "資本関係が分かったときは、担当者が契約の記録を取り消し、累計から除きます。"
        ),
    ),
    ledger=_("契約の記録"),
)

VISITS = Indicator(
    code="3-KSI",
    version=1,
    name=_("ラボ延べ利用者"),
    unit=person_days,
    event_type="lab.visited",
    once=Once.EVER,
    target=1000,
    parts=(Part("outside", _("23区外・所属不明")),),
    at_site=True,
    definition=_(
        "ラボに来て受付をした方の延べ数（人と日の組）。機械の利用、見学・相談、催しへの参加を合わせて、"
        "同じ方が同じ日に何回来ても1人日。"
    ),
    edge_rules=_(
        "予約しただけの方と来なかった方は数えません。勤務中のラボ職員と出展の担当者は除きます。"
        "同じ日に2つのラボに来た方は、はじめに受付をしたラボの区に数えます。23区に事業所のない企業の方と、"
        "企業が分からない方は、合計に含めたうえで別にも示します。"
    ),
    quality=Quality(
        verification=RECOUNTED,
        source=_("ラボの受付の記録と、催しの出席の記録。"),
        accuracy=EXACT,
        limits=_(
            "アカウントのない方は、氏名と企業の書き方が違うと別の方になります。催しの参加者が同じ日に"
            "受付もしたとき、一方だけがアカウントで記録されていると2人日になります。"
        ),
        compensation=_("受付の間違いは理由を付けて訂正し、訂正すると数から除きます。"),
    ),
    ledger=_("来館と出席の記録"),
)

MATCHES = Indicator(
    code="3-OC",
    version=1,
    name=_("ビジネスマッチング成立"),
    unit=cases,
    event_type="match.concluded",
    once=Once.MATCH,
    firms_in_key=2,
    target=100,
    parts=(
        Part("case", _("仲間まわし")),
        Part("material", _("資材融通")),
        Part("outside", _("ポータルの外で結び、届け出た取引")),
    ),
    level=Level("claimed", _("仮（一方だけが報告）"), 90),
    definition=_(
        "このポータルかラボがきっかけで成立した取引の数。発注の決定、または両方の企業の確認で1件。"
    ),
    edge_rules=_(
        "きっかけの記録がない取引は数えません。同じ2社の同じ系統の部品の取引は、12か月に1件です"
        "（ちょうど12か月後の日を含みます）。系統は、加工の大分類か資材の種類です。一方だけが報告した"
        "取引は仮とし、もう一方が確認するまで数えません。90日たつと仮からも除きます。買う側（発注元、"
        "資材を必要とする企業）の区に数えます。3-KGIと重なることがあります。"
    ),
    quality=Quality(
        verification=RECOUNTED,
        source=_("仲間まわしの発注の決定と、資材融通の受渡しの確認。"),
        accuracy=EXACT,
        limits=_(
            "ポータルで知り合い、ポータルの外で結ばれた取引は、報告がなければ数えられません。"
        ),
        compensation=_("数えられない分だけ低く出ることを、この定義に明記します。"),
    ),
    ledger=_("発注と受渡しの記録"),
)

EVENTS = Indicator(
    code="3-OP1",
    version=1,
    name=_("イベント・セミナー開催数"),
    unit=times,
    event_type="event.held",
    once=Once.EVER,
    target=20,
    parts=(Part("fair", _("商談会")),),
    at_site=True,
    definition=_("開催したイベント・セミナーと商談会の数。1つの催しは1回。"),
    edge_rules=_(
        "何日か続く催しは1回とし、初日の年度に数えます。別々に案内した回は別に数えます。中止した催しと、"
        "外からの参加者が1人もいない催しは数えません。商談会は、商談が1つ以上あれば数えます。"
    ),
    quality=Quality(
        verification=RECOUNTED,
        source=_("催しと商談会の開催の記録。"),
        accuracy=EXACT,
        limits=_("催しとしても登録した商談会は、2回に数えられます。"),
        compensation=_("商談会は商談会としてだけ登録し、重なったときは一方を取り消します。"),
    ),
    ledger=_("開催の記録"),
)

MEMBERS = Indicator(
    code="3-OP2",
    version=1,
    name=_("参加企業数"),
    unit=firms,
    event_type="member.published",
    leaves="member.withdrawn",
    kind=Kind.STOCK,
    once=Once.MEMBER,
    firms_in_key=1,
    target=200,
    path=(67, 133, 200, 200, 200),
    level=Level("active", _("実働（180日以内に返事・受注・納品）"), 180),
    definition=_("その日に、内容を確認した加工能力を掲載している企業の数。"),
    edge_rules=_(
        "区やラボが下書きしただけで、企業が確認していない掲載は数えません。掲載をやめた企業は、その日から"
        "除きます。ふたたび掲載すると、また数えます。目標の200社は3年目の終わりの数で、途中の年度は"
        "等分した目安です。本店のある区に数えます。"
    ),
    quality=Quality(
        verification=RECOUNTED,
        source=_("加工能力の登録の、確認と掲載の記録。"),
        accuracy=EXACT,
        limits=_("掲載しただけで、仕事の声かけに応えない企業も含みます。"),
        compensation=_(
            "180日以内に返事・受注・納品のどれかをした企業を、実働として並べて示します。"
        ),
    ),
    ledger=_("加工能力の登録"),
)

PROJECTS = Indicator(
    code="3-OP3",
    version=1,
    name=_("産学連携プロジェクト数"),
    unit=cases,
    event_type="univ.agreement_signed",
    once=Once.EVER,
    target=10,
    definition=_("学校か公設試験研究機関と企業が協定を結んだプロジェクトの数。"),
    edge_rules=_(
        "協定を結んだ日の年度にだけ数え、何年か続いても数え直しません。プロジェクトのないインターンシップは"
        "含みません。少なくとも1社は23区の企業です。金融機関やメーカーだけとの協定は数えません。"
    ),
    quality=Quality(
        verification=RECOUNTED,
        source=_("コンソーシアムの協定の記録。"),
        accuracy=EXACT,
        limits=_("ポータルの外で結ばれた協定は含みません。"),
        compensation=_("紙の協定は担当者が結んだ日で登録し、その日の年度に数えます。"),
    ),
    ledger=_("協定の記録"),
)

LAB = (COLLABORATION, VISITS, MATCHES, EVENTS, MEMBERS, PROJECTS)
