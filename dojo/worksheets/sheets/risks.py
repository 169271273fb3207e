"""リスク表: the four common risks of document 000 as a beginning, and the drill of document 002."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dojo.worksheets.rules.sheet import Fact, Field, Sheet, Step
from dojo.worksheets.sheets import sources

LEVELS = (("1", _("1 低い")), ("2", _("2 中くらい")), ("3", _("3 高い")))
DRILL = (
    ("know", _("弱点を知る：IPAの簡易診断を受けた")),
    ("password", _("守る：12文字以上の使い回さないパスワードにしている")),
    ("factor", _("守る：多要素認証を使っている")),
    ("update", _("守る：OSとソフトを最新に保っている")),
    ("backup", _("備える：3つの写し・2種類の媒体・1つは社外（3-2-1）で控えている")),
    ("restore", _("備える：控えから戻せることを試した")),
    ("contact", _("備える：事故のときの連絡先を決めてある")),
    ("train", _("人：不審なメールの見分け方を社員に教えた")),
)

RISKS = Sheet(
    code="risks",
    name=_("リスク表"),
    purpose=_("起こりそうなことを先に挙げ、手当てと担当を決めます。"),
    steps=(
        Step(
            "risks",
            _("リスクと手当て"),
            _("初めの4つは例です。自社に合わないものは消し、足りないものを加えてください。"),
            (
                Field("what", _("起こりうること"), limit=100),
                Field("likely", _("起こりやすさ"), "choice", choices=LEVELS),
                Field("harm", _("起きたときの影響"), "choice", choices=LEVELS),
                Field("care", _("手当て"), "long", limit=300),
                Field("owner", pgettext_lazy("worksheet", "担当"), limit=60),
                Field("due", _("いつまでに"), "date", required=False),
            ),
            facts=(
                Fact(
                    _(
                        "よくあるリスクは、現場の反発、技能の不足、安全への不安、事業の停止の4つです。"
                    ),
                    sources.RISKS_TABLE,
                ),
            ),
            row_name=_("リスク"),
            start=(
                {
                    "what": _("現場の反発・混乱"),
                    "care": _("現場の人が中心になって小さく試し、うまくいった例を広げる。"),
                },
                {
                    "what": _("使いこなす力の不足"),
                    "care": _("力に合わせた手順書と研修を用意し、困ったときに聞ける人を決める。"),
                },
                {
                    "what": _("情報の安全への不安"),
                    "care": _("見られる人を限り、控えを取り、外部の診断を受ける。"),
                },
                {
                    "what": _("止まったときの事業への影響"),
                    "care": _(
                        "事業継続計画に入れ、社外にも控えを置き、止まったときの手順を決める。"
                    ),
                },
            ),
        ),
        Step(
            "drill",
            _("安全の点検"),
            _("できているものに、印を付けてください。"),
            (
                Field("done", _("できていること"), "many", choices=DRILL, required=False),
                Field("next", _("次にすること"), "long", limit=300),
            ),
            facts=(
                Fact(
                    _("守りは費用ではなく、事業を続けるための投資です。"),
                    sources.DRILL,
                ),
            ),
        ),
    ),
)
