"""The conditions above the lists; they live in the address."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.auditing.selectors import overrides, violations
from portal.auditing.selectors.population import BASES, CRITERIA, GRANTED, Wanted, years
from portal.auditing.selectors.scope import Scope
from portal.auditing.words import STAGES, number_of
from portal.ui.filters import UiFilterSet
from portal.ui.markup import fiscal_year_text
from programs.selectors import ward_names
from subsidies.models import Application

MOST_CHARACTERS = 60


class ScopeFilter(UiFilterSet):
    """Ward, fiscal year, stage."""

    kept = ()

    ward = django_filters.ChoiceFilter(label=_("区"), empty_label=_("すべて"))
    year = django_filters.ChoiceFilter(label=_("年度"), empty_label=_("すべて"))
    stage = django_filters.ChoiceFilter(
        label=_("ステージ"),
        choices=[(str(stage), str(stage)) for stage in STAGES],
        empty_label=_("すべて"),
    )

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, queryset=Application.objects.none())
        self.filters["ward"].extra["choices"] = [
            (str(code), name) for code, name in ward_names().items()
        ]
        self.filters["year"].extra["choices"] = [
            (str(year), fiscal_year_text(year)) for year in years()
        ]

    @property
    def given(self) -> dict[str, Any]:
        """What was understood; what was not filters nothing."""
        self.form.is_valid()
        return self.form.cleaned_data

    @property
    def scope(self) -> Scope:
        """The part of all cases that is asked about."""
        given = self.given
        return Scope(
            ward_id=number_of(given.get("ward") or ""),
            year=number_of(given.get("year") or ""),
            stage=number_of(given.get("stage") or ""),
        )


class CaseFilter(ScopeFilter):
    """What happened to the cases, by which amount they count, and words."""

    q = django_filters.CharFilter(
        label=_("企業名・受付番号"), widget=forms.TextInput(attrs={"type": "search"})
    )
    criterion = django_filters.ChoiceFilter(label=_("起きたこと"), empty_label=_("すべて"))
    base = django_filters.ChoiceFilter(label=_("母集団"), empty_label=None)
    least_yen = django_filters.CharFilter(
        label=_("額の下限（円）"), widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    most_yen = django_filters.CharFilter(
        label=_("額の上限（円）"), widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data)
        self.filters["criterion"].extra["choices"] = [
            (code, name) for code, (name, _rows) in CRITERIA.items()
        ]
        self.filters["base"].extra["choices"] = list(BASES.items())

    @property
    def wanted(self) -> Wanted:
        """What to look for."""
        given = self.given
        return Wanted(
            scope=self.scope,
            base=given.get("base") or GRANTED,
            criterion=given.get("criterion") or "",
            least_yen=number_of(given.get("least_yen") or ""),
            most_yen=number_of(given.get("most_yen") or ""),
            query=(given.get("q") or "").replace("\x00", "")[:MOST_CHARACTERS],
        )


class ViolationFilter(ScopeFilter):
    """Which rule."""

    rule = django_filters.ChoiceFilter(label=_("問題"), empty_label=_("すべて"))

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data)
        self.filters["rule"].extra["choices"] = [
            (code, rule.title) for code, rule in violations.RULES.items()
        ]

    @property
    def chosen(self) -> str:
        """The rule asked for, "" for all."""
        return self.given.get("rule") or ""


class OverrideFilter(ScopeFilter):
    """Which kind, and whether a reason is there."""

    kind = django_filters.ChoiceFilter(label=_("種類"), empty_label=_("すべて"))
    reason = django_filters.ChoiceFilter(
        label=_("理由"), choices=(("none", _("理由のないものだけ")),), empty_label=_("すべて")
    )

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data)
        self.filters["kind"].extra["choices"] = [
            (code, kind.title) for code, kind in overrides.KINDS.items()
        ]

    @property
    def wanted(self) -> tuple[str, bool]:
        """(kind, only without a reason)."""
        given = self.given
        return given.get("kind") or "", given.get("reason") == "none"
