"""The conditions above the inbox."""

from collections.abc import Mapping

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.duty.selectors.inbox import ORDERS, TABS, Wanted
from portal.duty.sources import ROOMS
from portal.ui.filters import UiFilterSet

MOST_CHARACTERS = 60


class InboxFilter(UiFilterSet):
    """Words and part of the portal; tab and order stand in the address."""

    kept = ("tab", "order")

    q = django_filters.CharFilter(
        label=_("企業名・番号"), widget=forms.TextInput(attrs={"type": "search"})
    )
    room = django_filters.ChoiceFilter(
        label=_("業務"),
        empty_label=_("すべて"),
        choices=[(room.code, room.label) for room in ROOMS],
    )

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, queryset=User.objects.none())

    def wanted(self, absent: frozenset[int]) -> Wanted:
        """What to look for. What is not understood falls back to everything."""
        self.form.is_valid()
        given = self.form.cleaned_data
        tab, order = self.data.get("tab", ""), self.data.get("order", "")
        return Wanted(
            tab=tab if tab in TABS else "all",
            room=given.get("room", ""),
            words=given.get("q", "").replace("\x00", "").strip()[:MOST_CHARACTERS],
            order=order if order in ORDERS else "due",
            absent=absent,
        )
