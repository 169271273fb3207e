"""The form of a finding: what was learnt."""

from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, UiForm


class SettleForm(UiForm):
    """Each step says why, for whoever reads it next."""

    reason = TextField(
        label=_("理由・確認したこと"),
        max_length=500,
        multiline=True,
        rows=3,
        help_text=_("例：11月20日に申請者へ電話で確認。2台目の機械の分で、別の経費だった。"),
    )
