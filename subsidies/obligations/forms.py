"""Forms of the obligations' pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.ui.forms import TextField, UiForm

MOST = 400


class SettleForm(UiForm):
    """履行の記録, 免除, 訂正: each says why."""

    reason = TextField(
        label=_("理由"),
        max_length=MOST,
        multiline=True,
        help_text=_("例：11月20日に窓口で紙の報告書を受領した。"),
    )


class HandOverForm(UiForm):
    """引継ぎ: to whom, and why."""

    to = forms.ChoiceField(label=_("引継ぎ先"))
    reason = TextField(
        label=_("理由"), max_length=MOST, help_text=_("例：令和9年4月1日付けの人事異動。")
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [
            ("", _("選んでください")),
            *((str(user.pk), user.name) for user in people),
        ]
