"""The conditions above the list of kept cases."""

from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.clock import wareki_fiscal_year
from portal.ui.filters import UiFilterSet
from subsidies.retention import selectors, states
from subsidies.retention.models import Disposal, KeptCase

MOST_CHARACTERS = 60


class KeptFilter(UiFilterSet):
    """Words and the year in whose March the years end; the view is one of the tabs."""

    kept = ("view",)

    q = django_filters.CharFilter(
        label=_("申請者・受付番号"), widget=forms.TextInput(attrs={"type": "search"})
    )
    year = django_filters.ChoiceFilter(label=_("満了の年度"), empty_label=_("すべて"))

    def __init__(self, data: Mapping[str, str], *, years: Iterable[int]) -> None:
        """`years` as the years of the 31 March."""
        super().__init__(data, queryset=KeptCase.objects.none())
        self.filters["year"].extra["choices"] = [
            (str(year), wareki_fiscal_year(year - 1)) for year in years
        ]

    @property
    def wanted(self) -> dict[str, Any]:
        """What `selectors.kept_rows` takes. What is not understood filters nothing."""
        self.form.is_valid()
        given = self.form.cleaned_data
        view = self.data.get("view", "")
        return {
            "query": given.get("q", "")[:MOST_CHARACTERS],
            "year": int(given["year"]) if given.get("year") else None,
            "view": view if view in selectors.VIEWS else selectors.DUE,
        }


class DisposalFilter(UiFilterSet):
    """State of a disposal."""

    kept = ()

    status = django_filters.ChoiceFilter(
        label=_("状態"),
        choices=states.DISPOSAL.choices,
        empty_label=_("すべて"),
    )

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, queryset=Disposal.objects.none())

    @property
    def chosen_status(self) -> str:
        """The state looked for. What is not understood is every state."""
        self.form.is_valid()
        return self.form.cleaned_data.get("status") or ""
