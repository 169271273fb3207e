"""Forms of the 商談会: calling it, joining, wishing, calling it off."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lab.nakama.exchange.models import FairEntry
from lab.nakama.exchange.services import Plan
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField

HOURS = [f"{hour:02}:{minute:02}" for hour in range(9, 19) for minute in (0, 30)]


class FairForm(UiForm):
    """商談会を開く."""

    name = TextField(label=_("名称"), help_text=_("例：第3回 城東ものづくり商談会"), max_length=80)
    place = TextField(label=_("会場"), max_length=120)
    day = DateField(label=_("開催日"))
    starts = forms.ChoiceField(
        label=_("最初の商談の時刻"), choices=[(hour, hour) for hour in HOURS], initial="13:00"
    )
    slots = WholeNumberField(
        label=_("商談の回数"),
        help_text=_("1回20分です。9回で3時間になります。"),
        suffix=pgettext_lazy("rounds", "回"),
        min_value=1,
        max_value=20,
    )
    tables = WholeNumberField(
        label=_("テーブルの数"),
        help_text=_("発注側は1社に1つのテーブルに座り、受注側が回ります。"),
        suffix=_("卓"),
        min_value=1,
        max_value=100,
    )
    closes_on = DateField(label=_("申込みと希望の締切"))

    def plan(self) -> Plan:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        names = ("name", "place", "day", "slots", "tables", "closes_on")
        starts = dt.time.fromisoformat(data["starts"])
        return Plan(starts=starts, **{name: data[name] for name in names})


class EntryForm(UiForm):
    """参加を申し込む."""

    side = forms.ChoiceField(
        label=_("立場"), choices=FairEntry.Side.choices, widget=forms.RadioSelect
    )
    seeks = TextField(
        label=_("求めるもの・できること"),
        help_text=_("参加企業の一覧に、企業名と一緒に出ます。例：SUSの薄板溶接を任せたい"),
        max_length=200,
    )


class WishForm(UiForm):
    """会いたい企業."""

    others = forms.TypedMultipleChoiceField(
        label=_("会いたい企業"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, others: Sequence[FairEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("others", [(one.pk, f"{one.firm_name}　{one.seeks}") for one in others])


class CallOffForm(UiForm):
    """Why it does not take place."""

    reason = TextField(
        label=_("中止の理由"), multiline=True, rows=3, max_length=500, required=False
    )
