"""The conditions above the list of letters; the same parameters as its address."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.letters.models import Letter
from portal.ui.fields import DateField
from portal.ui.filters import UiFilterSet
from subsidies.bulk.letters import LetterFilters


class DayFilter(django_filters.Filter):
    """A day in either calendar."""

    field_class = DateField


class LetterFilter(UiFilterSet):
    """Kind of letter, and the days between which it was issued."""

    kept = ()

    kind = django_filters.ChoiceFilter(label=_("通知書の種類"), empty_label=_("すべて"))
    since = DayFilter(label=_("発行日（から）"), help_text="")
    until = DayFilter(label=_("発行日（まで）"), help_text="")

    def __init__(self, data: Mapping[str, str], *, kinds: Iterable[tuple[str, Any]]) -> None:
        """`kinds` as (code, name) of those that the ward has issued."""
        super().__init__(data, queryset=Letter.objects.none())
        self.filters["kind"].extra["choices"] = list(kinds)

    @property
    def chosen(self) -> LetterFilters:
        """What to look for. What is not understood looks for everything."""
        self.form.is_valid()
        given = self.form.cleaned_data
        since: dt.date | None = given.get("since")
        until: dt.date | None = given.get("until")
        return LetterFilters(kind=given.get("kind") or "", since=since, until=until)
