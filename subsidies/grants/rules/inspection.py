"""検査項目: what an official ticks before the final amount is proposed. Source: domain.md A2, 8–9."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at."""

    code: str
    name: str | Promise
    hint: str | Promise = ""


ITEMS = (
    Item(
        "content",
        _("交付決定の内容どおりに実施されている"),
        _("計画の変更があれば、承認後の内容と比べます。"),
    ),
    Item("papers", _("経費ごとに見積から支払までの書類がそろっている")),
    Item("dates", _("発注が決定日以後で、支払が事業の期限までに終わっている")),
    Item("amounts", _("請求書・振込の額と宛名が合っている")),
    Item("eligible", _("対象外の経費（値引き・ポイント・自社調達など）が入っていない")),
    Item("goods", _("写真または現物で、買ったものを確かめた")),
    Item("other", _("同じ経費にほかの補助金を受けていない")),
    Item("assets", _("単価の高い財産が取得財産等管理台帳に載っている")),
)
OK, NOT_OK = "ok", "not_ok"


def open_items(verdicts: Mapping[str, Mapping[str, Any]]) -> list[Item]:
    """Items without a verdict, or found wanting without a note."""
    return [item for item in ITEMS if not _is_settled(verdicts.get(item.code, {}))]


def _is_settled(entry: Mapping[str, Any]) -> bool:
    if entry.get("verdict") == NOT_OK:
        return bool(str(entry.get("note", "")).strip())
    return entry.get("verdict") == OK
