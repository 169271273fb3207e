"""Filters of lists: plain GET forms, so that a filtered list is an address one can send::

    class QueueFilter(UiFilterSet):
        q = django_filters.CharFilter(label=_("企業名・受付番号"), method="by_words")

        class Meta:
            model = Application
            fields = ["q", "call", "status"]

`{% ui_filter filter %}` draws it.
"""

from typing import Any

import django_filters
from django import forms

from portal.ui.fields import DateField
from portal.ui.forms import UiForm


class DayFilter(django_filters.Filter):
    """A day in either calendar."""

    field_class = DateField


class UiFilterSet(django_filters.FilterSet):
    """A filter set in our markup, drawn by `{% ui_filter filter %}`.

    `kept` names parameters of the address that a new filtering must not lose (tab, order).
    """

    kept: tuple[str, ...] = ("tab", "sort")

    def get_form_class(self) -> type[forms.Form]:
        base = self._meta.form if self._meta.form is not forms.Form else UiForm
        return type(f"{type(self).__name__}Form", (base,), {**self._fields()})

    def _fields(self) -> dict[str, forms.Field]:
        fields = {name: filter_.field for name, filter_ in self.filters.items()}
        for field in fields.values():
            field.template_name = "ui/filter_field.html"
        return fields

    @property
    def active(self) -> list[str]:
        """The labels of the filters in force."""
        if not self.form.is_bound or not self.form.is_valid():
            return []
        values: dict[str, Any] = self.form.cleaned_data
        return [
            str(self.form[name].label)
            for name, value in values.items()
            if value not in (None, "", [], ()) and not (hasattr(value, "exists") and not value)
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """(name, value) of the address's other parameters worth keeping."""
        return [(name, self.data[name]) for name in self.kept if self.data and name in self.data]
