"""Forms of the obligations' pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.ui.forms import DateField, TextField, UiForm, YenField
from subsidies.obligations.rules import assets

MOST = 400


class SettleForm(UiForm):
    """履行の記録, 免除, 訂正: each says why."""

    reason = TextField(
        label=_("理由"),
        max_length=MOST,
        multiline=True,
        help_text=_("例：11月20日に窓口で紙の報告書を受領した。"),
    )


class LifeForm(UiForm):
    """耐用年数の確認: the row of the table, and where the asset stands."""

    life = forms.ChoiceField(
        label=_("耐用年数の区分"),
        choices=[
            (code, _("%(name)s：%(years)s年") % {"name": name, "years": years})
            for code, name, years in assets.LIVES
        ],
    )
    place = TextField(
        label=_("保管場所"), max_length=200, required=False, help_text=_("例：本社工場1階")
    )


class DisposalForm(UiForm):
    """承認のない処分: when, for how much, what is known of it."""

    disposed_on = DateField(label=_("処分日"))
    price_yen = YenField(label=_("売った額"), help_text=_("廃棄や無償のときは0円です。"))
    reason = TextField(
        label=_("分かった経緯"),
        max_length=MOST,
        multiline=True,
        help_text=_("例：現地調査で、機器を他社へ売っていたことが分かった。"),
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
