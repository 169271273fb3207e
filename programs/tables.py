"""Tables of firms and of their facts."""

import datetime as dt
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.kernel import clock
from portal.ui import markup
from portal.ui.tables import NumberColumn, TitleColumn, UiTable
from programs.fact_states import fact_state
from programs.industry import SIZE_LABELS
from programs.models import Firm, Qualification


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
    site_count = NumberColumn(verbose_name=_("区内事業所"))
    address = tables.Column(verbose_name=_("本社所在地"), orderable=False)

    caption = _("企業の一覧")
    row_header = "name"
    dense = True
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


class FactTable(UiTable):
    """修了・認定 as officials look for them."""

    firm = TitleColumn(
        verbose_name=_("企業名"),
        accessor="firm__name",
        url=lambda fact: reverse("programs:fact", args=[fact.pk]),
        sub="person_name",
        order_by=("firm__name_kana", "firm__name"),
    )
    kind = tables.Column(verbose_name=_("種類"))
    cohort = tables.Column(verbose_name=_("期・回と番号"), orderable=False, empty_values=())
    granted_on = tables.Column(verbose_name=_("付与日"))
    expires_on = tables.Column(verbose_name=_("有効期限"), empty_values=())
    ward = tables.Column(
        verbose_name=_("記録した区"), accessor="ward__display_name", orderable=False
    )
    state = tables.Column(verbose_name=_("状態"), orderable=False, empty_values=())

    caption = _("修了・認定の一覧")
    row_header = "firm"
    empty_title = _("該当する修了・認定はありません")
    empty_hint = _("条件を変えるか、企業カルテから記録してください。")

    class Meta:
        order_by = ("-granted_on",)

    def render_cohort(self, record: Qualification) -> str:
        return " ".join(filter(None, [record.cohort, record.number])) or "—"

    def render_granted_on(self, value: dt.date) -> str:
        return markup.era_date(value)

    def render_expires_on(self, record: Qualification) -> str:
        return markup.era_date(record.expires_on) if record.expires_on else str(_("なし"))

    def render_state(self, record: Qualification) -> SafeString:
        state = fact_state(record, self.today or clock.today())
        return markup.tag_html(state.label, state.tone)
