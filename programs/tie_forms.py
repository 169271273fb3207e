"""Forms of 資本関係."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.fields import TextField
from portal.ui.forms import UiForm
from programs import corporate_numbers
from programs.models import FirmTie


class TieForm(UiForm):
    """資本関係を申告する."""

    kind = forms.ChoiceField(
        label=_("相手は、この企業の"), choices=FirmTie.Kind.choices, widget=forms.RadioSelect
    )
    name = TextField(label=_("相手の名称"), max_length=200)
    number = TextField(
        label=_("相手の法人番号"),
        help_text=_("13桁の数字です。国税庁の法人番号公表サイトで調べられます。"),
        max_length=30,
    )

    def clean_number(self) -> Any:
        """Thirteen digits that check."""
        try:
            return corporate_numbers.parse(self.cleaned_data["number"])
        except corporate_numbers.NotACorporateNumber as wrong:
            raise forms.ValidationError(str(wrong), code="number") from wrong


class EndForm(UiForm):
    """関係がなくなったことを記録する."""

    reason = TextField(label=_("理由"), multiline=True, rows=2, max_length=300)
