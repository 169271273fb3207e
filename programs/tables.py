"""Tables of firms and of an import's rows."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.ui.tables import NumberColumn, TitleColumn, UiTable
from programs.industry import SIZE_LABELS
from programs.models import Firm


def card_url(firm: Firm) -> str:
    """The firm's card for officials."""
    return reverse("programs:firm_card", args=[firm.public_id])


class FirmTable(UiTable):
    """Firms as officials look for them."""

    name = TitleColumn(
        verbose_name=_("企業名"),
        url=card_url,
        sub="corporate_number",
        order_by=("name_kana", "name"),
    )
    jsic = tables.Column(verbose_name=_("業種"))
    employees = NumberColumn(verbose_name=_("従業員数"))
    size = tables.Column(
        verbose_name=_("規模"), accessor="size_model", orderable=False, empty_values=()
    )
    address = tables.Column(verbose_name=_("本社所在地"), orderable=False)
    site_count = NumberColumn(verbose_name=_("区内事業所"))

    caption = _("企業の一覧")
    row_header = "name"
    empty_title = _("該当する企業はありません")
    empty_hint = _("条件を変えるか、企業名簿を取り込んでください。")

    class Meta:
        order_by = ("name",)

    def render_jsic(self, record: Firm) -> str:
        return f"{record.jsic} {record.get_jsic_display()}"

    def render_size(self, value: str) -> str:
        return str(SIZE_LABELS[value])

    def render_employees(self, value: Any) -> str:
        return str(_("%(count)s人")) % {"count": f"{value:,}"}
