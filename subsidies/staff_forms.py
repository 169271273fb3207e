"""Forms of the officials' pages."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.kernel.money import format_yen
from portal.ui.forms import DateField, TextField, UiForm, YenField
from subsidies.models import Decision


class CorrectionForm(UiForm):
    """補正依頼: which fields, what is wrong with each, until when."""

    fields_asked = forms.MultipleChoiceField(
        label=_("補正してもらう項目"), widget=forms.CheckboxSelectMultiple
    )
    message = TextField(
        label=_("依頼の文面"),
        help_text=_("申請者にそのまま届きます。何を、どう直すかを具体的に書いてください。"),
        multiline=True,
        max_length=2000,
    )
    due_on = DateField(label=_("補正の期限"))

    def __init__(
        self, *args: Any, choices: Mapping[str, str], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["fields_asked"].choices = list(choices.items())

    def clean_due_on(self) -> dt.date:
        due_on: dt.date = self.cleaned_data["due_on"]
        if due_on <= self.today:
            raise ValidationError(gettext("期限は明日以降の日付にしてください。"))
        return due_on


class ProposalForm(UiForm):
    """起案: outcome, amount (円) and reason.

    `closed`: why a grant cannot be proposed now; then the form is about a refusal.
    """

    outcome = forms.ChoiceField(
        label=_("決定の案"), choices=Decision.Outcome.choices, widget=forms.RadioSelect
    )
    amount_yen = YenField(
        label=_("交付額"),
        required=False,
        help_text=_("空欄なら、計算した額になります。減額するときだけ入力してください。"),
    )
    reason = TextField(
        label=_("起案の理由"),
        help_text=_("決定通知書に記載されます。"),
        multiline=True,
        max_length=2000,
    )

    def __init__(self, *args: Any, most_yen: int, closed: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most_yen = most_yen
        if closed:
            outcome = self.fields["outcome"]
            outcome.choices = [(Decision.Outcome.REFUSE, Decision.Outcome.REFUSE.label)]
            outcome.error_messages["invalid_choice"] = closed
            self.fields["amount_yen"].widget = forms.HiddenInput()

    def clean_amount_yen(self) -> int | None:
        amount: int | None = self.cleaned_data["amount_yen"]
        if amount is not None and amount > self.most_yen:
            text = gettext("計算した額（%(most)s）以下で入力してください。")
            raise ValidationError(text % {"most": format_yen(self.most_yen)})
        return amount


class ReturnForm(UiForm):
    """差し戻し, with its reason."""

    reason = TextField(label=_("差し戻す理由"), multiline=True, rows=3, max_length=1000)
