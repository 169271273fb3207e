"""The conditions above the officials' queue."""

from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.filters import UiFilterSet
from subsidies import states
from subsidies.models import Application
from subsidies.selectors.queue import TABS, QueueFilters

Choices = Iterable[tuple[Any, Any]]

STATUSES = (
    *((code, states.APPLICATION.state(code).label) for code in states.OPEN),
    ("decided", _("決定済み")),
    ("any", _("すべての状態")),
)
MOST_CHARACTERS = 60


class QueueFilter(UiFilterSet):
    """Words, scheme, status, person in charge. The rows are chosen by `selectors.queue_page`."""

    kept = ("tab", "order")

    q = django_filters.CharFilter(
        label=_("企業名・受付番号"), widget=forms.TextInput(attrs={"type": "search"})
    )
    scheme = django_filters.ChoiceFilter(label=_("制度"), empty_label=_("すべて"))
    status = django_filters.ChoiceFilter(
        label=_("状態"), choices=STATUSES, empty_label=_("処理中のすべて")
    )
    assignee = django_filters.ChoiceFilter(label=_("担当"), empty_label=_("すべて"))

    def __init__(self, data: Mapping[str, str], *, schemes: Choices, staff: Choices) -> None:
        """`schemes` and `staff` as (value, name) of those that the ward has."""
        super().__init__(data, queryset=Application.objects.none())
        self.filters["scheme"].extra["choices"] = list(schemes)
        self.filters["assignee"].extra["choices"] = list(staff)

    @property
    def chosen(self) -> QueueFilters:
        """What to look for. What is not understood falls back to everything."""
        self.form.is_valid()
        given = self.form.cleaned_data
        tab = self.data.get("tab", "")
        return QueueFilters(
            tab=tab if tab in TABS else "all",
            status=given.get("status", ""),
            scheme=given.get("scheme", ""),
            assignee_id=int(given["assignee"]) if given.get("assignee") else None,
            query=given.get("q", "").replace("\x00", "")[:MOST_CHARACTERS],
            order=self.data.get("order", "due"),
        )
