"""The conditions above the list of findings."""

from collections.abc import Mapping

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.filters import UiFilterSet
from subsidies.watch import states
from subsidies.watch.models import Finding
from subsidies.watch.selectors import Wanted
from subsidies.watch.selectors.listing import ANY, ELSEWHERE

STATUSES = (
    *((state.code, state.label) for state in states.FINDING.states),
    (ANY, _("すべての状態")),
)
MOST_CHARACTERS = 60


class FindingFilter(UiFilterSet):
    """Words, kind, state, and where the other case lies."""

    kept = ()

    q = django_filters.CharFilter(
        label=_("企業名・受付番号"), widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = django_filters.ChoiceFilter(
        label=_("種類"), choices=Finding.Kind.choices, empty_label=_("すべて")
    )
    status = django_filters.ChoiceFilter(
        label=_("状態"), choices=STATUSES, empty_label=_("対応が済んでいないもの")
    )
    where = django_filters.ChoiceFilter(
        label=_("相手"), choices=((ELSEWHERE, _("ほかの区だけ")),), empty_label=_("すべて")
    )

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, queryset=Finding.objects.none())

    @property
    def wanted(self) -> Wanted:
        """What to look for. What is not understood falls back to everything unsettled."""
        self.form.is_valid()
        given = self.form.cleaned_data
        return Wanted(
            query=given.get("q", "")[:MOST_CHARACTERS],
            kind=given.get("kind", ""),
            status=given.get("status", ""),
            where=given.get("where", ""),
        )
