"""返還命令 with 違約加算金 and 延滞金. Source: domain.md A2, step 11."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import clock
from portal.kernel.money import format_yen
from portal.ui.markup import era_date, yen_text
from portal.ui.parts import Row
from subsidies import grant_states
from subsidies.grants.kinds import rulings
from subsidies.grants.models import Ruling
from subsidies.rules import due

RECOVERY = "recovery"


def due_on_of(ruling: Ruling) -> dt.date:
    """納期日: the scheme's days after the order, on a day the ward is open."""
    assert ruling.ruled_on is not None
    return due.due_on(ruling.ruled_on, ruling.terms["rule"]["pay_days"])


def percent(rate: int) -> str:
    """1095 → 10.95."""
    return f"{rate // 100}.{rate % 100:02d}"


def _opening(ruling: Ruling) -> str:
    return "交付した補助金のうち次の額を、納期日までに返還することを命じます。"


def _rows(ruling: Ruling) -> rulings.Rows:
    rule = ruling.terms["rule"]
    received = "、".join(
        f"{clock.wareki(dt.date.fromisoformat(item['on']))} {format_yen(item['yen'])}"
        for item in ruling.terms["received"]
    )
    due_on = (
        clock.wareki(due_on_of(ruling))
        if ruling.ruled_on
        else f"決定の日から{rule['pay_days']}日（閉庁日のときは次の開庁日）"
    )
    rows = [
        ("返還する額", format_yen(ruling.terms["principal_yen"])),
        ("納期日", due_on),
        ("補助金を受領した日と額", received),
    ]
    if ruling.terms["surcharged"]:
        text = (
            f"受領の日から納付の日までの日数に応じ、年{percent(rule['surcharge_rate'])}パーセント"
            "（閏年も365日当たり）で計算した額を加えて納付すること。"
        )
        rows.append(("違約加算金", text))
    text = (
        f"納期日までに納付しないときは、納期日の翌日から納付の日までの日数に応じ、未納額に"
        f"年{percent(rule['late_rate'])}パーセントで計算した額を加えて納付すること。"
    )
    return [*rows, ("延滞金", text), ("理由", ruling.reason)]


def _summary(ruling: Ruling) -> list[Row]:
    terms = ruling.terms
    received = _("、").join(
        f"{era_date(dt.date.fromisoformat(item['on']))} {yen_text(item['yen'])}"
        for item in terms["received"]
    )
    charge = _("年%(rate)sパーセント、受領の日から") % {
        "rate": percent(terms["rule"]["surcharge_rate"])
    }
    late = _("年%(rate)sパーセント、納期日の翌日から") % {
        "rate": percent(terms["rule"]["late_rate"])
    }
    return [
        Row(_("返還する額"), yen_text(terms["principal_yen"])),
        Row(_("補助金を受領した日と額"), received),
        Row(_("違約加算金"), charge if terms["surcharged"] else _("付けない")),
        Row(_("延滞金"), late),
        Row(_("納期日"), _("決定の日から%(days)s日") % {"days": terms["rule"]["pay_days"]}),
    ]


rulings.register(
    rulings.RulingKind(
        code=RECOVERY,
        name=gettext_lazy("返還命令"),
        paper="recovery",
        grant_states=(
            grant_states.PAID,
            grant_states.CLOSED,
            grant_states.REVOKED,
            grant_states.CANCELLED,
            grant_states.WITHDRAWN,
        ),
        opening=_opening,
        rows=_rows,
        page="grants:recovery",
        summary=_summary,
    )
)
