"""IT導入前の改善: step 2 of document 003, before any tool is chosen."""

from django.utils.translation import gettext_lazy as _

from dojo.worksheets.rules.sheet import Fact, Field, Sheet, Step
from dojo.worksheets.sheets import sources

WAYS = (
    ("stop", _("やめる")),
    ("join", _("まとめる")),
    ("swap", _("順番を変える")),
    ("ease", _("簡単にする")),
)

IMPROVEMENT = Sheet(
    code="improvement",
    name=_("IT導入前の改善"),
    purpose=_("道具を入れる前に、お金をかけずに減らせるムダを取り除きます。"),
    steps=(
        Step(
            "waste",
            _("ムダを減らす"),
            _("業務の流れを見ながら、やめる・まとめる・順番を変える・簡単にする、の順に考えます。"),
            (
                Field("what", _("いまのムダ"), "long", limit=300),
                Field("way", _("減らし方"), "choice", choices=WAYS),
                Field("how", _("すること"), "long", limit=300),
                Field("minutes", _("1か月に減る時間"), "count", unit=_("分"), high=1_000_000),
                Field("who", _("誰が"), limit=60),
            ),
            facts=(
                Fact(
                    _("表計算で整理するだけで、業務の時間が20〜30%減った例は珍しくありません。"),
                    sources.THREE_STEPS,
                ),
                Fact(
                    _(
                        "整理せずに高機能な道具を入れると、込み入った仕事がそのままデジタルになるだけです。"
                    ),
                    sources.THREE_STEPS,
                ),
            ),
            row_name=_("改善"),
        ),
        Step(
            "rest",
            _("それでも残ること"),
            _("人の工夫では減らせないものだけを、道具に任せます。"),
            (
                Field("left", _("残る困りごと"), "long", limit=500),
                Field(
                    "need",
                    _("道具に求める働き"),
                    "long",
                    _("「これだけできれば十分」という形で書きます。"),
                    limit=500,
                ),
            ),
            facts=(
                Fact(
                    _("求める働きを絞るほど、覚えることが減り、定着しやすくなります。"),
                    sources.CHOICE,
                ),
            ),
        ),
    ),
)
