"""行動計画: what is done by whom until when. What a course asks for to be completed."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dojo.worksheets.rules.sheet import Fact, Field, Sheet, Step
from dojo.worksheets.sheets import sources

PLAN = Sheet(
    code="plan",
    name=_("行動計画"),
    purpose=_("誰が、いつまでに、何をするかを決めます。講座の修了に必要な計画です。"),
    steps=(
        Step(
            "goal",
            _("目標"),
            _("数字で確かめられる目標を1つ決めてください。"),
            (
                Field("goal", _("実現したいこと"), "long", limit=300),
                Field("measure", _("何で測るか"), hint=_("例：月末の集計にかかる時間")),
                Field("now", _("いまの値"), hint=_("例：24時間")),
                Field("target", _("目標の値"), hint=_("例：2時間")),
                Field("by", _("いつまでに"), "date"),
            ),
            facts=(
                Fact(
                    _("めざす先（北極星）を先に示すと、社員が同じ方向を向けます。"),
                    sources.PRINCIPLES,
                ),
            ),
        ),
        Step(
            "people",
            _("進める体制"),
            _("一人に任せきりにしない形を作ります。"),
            (
                Field("owner", _("決める人（経営者）"), limit=60),
                Field("lead", _("進める人（推進担当）"), limit=60),
                Field("key", _("現場で教える人（キーユーザー）"), limit=100),
            ),
            facts=(
                Fact(
                    _("決める人・進める人・現場で教える人の3層に分けると、担当者が孤立しません。"),
                    sources.THREE_LAYERS,
                ),
            ),
        ),
        Step(
            "actions",
            _("すること"),
            _("小さく始められることから、順に入力してください。"),
            (
                Field("what", _("すること"), "long", limit=200),
                Field("owner", pgettext_lazy("worksheet", "担当"), limit=60),
                Field("due", _("期限"), "date"),
                Field("done", _("できたと言える状態"), "long", limit=200, required=False),
            ),
            row_name=_("すること"),
            most=30,
        ),
        Step(
            "checks",
            _("振り返り"),
            _("始めてから3か月・6か月・12か月で確かめることを書いてください。"),
            (
                Field("m3", _("3か月後に確かめること"), "long", limit=200),
                Field("m6", _("6か月後に確かめること"), "long", limit=200),
                Field("m12", _("12か月後に確かめること"), "long", limit=200),
            ),
            facts=(
                Fact(
                    _("導入から3か月後に、対象の仕事での利用率70%以上、という目標の例があります。"),
                    sources.TARGETS,
                ),
                Fact(
                    _("声を集め、課題を整理し、直すことを3か月・6か月・12か月に繰り返します。"),
                    sources.CYCLE,
                ),
            ),
        ),
    ),
)
