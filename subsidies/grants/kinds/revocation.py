"""交付決定の取消. Source: domain.md A2, step 11: also after the final amount and after payment."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.money import format_yen
from portal.ui.markup import yen_text
from portal.ui.parts import Row
from subsidies import grant_states
from subsidies.grants.kinds import rulings
from subsidies.grants.models import Ruling

REVOCATION = "revocation"

# 取消の事由 as the wards' rules list them; what happened is written besides.
GROUNDS: dict[str, str | Promise] = {
    "fraud": gettext_lazy("偽りその他不正の手段により交付決定または交付を受けた"),
    "purpose": gettext_lazy("補助金を他の用途に使用した"),
    "conditions": gettext_lazy("交付決定の内容または付した条件に違反した"),
    "silent": gettext_lazy("報告・検査・指示に応じない"),
    "disposal": gettext_lazy("承認を受けずに財産を処分した"),
    "excluded": gettext_lazy("暴力団関係者など、対象から除かれる者に当たることが分かった"),
    "law": gettext_lazy("法令または要綱のその他の定めに違反した"),
}


def _opening(ruling: Ruling) -> str:
    part = "一部" if ruling.terms["kept_yen"] else "全部"
    return f"交付決定の{part}を、次の理由により取り消したので通知します。"


def _rows(ruling: Ruling) -> rulings.Rows:
    terms = ruling.terms
    return [
        ("取消前の額", format_yen(terms["standing_yen"])),
        ("取り消す額", format_yen(terms["revoked_yen"])),
        ("取消後の額", format_yen(terms["kept_yen"])),
        ("取消の事由", "、".join(terms["grounds"])),
        ("原因となる事実", terms["facts"]),
        ("弁明の機会", terms["hearing"]),
        ("理由", ruling.reason),
        *(
            [
                (
                    "返還",
                    f"支払済みの{format_yen(terms['return_yen'])}は、別に通知する返還命令によります。",
                )
            ]
            if terms["return_yen"]
            else []
        ),
    ]


def _summary(ruling: Ruling) -> list[Row]:
    terms = ruling.terms
    return [
        Row(_("取り消す前の額"), yen_text(terms["standing_yen"])),
        Row(_("取り消す額"), yen_text(terms["revoked_yen"])),
        Row(_("取消後に残る額"), yen_text(terms["kept_yen"])),
        Row(_("支払済みのうち返還になる額"), yen_text(terms["return_yen"])),
        Row(_("取消の事由"), _("、").join(terms["grounds"])),
        Row(_("原因となる事実"), terms["facts"]),
        Row(_("企業の弁明"), terms["statement"] or _("弁明はありませんでした。")),
    ]


rulings.register(
    rulings.RulingKind(
        code=REVOCATION,
        name=gettext_lazy("交付決定の取消"),
        paper="revocation",
        grant_states=(*grant_states.RUNNING, grant_states.PAID, grant_states.CLOSED),
        opening=_opening,
        rows=_rows,
        page="grants:revocation",
        summary=_summary,
    )
)
