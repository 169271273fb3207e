"""The conditions above the lists of grants and of payments."""

from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.filters import DayFilter, UiFilterSet
from subsidies import grant_states
from subsidies.grants import kinds
from subsidies.grants.models import Payment
from subsidies.grants.selectors.listing import PROPOSALS, GrantFilters
from subsidies.models import Grant

STATUSES = (
    *((state.code, state.label) for state in grant_states.GRANT.states),
    ("any", _("すべての状態")),
)
DUES = (("overdue", _("実績報告の期限を過ぎた")), ("soon", _("30日以内に実績報告の期限")))
MOST_CHARACTERS = 60


class GrantFilter(UiFilterSet):
    """Words, scheme, state, due day, what waits. The rows are chosen by `selectors.grant_rows`."""

    kept = ()

    q = django_filters.CharFilter(
        label=_("企業名・受付番号"), widget=forms.TextInput(attrs={"type": "search"})
    )
    scheme = django_filters.ChoiceFilter(label=_("制度"), empty_label=_("すべて"))
    status = django_filters.ChoiceFilter(
        label=_("状態"), choices=STATUSES, empty_label=_("進行中のすべて")
    )
    due = django_filters.ChoiceFilter(label=_("期限"), choices=DUES, empty_label=_("すべて"))
    filing = django_filters.ChoiceFilter(label=_("処理を待つもの"), empty_label=_("指定しない"))

    def __init__(self, data: Mapping[str, str], *, schemes: Iterable[tuple[Any, Any]]) -> None:
        """`schemes` as (code, name) of those that the ward has."""
        super().__init__(data, queryset=Grant.objects.none())
        self.filters["scheme"].extra["choices"] = list(schemes)
        self.filters["filing"].extra["choices"] = [
            ("any", _("提出されたもの（すべて）")),
            *kinds.names().items(),
            (PROPOSALS, _("決裁待ちの起案")),
        ]

    @property
    def chosen(self) -> GrantFilters:
        """What to look for. What is not understood falls back to everything."""
        self.form.is_valid()
        given = self.form.cleaned_data
        return GrantFilters(
            query=given.get("q", "")[:MOST_CHARACTERS],
            status=given.get("status", ""),
            due=given.get("due", ""),
            filing=given.get("filing", ""),
            scheme=given.get("scheme", ""),
        )


class PaidFilter(UiFilterSet):
    """Words, and the days between which it was paid; both days are included."""

    kept = ("tab",)

    q = django_filters.CharFilter(
        label=_("企業名・受付番号"), widget=forms.TextInput(attrs={"type": "search"})
    )
    since = DayFilter(label=_("支払日（から）"), help_text="")
    until = DayFilter(label=_("支払日（まで）"), help_text="")

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, queryset=Payment.objects.none())

    @property
    def wanted(self) -> dict[str, Any]:
        """What `money.payments` takes. What is not understood filters nothing."""
        self.form.is_valid()
        given = self.form.cleaned_data
        return {
            "query": given.get("q", "")[:MOST_CHARACTERS],
            "since": given.get("since"),
            "until": given.get("until"),
        }
