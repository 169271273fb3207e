"""The conditions above the list of selections."""

from collections.abc import Iterable, Mapping

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.kernel.clock import wareki_fiscal_year
from portal.ui.filters import UiFilterSet
from subsidies.models import Call


class SelectionFilter(UiFilterSet):
    """The fiscal year of the call."""

    kept = ()

    year = django_filters.ChoiceFilter(label=_("年度"), empty_label=_("すべて"))

    def __init__(self, data: Mapping[str, str], *, years: Iterable[int]) -> None:
        super().__init__(data, queryset=Call.objects.none())
        self.filters["year"].extra["choices"] = [
            (str(year), wareki_fiscal_year(year)) for year in years
        ]

    @property
    def chosen_year(self) -> int | None:
        """The year looked for. What is not understood is every year."""
        self.form.is_valid()
        given = self.form.cleaned_data.get("year")
        return int(given) if given else None
