"""Forms and filter of facts (修了・認定)."""

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import clock
from portal.ui.fields import DateField, TextField
from portal.ui.filters import UiFilterSet
from portal.ui.forms import UiForm
from programs.fact_states import EXPIRED, REVOKED, STATES
from programs.models import Qualification
from programs.rules import fold


class FactForm(UiForm):
    """修了・認定 with its evidence."""

    kind = forms.ChoiceField(
        label=gettext_lazy("種類"),
        choices=[("", gettext_lazy("選んでください")), *Qualification.Kind.choices],
    )
    granted_on = DateField(label=gettext_lazy("付与日（修了・認定・宣言の日）"))
    expires_on = DateField(
        label=gettext_lazy("有効期限"),
        required=False,
        help_text=gettext_lazy("この日まで有効です。期限がなければ、空欄にしてください。"),
    )
    source = TextField(
        label=gettext_lazy("根拠"),
        max_length=200,
        help_text=gettext_lazy("確かめた書類。例：修了証の写し、認定書、宣言書"),
    )
    number = TextField(
        label=gettext_lazy("番号"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("修了証や認定書の番号。同じ番号は一度だけ使えます。"),
    )
    cohort = TextField(
        label=gettext_lazy("期・回"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("例：DX道場 第3期"),
    )
    person_name = TextField(
        label=gettext_lazy("修了した人"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("道場や講座の修了のときだけ入力してください。"),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_granted_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["granted_on"]
        if day > self.today:
            raise forms.ValidationError(_("付与日は今日までの日にしてください。"))
        return day

    def clean_expires_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["expires_on"]
        granted_on = self.cleaned_data.get("granted_on")
        if day and granted_on and day < granted_on:
            raise forms.ValidationError(_("有効期限は付与日以降にしてください。"))
        return day


class RevokeForm(UiForm):
    """取消, with its reason."""

    reason = TextField(
        label=gettext_lazy("取消の理由"),
        help_text=gettext_lazy("企業も読みます。何が違っていたかを書いてください。"),
        multiline=True,
        rows=3,
        max_length=300,
    )


class FactFilter(UiFilterSet):
    """Firm, kind, whether it holds today."""

    q = django_filters.CharFilter(
        label=gettext_lazy("企業名・法人番号"),
        method="by_words",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("種類"),
        choices=Qualification.Kind.choices,
        empty_label=gettext_lazy("すべて"),
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("状態"),
        method="by_state",
        empty_label=gettext_lazy("すべて"),
        choices=[(state.code, state.label) for state in STATES],
    )

    class Meta:
        model = Qualification
        fields = ["q", "kind", "state"]

    def by_words(
        self, facts: QuerySet[Qualification], name: str, value: str
    ) -> QuerySet[Qualification]:
        for word in value.split():
            facts = facts.filter(firm__search_text__contains=fold(word))
        return facts

    def by_state(
        self, facts: QuerySet[Qualification], name: str, value: str
    ) -> QuerySet[Qualification]:
        over = Q(expires_on__lt=clock.today())
        if value == REVOKED.code:
            return facts.exclude(revoked_on=None)
        return facts.filter(over if value == EXPIRED.code else ~over, revoked_on=None)
