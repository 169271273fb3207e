"""The form of a subscription."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.cms.mailing.categories import Category
from portal.ui.forms import UiForm


class SubscribeForm(UiForm):
    """An address and what it wants to hear of."""

    email = forms.EmailField(
        label=_("メールアドレス"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("メールアドレスを入力してください。"),
            "invalid": _("メールアドレスの形を確かめてください。例：taro@example.jp"),
        },
    )
    categories = forms.MultipleChoiceField(
        label=_("受け取るお知らせ"),
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=Category.values,
        error_messages={"required": _("受け取るお知らせを1つ以上選んでください。")},
    )
