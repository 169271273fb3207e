"""The conditions above the list of obligations."""

from collections.abc import Iterable, Mapping

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.ui.filters import UiFilterSet
from subsidies.obligations import states
from subsidies.obligations.models import Obligation
from subsidies.obligations.selectors.listing import MINE, NOBODY, Wanted, first_of

DUES = (("overdue", _("期限を過ぎた")), ("soon", _("30日以内")))
STATUSES = (
    *((state.code, state.label) for state in states.OBLIGATION.states if state.code != "open"),
    ("any", _("すべての状態")),
)
MOST_CHARACTERS = 60


class AssetFilter(UiFilterSet):
    """Words and state of the asset ledger."""

    kept = ()

    q = django_filters.CharFilter(
        label=_("企業名・受付番号・財産の名称"), widget=forms.TextInput(attrs={"type": "search"})
    )
    status = django_filters.ChoiceFilter(
        label=_("状態"),
        choices=(
            *((s.code, s.label) for s in states.ASSET.states if s.code != states.IN_USE),
            ("any", _("すべての状態")),
        ),
        empty_label=_("使用中のみ"),
    )

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data, queryset=Obligation.objects.none())

    @property
    def wanted(self) -> dict[str, str]:
        """What to look for, as `selectors.listing.asset_rows` takes it."""
        self.form.is_valid()
        given = self.form.cleaned_data
        return {"query": given.get("q", "")[:MOST_CHARACTERS], "status": given.get("status", "")}


class ObligationFilter(UiFilterSet):
    """Words, kind, owner, day, state. The rows are chosen by `selectors.listing`."""

    kept = ("month",)

    q = django_filters.CharFilter(
        label=_("企業名・受付番号"), widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = django_filters.ChoiceFilter(
        label=_("区分"), choices=Obligation.Kind.choices, empty_label=_("すべて")
    )
    owner = django_filters.ChoiceFilter(label=_("担当"), empty_label=_("すべて"))
    due = django_filters.ChoiceFilter(label=_("期限"), choices=DUES, empty_label=_("すべて"))
    status = django_filters.ChoiceFilter(
        label=_("状態"), choices=STATUSES, empty_label=_("未了のみ")
    )

    def __init__(self, data: Mapping[str, str], *, owners: Iterable[tuple[User, bool]]) -> None:
        """`owners` as (person, serves the ward today)."""
        super().__init__(data, queryset=Obligation.objects.none())
        self.filters["owner"].extra["choices"] = [
            (MINE, _("自分")),
            (NOBODY, _("担当者なし")),
            *((str(user.pk), user.name) for user, _here in owners),
        ]

    @property
    def wanted(self) -> Wanted:
        """What to look for. What is not understood falls back to everything."""
        self.form.is_valid()
        given = self.form.cleaned_data
        return Wanted(
            query=given.get("q", "")[:MOST_CHARACTERS],
            kind=given.get("kind", ""),
            owner=given.get("owner", ""),
            due=given.get("due", ""),
            status=given.get("status", ""),
            month=first_of(self.data.get("month", "")),
        )
