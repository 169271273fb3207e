"""The conditions above the list of reviews."""

from collections.abc import Iterable, Mapping

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.kernel.clock import wareki_fiscal_year
from portal.ui.filters import UiFilterSet
from subsidies.committee import states
from subsidies.committee.models import ReviewRound


class ReviewFilter(UiFilterSet):
    """State, and the fiscal year of the call."""

    kept = ()

    status = django_filters.ChoiceFilter(
        label=_("状態"),
        choices=states.ROUND.choices,
        empty_label=_("すべて"),
    )
    year = django_filters.ChoiceFilter(label=_("年度"), empty_label=_("すべて"))

    def __init__(self, data: Mapping[str, str], *, years: Iterable[int]) -> None:
        super().__init__(data, queryset=ReviewRound.objects.none())
        self.filters["year"].extra["choices"] = [
            (str(year), wareki_fiscal_year(year)) for year in years
        ]

    def chosen(self, rows: QuerySet[ReviewRound]) -> QuerySet[ReviewRound]:
        """The wanted ones of `rows`. What is not understood filters nothing."""
        self.form.is_valid()
        given = self.form.cleaned_data
        if given.get("status"):
            rows = rows.filter(status=given["status"])
        if given.get("year"):
            rows = rows.filter(call__fiscal_year=int(given["year"]))
        return rows
