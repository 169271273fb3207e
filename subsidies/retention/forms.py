"""Forms of the retention's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, UiForm
from subsidies.retention.models import Hold

MOST = 300


class HoldForm(UiForm):
    """停止: of what kind, and why."""

    kind = forms.ChoiceField(
        label=_("種類"), choices=[("", _("選んでください")), *Hold.Kind.choices]
    )
    reason = TextField(
        label=_("理由"),
        max_length=MOST,
        multiline=True,
        help_text=_("例：令和8年度の定期監査の対象のため、監査の報告が終わるまで残す。"),
    )


class ProposeForm(UiForm):
    """廃棄の起案: why now, and why these."""

    reason = TextField(
        label=_("起案の理由"),
        max_length=MOST,
        multiline=True,
        help_text=_("例：文書管理規程により、保存期間が満了した文書を廃棄する。"),
    )
