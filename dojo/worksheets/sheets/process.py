"""現状の業務の流れ: step 1 of the three of document 003, 業務可視化."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dojo.worksheets.rules.sheet import Fact, Field, Sheet, Step
from dojo.worksheets.sheets import sources
from dojo.worksheets.sheets.problems import AREAS

TOOLS_USED = (
    ("paper", _("紙")),
    ("talk", _("口頭・電話・FAX")),
    ("sheet", _("Excelなどの表")),
    ("system", _("システム・アプリ")),
)

PROCESS = Sheet(
    code="process",
    name=_("現状の業務の流れ"),
    purpose=_("誰が、何を、どの順に行っているかを絵にして、待ちと誤りを見つけます。"),
    steps=(
        Step(
            "scope",
            _("どの仕事を描くか"),
            _("いちばん困っている仕事を1つ選んでください。"),
            (
                Field("name", _("仕事の名前"), hint=_("例：受注から出荷指示まで")),
                Field("area", _("どの仕事か"), "choice", choices=AREAS),
                Field(
                    "times",
                    _("1か月の回数"),
                    "count",
                    unit=pgettext_lazy("a month", "回"),
                    low=1,
                    high=100_000,
                ),
            ),
        ),
        Step(
            "stages",
            _("流れ"),
            _("始まりから順に、1つずつ入力してください。時間は1回あたりです。"),
            (
                Field("name", _("すること"), limit=60),
                Field("who", _("誰が"), limit=60),
                Field("tool", _("何で"), "choice", choices=TOOLS_USED),
                Field("work", _("作業の時間"), "count", unit=_("分"), high=100_000),
                Field("wait", _("次までの待ち"), "count", unit=_("分"), high=1_000_000, start="0"),
                Field(
                    "errors",
                    _("誤り・やり直し（1か月）"),
                    "count",
                    unit=pgettext_lazy("plural", "件"),
                    start="0",
                ),
            ),
            facts=(
                Fact(
                    _(
                        "現場の「いま」を全員が見える形にすることが、定着した会社に共通の最初の一歩です。"
                    ),
                    sources.THREE_STEPS,
                ),
            ),
            row_name=_("流れの1つ"),
            least=2,
            most=30,
        ),
        Step(
            "seen",
            _("気付いたこと"),
            _("描いてみて、見えたことを書いてください。"),
            (
                Field("surprise", _("意外だったこと"), "long", limit=500, required=False),
                Field("target", _("直したいところ"), "long", limit=500),
            ),
        ),
    ),
)
