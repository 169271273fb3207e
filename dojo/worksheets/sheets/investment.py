"""投資の計算: what a tool costs and brings, with every assumption on the page and changeable."""

from django.utils.translation import gettext_lazy as _

from dojo.worksheets.rules.investment import MOST_YEARS
from dojo.worksheets.rules.sheet import Fact, Field, Sheet, Step
from dojo.worksheets.sheets import sources

INVESTMENT = Sheet(
    code="investment",
    name=_("投資の計算"),
    purpose=_("費用と効果を並べ、何年で元が取れるかを確かめます。"),
    keeps_money=True,
    steps=(
        Step(
            "costs",
            _("費用"),
            _("税抜の金額で入力してください。"),
            (
                Field("what", _("何への投資か"), hint=_("例：生産管理のクラウドサービス")),
                Field("initial", _("初期費用"), "yen", _("購入、設定、研修、データの移行など。")),
                Field(
                    "subsidy",
                    _("補助金の見込み"),
                    "yen",
                    _("交付が決まるまでは、0円でも計算してみてください。"),
                    start="0",
                ),
                Field("running", _("毎年の費用"), "yen", _("利用料、保守、通信など。1年分です。")),
            ),
        ),
        Step(
            "benefits",
            _("効果"),
            _("1年たって、ふだんどおり使えているときの効果です。"),
            (
                Field("hours", _("減る作業時間（1か月）"), "decimal", unit=_("時間"), high=10_000),
                Field(
                    "hourly",
                    _("1時間の人件費"),
                    "yen",
                    _("給与に社会保険料などを加えた金額です。"),
                ),
                Field(
                    "saved",
                    _("減るほかの費用（1年）"),
                    "yen",
                    _("外注、紙、材料のムダなど。"),
                    start="0",
                ),
                Field(
                    "margin",
                    _("増える粗利（1年）"),
                    "yen",
                    _("受注が増える分など。確かでなければ0円にします。"),
                    start="0",
                ),
            ),
            facts=(
                Fact(
                    _("効果を数字にしておかないと、続けるべきか、やめるべきかを判断できません。"),
                    sources.FIFTH_SIN,
                ),
            ),
        ),
        Step(
            "assumptions",
            _("計算の前提"),
            _("初めの値は例です。自社に合わせて変えてください。"),
            (
                Field(
                    "years", _("使う年数"), "count", unit=_("年"), low=1, high=MOST_YEARS, start="5"
                ),
                Field(
                    "rate",
                    _("割引率"),
                    "percent",
                    _("将来のお金を今の価値に直す率です。借入金の利率などを目安にします。"),
                    high=100,
                    start="3",
                    unit="%",
                ),
                Field(
                    "first_year",
                    _("1年目の効果の割合"),
                    "percent",
                    _("慣れるまでの分を引きます。"),
                    high=100,
                    start="50",
                    unit="%",
                ),
                Field(
                    "swing",
                    _("見込み違いの幅"),
                    "percent",
                    _("効果と費用がこの幅で違ったときも計算します。"),
                    high=90,
                    start="30",
                    unit="%",
                ),
            ),
            facts=(
                Fact(
                    _(
                        "現場に根付くまでには月日がかかります。3か月後の利用率70%を目標の例とする資料があります。"
                    ),
                    sources.TARGETS,
                ),
            ),
        ),
    ),
)
