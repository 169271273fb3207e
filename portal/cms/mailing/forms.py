"""The form of a subscription."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.cms.mailing.categories import Category
from portal.ui.forms import UiForm


class SubscribeForm(UiForm):
    """An address and what it wants to hear of."""

    email = forms.EmailField(
        label=_("メールアドレス"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("メールアドレスを入力してください。"),
            "invalid": _("メールアドレスの形を確かめてください。例：taro@example.jp"),
            "max_length": _("メールアドレスの形を確かめてください。例：taro@example.jp"),
        },
    )
    categories = forms.MultipleChoiceField(
        label=_("受け取るお知らせ"),
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=Category.values,
        error_messages={"required": _("受け取るお知らせを1つ以上選んでください。")},
    )

    def clean_email(self) -> str:
        """Refuses a domain for which there is no mail header (a label that is too long)."""
        email: str = self.cleaned_data["email"]
        try:
            email.rpartition("@")[2].encode("idna")
        except UnicodeError as wrong:
            raise ValidationError(self.fields["email"].error_messages["invalid"]) from wrong
        return email
