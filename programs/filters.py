"""Filters of the officials' list of firms."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.ui.filters import UiFilterSet
from programs.industry import JSIC, SIZE_LABELS
from programs.models import Firm
from programs.rules import SIZE_MODELS, fold
from programs.wards import WARDS

OVER = "over"  # a filter's empty value means all sizes
SIZE_CHOICES = [(code or OVER, label) for code, label in SIZE_LABELS.items()]


class FirmFilter(UiFilterSet):
    """Name or number, industry, size."""

    q = django_filters.CharFilter(
        label=_("企業名・法人番号"),
        method="by_words",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    jsic = django_filters.ChoiceFilter(label=_("業種"), choices=JSIC, empty_label=_("すべて"))
    size = django_filters.ChoiceFilter(
        label=_("規模"), choices=SIZE_CHOICES, method="by_size", empty_label=_("すべて")
    )
    ward = django_filters.ChoiceFilter(
        label=_("区"),
        choices=[(ward.code, ward.name) for ward in WARDS],
        method="by_ward",
        empty_label=_("すべて"),
    )

    class Meta:
        model = Firm
        fields = ["q", "jsic", "size", "ward"]

    def __init__(self, *args: Any, across_wards: bool = False, **kwargs: Any) -> None:
        """`across_wards` offers the ward as a filter, to those who see more than one."""
        super().__init__(*args, **kwargs)
        if not across_wards:
            del self.filters["ward"]

    def by_words(self, firms: QuerySet[Firm], name: str, value: str) -> QuerySet[Firm]:
        for word in value.split():
            firms = firms.filter(search_text__contains=fold(word))
        return firms

    def by_size(self, firms: QuerySet[Firm], name: str, value: str) -> QuerySet[Firm]:
        if value == OVER:
            return firms.filter(employees__gt=SIZE_MODELS[0][2])
        lowest, highest = next(model[1:] for model in SIZE_MODELS if model[0] == value)
        return firms.filter(employees__range=(lowest, highest))

    def by_ward(self, firms: QuerySet[Firm], name: str, value: str) -> QuerySet[Firm]:
        return firms.filter(wards__ward_id=int(value))
