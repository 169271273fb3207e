"""Forms of the selection."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField
from subsidies.committee.models import RoundMember
from subsidies.selection.models import Mark, Minutes
from subsidies.selection.selectors import WhatIf


class WhatIfForm(UiForm):
    """Other terms to look at; they stay in the address and are never stored."""

    budget = YenField(label=gettext_lazy("予算がこの額なら"), required=False)
    bonus = forms.ChoiceField(
        label=gettext_lazy("加点がこの点なら"),
        required=False,
        choices=[("", gettext_lazy("制度のとおり")), ("0", "0"), ("5", "5"), ("10", "10")],
    )
    minimum = WholeNumberField(
        label=gettext_lazy("最低合計点がこの点なら"), required=False, suffix=gettext_lazy("点")
    )

    def chosen(self) -> WhatIf:
        """The terms; what cannot be read changes nothing."""
        if not self.is_bound or not self.is_valid():
            return WhatIf()
        data = self.cleaned_data
        return WhatIf(
            budget_yen=data["budget"],
            bonus=int(data["bonus"]) if data["bonus"] else None,
            minimum_total=data["minimum"],
        )


class ProposeForm(UiForm):
    """起案."""

    reason = TextField(
        label=gettext_lazy("起案の理由"),
        help_text=gettext_lazy("審査会の結論と、順位のとおり採択する理由。決裁者が読みます。"),
        multiline=True,
        max_length=1000,
    )
    is_separate = forms.TypedChoiceField(
        label=gettext_lazy("交付決定の進め方"),
        choices=[
            ("yes", gettext_lazy("採択し、見積を確認してから交付を決定する")),
            ("no", gettext_lazy("採択と同時に交付決定を起案できるようにする")),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )


class EndWaitingForm(UiForm):
    """補欠を終える."""

    reason = TextField(
        label=gettext_lazy("理由"),
        help_text=gettext_lazy("申請者が結果の画面で読みます。例：今年度の予算がなくなったため。"),
        multiline=True,
        max_length=300,
    )


class MarkForm(UiForm):
    """注意."""

    kind = forms.ChoiceField(
        label=gettext_lazy("種類"), choices=Mark.Kind.choices, widget=forms.RadioSelect
    )
    reason = TextField(
        label=gettext_lazy("理由"),
        help_text=gettext_lazy("何を見てそう考えたか。申請者には見えません。"),
        multiline=True,
        max_length=300,
    )
    is_held = forms.BooleanField(
        label=gettext_lazy("採択の対象から外す（理由は審査結果一覧に載ります）"), required=False
    )

    def __init__(self, *args: Any, ranked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ranked:
            # First come, first served: there is no selection to be taken out of.
            del self.fields["is_held"]


class MinutesForm(UiForm):
    """議事録."""

    held_on = DateField(label=gettext_lazy("開催日"))
    place = TextField(label=gettext_lazy("場所"), max_length=120)
    present = forms.TypedMultipleChoiceField(
        label=gettext_lazy("出席した委員"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    votes_for = WholeNumberField(label=gettext_lazy("賛成"), suffix=gettext_lazy("人"))
    votes_against = WholeNumberField(label=gettext_lazy("反対"), suffix=gettext_lazy("人"))
    votes_abstained = WholeNumberField(label=gettext_lazy("棄権"), suffix=gettext_lazy("人"))
    chair_vote = forms.ChoiceField(
        label=gettext_lazy("可否同数のときの委員長の決定"),
        help_text=gettext_lazy("賛成と反対が同数のときだけ選びます。"),
        choices=[("", gettext_lazy("可否同数ではない")), *Minutes.ChairVote.choices],
        required=False,
    )
    remarks = TextField(label=gettext_lazy("議事の要旨"), multiline=True, max_length=4000)

    def __init__(
        self, *args: Any, members: list[RoundMember], today: dt.date, **kwargs: Any
    ) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = [
            (
                member.number,
                _("%(name)s（委員長）") % {"name": member.user.name}
                if member.is_chair
                else member.user.name,
            )
            for member in members
        ]
