"""The conditions above the list of schemes."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.filters import UiFilterSet
from subsidies.models import Scheme

MOST_CHARACTERS = 60
OPEN, NONE = "open", "none"


class SchemeFilter(UiFilterSet):
    """Words, stage, and whether a revision is under way."""

    kept = ()

    q = django_filters.CharFilter(
        label=_("制度の名前"), widget=forms.TextInput(attrs={"type": "search"})
    )
    stage = django_filters.ChoiceFilter(
        label=_("ステージ"), choices=Scheme.Stage.choices, empty_label=_("すべて")
    )
    revision = django_filters.ChoiceFilter(
        label=_("改正案"),
        choices=((OPEN, _("改正案がある")), (NONE, _("改正案がない"))),
        empty_label=_("すべて"),
    )

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, queryset=Scheme.objects.none())

    @property
    def wanted(self) -> dict[str, Any]:
        """What `selectors.scheme_rows` takes. What is not understood filters nothing."""
        self.form.is_valid()
        given = self.form.cleaned_data
        return {
            "query": given.get("q", "")[:MOST_CHARACTERS],
            "stage": int(given["stage"]) if given.get("stage") else None,
            "revised": {OPEN: True, NONE: False}.get(given.get("revision", "")),
        }
