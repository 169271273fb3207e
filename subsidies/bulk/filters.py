"""The conditions above the lists of letters and of runs; the same parameters as their addresses."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.letters.models import Letter
from portal.ui.filters import DayFilter, UiFilterSet
from subsidies.bulk.letters import LetterFilters
from subsidies.bulk.models import BulkRun


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


# A run's phase follows from its times (`BulkRun.phase`); here the same in the database's words.
_PHASES = {
    BulkRun.Phase.CANCELLED: Q(cancelled_at__isnull=False),
    BulkRun.Phase.DONE: Q(cancelled_at=None, finished_at__isnull=False),
    BulkRun.Phase.RUNNING: Q(cancelled_at=None, finished_at=None, started_at__isnull=False),
    BulkRun.Phase.PREPARED: Q(cancelled_at=None, finished_at=None, started_at=None),
}


class RunFilter(UiFilterSet):
    """Kind of run, and how far it is."""

    kept = ()

    kind = django_filters.ChoiceFilter(
        label=_("処理"), choices=BulkRun.Kind.choices, empty_label=_("すべて")
    )
    phase = django_filters.ChoiceFilter(
        label=_("状態"), choices=BulkRun.Phase.choices, empty_label=_("すべて")
    )

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, queryset=BulkRun.objects.none())

    def chosen(self, rows: QuerySet[BulkRun]) -> QuerySet[BulkRun]:
        """The wanted ones of `rows`. What is not understood filters nothing."""
        self.form.is_valid()
        given = self.form.cleaned_data
        if given.get("kind"):
            rows = rows.filter(kind=given["kind"])
        if given.get("phase"):
            rows = rows.filter(_PHASES[BulkRun.Phase(given["phase"])])
        return rows
