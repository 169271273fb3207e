"""The conditions above the list of consultations."""

from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.filters import DayFilter, UiFilterSet
from subsidies.consultations.models import Consultation
from subsidies.models import Scheme

MOST_CHARACTERS = 60


class ConsultationFilter(UiFilterSet):
    """Firm, scheme, and the days between which it was held."""

    kept = ()

    q = django_filters.CharFilter(
        label=_("企業名・法人番号"), widget=forms.TextInput(attrs={"type": "search"})
    )
    scheme = django_filters.ChoiceFilter(label=_("制度"), empty_label=_("すべて"))
    since = DayFilter(label=_("相談日（から）"), help_text="")
    until = DayFilter(label=_("相談日（まで）"), help_text="")

    def __init__(self, data: Mapping[str, str], *, schemes: Iterable[Scheme]) -> None:
        super().__init__(data, queryset=Consultation.objects.none())
        self.filters["scheme"].extra["choices"] = [
            (str(scheme.pk), scheme.display_name) for scheme in schemes
        ]

    @property
    def wanted(self) -> dict[str, Any]:
        """What `selectors.consultation_rows` takes. What is not understood filters nothing."""
        self.form.is_valid()
        given = self.form.cleaned_data
        return {
            "query": given.get("q", "")[:MOST_CHARACTERS],
            "scheme_id": int(given["scheme"]) if given.get("scheme") else None,
            "since": given.get("since"),
            "until": given.get("until"),
        }
