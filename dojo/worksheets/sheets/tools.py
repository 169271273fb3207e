"""候補の道具の比較: criteria first, then candidates, then scores. The portal names no winner."""

from django.utils.translation import gettext_lazy as _

from dojo.worksheets.rules.building import SCORES
from dojo.worksheets.rules.sheet import Fact, Field, Sheet, Step
from dojo.worksheets.sheets import sources

WEIGHTS = (
    ("1", _("1 あればよい")),
    ("2", _("2 やや大事")),
    ("3", _("3 大事")),
    ("4", _("4 とても大事")),
    ("5", _("5 ゆずれない")),
)

TOOLS = Sheet(
    code="tools",
    name=_("候補の道具の比較"),
    purpose=_("何を大事にするかを先に決めて、同じ物差しで比べます。"),
    steps=(
        Step(
            "criteria",
            _("物差しと重み"),
            _("候補を見る前に決めると、売り込みに流されません。"),
            (
                Field("name", _("物差し"), limit=60),
                Field("weight", _("重み"), "choice", choices=WEIGHTS),
            ),
            facts=(
                Fact(
                    _(
                        "調査では、期間、1年と5年の費用対効果、部門の総意、使いやすさ、同業の実績などが物差しに挙がっています。"
                    ),
                    sources.SURVEY_CRITERIA,
                ),
            ),
            row_name=_("物差し"),
            most=10,
            start=(
                {"name": _("求める働きがあるか"), "weight": "5"},
                {"name": _("現場の人が使いやすいか"), "weight": "4"},
                {"name": _("使い始めるまでの期間"), "weight": "3"},
                {"name": _("5年間の費用と効果"), "weight": "4"},
                {"name": _("同業の会社での実績"), "weight": "2"},
            ),
        ),
        Step(
            "candidates",
            _("候補"),
            _("2つ以上の候補を入力してください。「道具を入れない」を候補にしても構いません。"),
            (
                Field("name", _("候補の名前"), limit=60),
                Field("vendor", _("会社"), limit=60, required=False),
                Field("initial", _("初期費用（税抜）"), "yen", required=False),
                Field("monthly", _("毎月の費用（税抜）"), "yen", required=False),
                Field("weeks", _("使い始めるまで"), "count", unit=_("週"), required=False),
            ),
            row_name=_("候補"),
            least=2,
            most=6,
        ),
        Step(
            "scores",
            _("点数を付ける"),
            _("1（合わない）から5（よく合う）まで。試していないものは、空けておいて構いません。"),
            builds=SCORES,
        ),
        Step(
            "choice",
            _("選んだ理由"),
            _("点数は話し合いの材料です。どれを選ぶかは、会社で決めてください。"),
            (
                Field("chosen", _("選ぶもの")),
                Field("reason", _("選んだ理由"), "long", limit=500),
                Field("asked", _("現場の人の意見"), "long", limit=500, required=False),
            ),
            facts=(
                Fact(
                    _("製品を先に選ぶと、課題とかみ合わず、入力が滞り、使われなくなります。"),
                    sources.FAILURES,
                ),
            ),
        ),
    ),
)
