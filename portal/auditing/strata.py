"""層: what the population of a stratified sample is layered by. Names are kept, in Japanese."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.auditing.words import band_text
from programs.selectors import ward_name

STRATA: dict[str, tuple[str | Promise, Callable[[Any], str]]] = {
    "ward": (_("区"), lambda row: ward_name(row.ward_id)),
    "scheme": (_("制度"), lambda row: row.scheme_name),
    "amount": (_("金額の幅"), lambda row: band_text(row.book_yen)),
    "stage": (_("ステージ"), lambda row: str(row.stage)),
}


def stratum_of(strata: str, row: Any) -> str:
    """The layer of a case; "" where the sample has none."""
    if strata not in STRATA:
        return ""
    with override("ja"):
        return STRATA[strata][1](row)
