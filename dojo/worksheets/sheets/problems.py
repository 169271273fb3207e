"""経営課題の棚卸し: what troubles the firm, what it costs, what is in the way."""

from django.utils.translation import gettext_lazy as _

from dojo.worksheets.rules.sheet import Fact, Field, Sheet, Step
from dojo.worksheets.sheets import sources

# Business areas as the survey of document 004 asks for them.
AREAS = (
    ("sales", _("販売管理（見積・受注・出荷・請求）")),
    ("production", _("生産管理（計画・工程・実績）")),
    ("purchasing", _("購買管理（発注・仕入先・支払）")),
    ("stock", _("在庫管理（材料・仕掛・製品・棚卸）")),
    ("finance", _("財務会計（決算・債権・債務）")),
    ("costing", _("管理会計（原価・収益性）")),
    ("quality", _("品質・検査")),
    ("people", _("人手・技能の承継")),
    ("other", _("その他")),
)
URGENCY = (
    ("3", _("3年以内に手を打たないと危ない")),
    ("5", _("5年以内に手を打たないと危ない")),
    ("10", _("10年以内に手を打たないと危ない")),
    ("none", _("改善の余地はあるが、危機ではない")),
)
# Barriers of document 004, chapter (2): beliefs, information, cost, resources.
BARRIERS = (
    ("A-1", _("A-1 自社の仕事は特別で、既製品では合わないと思う")),
    ("A-2", _("A-2 統合型の仕組みは、自社にはまだ早いと思う")),
    ("B-1", _("B-1 どんな効果があるのか分からない")),
    ("B-2", _("B-2 現場の改善を積み重ねれば足りると思う")),
    ("B-3", _("B-3 付き合いのある業者から、個別の仕組みでよいと言われている")),
    ("B-4", _("B-4 いまのやり方で回っていて、変える理由が見えない")),
    ("C-1", _("C-1 初期費用や保守の費用を負担できない")),
    ("C-2", _("C-2 担当者を置く余裕がない")),
    ("D-1", _("D-1 運用や保守のできる人がいない")),
)
DIRECTIONS = (
    ("defence", _("守り：仕事を速く、正確にし、費用を減らす")),
    ("attack", _("攻め：お客様への新しい価値を作り、売上を伸ばす")),
    ("both", _("両方：守りで作った余力とデータを、攻めに使う")),
)
PHASES = (
    ("1", _("1 自社の現状を知る")),
    ("2", _("2 紙や口頭の仕事をデジタルにする")),
    ("3", _("3 仕事の流れを改める")),
    ("4", _("4 事業の形を変える")),
)

PROBLEMS = Sheet(
    code="problems",
    name=_("経営課題の棚卸し"),
    purpose=_("困りごとを書き出し、どれから手を付けるかを決めます。"),
    keeps_money=True,
    steps=(
        Step(
            "firm",
            _("会社のいま"),
            _("決算書を手元に置いて、直近の1年の数字を入力してください。"),
            (
                Field("sales", _("売上高"), "yen"),
                Field(
                    "profit", _("営業利益"), "signed_yen", _("赤字のときは、頭に「-」を付けます。")
                ),
                Field("employees", _("働いている人"), "count", unit=_("人")),
                Field(
                    "top_customer",
                    _("いちばん大きい取引先の割合"),
                    "percent",
                    _("売上高に占める割合です。"),
                    high=100,
                    required=False,
                    unit="%",
                ),
            ),
        ),
        Step(
            "issues",
            _("困りごと"),
            _("思いつくだけ書いてください。順番は後で変えられます。"),
            (
                Field("area", _("どの仕事か"), "choice", choices=AREAS),
                Field("what", _("何に困っているか"), "long", limit=300),
                Field(
                    "loss",
                    _("1年に失っている金額"),
                    "yen",
                    _("だいたいで構いません。分からなければ空けておきます。"),
                    required=False,
                ),
                Field("urgency", _("急ぎの度合い"), "choice", choices=URGENCY),
            ),
            facts=(
                Fact(
                    _("ものづくり企業の調査は、急ぎの度合いを3年・5年・10年の幅で尋ねています。"),
                    sources.SURVEY_URGENCY,
                ),
            ),
            row_name=_("困りごと"),
        ),
        Step(
            "barriers",
            _("妨げているもの"),
            _("取り組みを止めているものに、印を付けてください。"),
            (
                Field("codes", _("当てはまるもの"), "many", choices=BARRIERS, required=False),
                Field("words", _("自分の言葉で"), "long", limit=500, required=False),
            ),
            facts=(
                Fact(
                    _(
                        "妨げは、思い込み（A）・情報不足（B）・費用（C）・人手（D）の4つに分けられます。"
                    ),
                    sources.SURVEY_BARRIERS,
                ),
            ),
        ),
        Step(
            "aim",
            _("向かう先"),
            _("3年後にどうなっていたいかを、社員に話す言葉で書いてください。"),
            (
                Field("north", _("めざす姿"), "long", limit=300),
                Field("direction", _("守りか、攻めか"), "choice", choices=DIRECTIONS),
                Field("phase", _("いまの段階"), "choice", choices=PHASES),
                Field("first", _("最初に取り組むこと"), "long", limit=300),
            ),
            facts=(
                Fact(
                    _(
                        "目的があいまいなまま道具を入れると、使われずに終わります。先に「何のため」を決めます。"
                    ),
                    sources.SINS,
                ),
                Fact(
                    _(
                        "デジタル化に取り組む中小企業の69.6%が、業務の効率化と生産性の向上をおもな目的に挙げています。"
                    ),
                    sources.DEFENCE,
                ),
            ),
        ),
    ),
)
