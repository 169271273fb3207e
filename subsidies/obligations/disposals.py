"""財産処分承認申請: what a firm asks before it disposes of an asset, and the ruling on it.

Source: domain.md A3 (転用・譲渡・交換・貸付・担保・廃棄 need prior approval).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import clock
from portal.kernel.money import format_yen
from subsidies import grant_states
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.registry import Kind, register
from subsidies.grants.models import Filing, Ruling
from subsidies.models import Grant
from subsidies.obligations import states
from subsidies.obligations.models import Asset
from subsidies.obligations.selectors.returns import return_of
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Question
from subsidies.services.errors import Refused

DISPOSAL = "asset_disposal"
WAYS = (
    ("sale", "売る（有償の譲渡）"),
    ("gift", "譲る（無償の譲渡）"),
    ("exchange", "交換する"),
    ("lending", "貸す"),
    ("security", "担保に入れる"),
    ("other_use", "ほかの目的に使う（転用）"),
    ("scrap", "捨てる・取り壊す"),
)


# The reason of the 返還命令 that follows; %s is the asset.
RETURN_REASON = "補助金で取得した財産（%s）の処分に伴い、返還を命じる。"


def _asset(grant: Grant, number: Any) -> Asset | None:
    """The asset of that ledger number, still in use."""
    if not isinstance(number, int):
        return None
    rows = Asset.objects.select_related("grant").filter(grant=grant, status=states.IN_USE)
    return rows.filter(pk=number).first()


def _check(grant: Grant, given: Mapping[str, Any]) -> Iterable[Problem]:
    asset = _asset(grant, given.get("asset_number"))
    if asset is None:
        text = _(
            "この補助事業の財産の台帳番号ではありません。「これからの提出」の表で確かめてください。"
        )
        yield Problem("unknown", text, DISPOSAL, "answers.asset_number")
        return
    day = given["planned_on"]
    if day < clock.today():
        text = _("処分の前に承認が要ります。予定日は今日以降の日にしてください。")
        yield Problem("past", text, DISPOSAL, "answers.planned_on")
    elif day > asset.restricted_until:
        text = _("この日には処分の制限が終わっているため、承認は要りません。")
        yield Problem("free", text, DISPOSAL, "answers.planned_on")


def _terms(filing: Filing) -> dict[str, Any]:
    """The asset, the disposal and what it gives back, as the ruling binds to them."""
    version = filing.versions.latest("number")
    answers = version.payload["answers"]
    asset = _asset(filing.grant, answers["asset_number"])
    if asset is None:
        raise Refused(_("この財産は、すでに処分されています。"))
    day = dt.date.fromisoformat(answers["planned_on"])
    found = return_of(asset, disposed_on=day, price_yen=answers["price_yen"])
    return {
        **rulings.filed(version),
        "asset": asset.pk,
        "description": asset.description,
        "way": answers["way"],
        "disposed_on": day.isoformat(),
        "price_yen": answers["price_yen"],
        "net_yen": asset.net_yen,
        "months_left": found.months_left,
        "book_yen": found.book_yen,
        "return_yen": found.return_yen,
    }


def _opening(ruling: Ruling) -> str:
    verdict = (
        "次のとおり承認したので通知します。"
        if ruling.outcome == Ruling.Outcome.APPROVE
        else "次の理由により承認しないこととしたので通知します。"
    )
    return f"{rulings.filed_on(ruling)}付けで申請のあった財産の処分については、{verdict}"


def _rows(ruling: Ruling) -> rulings.Rows:
    terms = ruling.terms
    asset = [("財産の名称", terms["description"]), ("処分の方法", dict(WAYS)[terms["way"]])]
    if ruling.outcome != Ruling.Outcome.APPROVE:
        return [*asset, ("理由", ruling.reason)]
    return [
        *asset,
        ("処分の日", clock.wareki(dt.date.fromisoformat(terms["disposed_on"]))),
        ("取得価格", format_yen(terms["net_yen"])),
        ("残存簿価", f"{format_yen(terms['book_yen'])}（残り{terms['months_left']}か月）"),
        ("処分価額", format_yen(terms["price_yen"])),
        ("返還する額", format_yen(terms["return_yen"])),
        *([("返還の方法", "別に通知する返還命令によります。")] if terms["return_yen"] else []),
        ("理由", ruling.reason),
    ]


rulings.register(
    rulings.RulingKind(
        code=DISPOSAL,
        name=gettext_lazy("財産処分の承認"),
        paper="asset_disposal_approved",
        rejection="asset_disposal_refused",
        grant_states=grant_states.SETTLED,
        opening=_opening,
        rows=_rows,
        terms=_terms,
    )
)
register(
    Kind(
        code=DISPOSAL,
        name=gettext_lazy("財産処分の承認申請"),
        grant_states=grant_states.SETTLED,
        questions=(
            Question(
                code="asset_number",
                task=DISPOSAL,
                label="財産の台帳番号",
                kind="number",
                hint="「これからの提出」のページの「処分に承認が要る財産」にある番号です。",
            ),
            Question(code="way", task=DISPOSAL, label="処分の方法", kind="choice", choices=WAYS),
            Question(code="planned_on", task=DISPOSAL, label="処分の予定日", kind="date"),
            Question(
                code="price_yen",
                task=DISPOSAL,
                label="処分価額（売る額など）",
                kind="yen",
                hint="廃棄や無償のときは0と入力します。",
            ),
            Question(
                code="why",
                task=DISPOSAL,
                label="処分する理由",
                kind="longtext",
                hint="例：新しい機械に替え、使わなくなるため。",
                max_length=800,
            ),
        ),
        ruling=DISPOSAL,
        hint=gettext_lazy(
            "取得した財産を売る・譲る・貸す・捨てるなどの前に必要です。補助金の一部の返還が要ることがあります。"
        ),
        check=_check,
        available=lambda grant: Asset.objects.filter(grant=grant, status=states.IN_USE).exists(),
    )
)
