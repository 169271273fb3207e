"""The conditions above the ledger; the same parameters as the address of its files."""

from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.filters import UiFilterSet
from subsidies import grant_states
from subsidies.ledger.selectors import MOST_CHARACTERS, LedgerFilters
from subsidies.models import Application

Choices = Iterable[tuple[Any, Any]]

STATES = (
    ("open", _("申請中（決定前）")),
    ("granted", _("交付決定したすべて")),
    ("refused", _("不交付")),
    ("withdrawn", _("申請の取下げ")),
    *(
        (state.code, state.label)
        for state in grant_states.GRANT.states
        if state.code != "withdrawn"
    ),
)
NAMES = ("ward", "year", "scheme", "state", "q")


class LedgerFilter(UiFilterSet):
    """Ward (for auditors), fiscal year, scheme, state, words."""

    kept = ()

    ward = django_filters.ChoiceFilter(label=_("区"), empty_label=_("すべて"))
    year = django_filters.ChoiceFilter(label=_("年度"), empty_label=_("すべて"))
    scheme = django_filters.ChoiceFilter(label=_("制度"), empty_label=_("すべて"))
    state = django_filters.ChoiceFilter(label=_("状態"), choices=STATES, empty_label=_("すべて"))
    q = django_filters.CharFilter(
        label=_("企業名・受付番号"), widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(
        self, data: Mapping[str, str], *, wards: Choices, years: Choices, schemes: Choices
    ) -> None:
        """Each as (value, name); without wards the ward is not asked."""
        super().__init__(data, queryset=Application.objects.none())
        self.filters["year"].extra["choices"] = list(years)
        self.filters["scheme"].extra["choices"] = list(schemes)
        self.filters["ward"].extra["choices"] = list(wards)
        if not wards:
            del self.filters["ward"]

    @property
    def chosen(self) -> dict[str, str]:
        """What was filled in and understood, as it stands in the address."""
        self.form.is_valid()
        given = {name: str(value) for name, value in self.form.cleaned_data.items() if value}
        return {name: value[:MOST_CHARACTERS] for name, value in given.items()}

    @property
    def filters_chosen(self) -> LedgerFilters:
        """The same for the selector."""
        return LedgerFilters.read(self.chosen)
