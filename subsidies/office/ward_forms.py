"""Forms of the ward's settings."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.ui.forms import TextField, UiForm, YenField
from subsidies.forms import UploadForm
from subsidies.models import WardRules
from subsidies.rules.scheme import Document


class WardForm(UiForm):
    """公印 and 専決."""

    seal = forms.ChoiceField(
        label=_("通知書の公印"), choices=WardRules.Seal.choices, widget=forms.RadioSelect
    )
    seal_text = TextField(
        label=_("電子公印の文字"),
        help_text=_("例：墨田区長之印。電子公印を印刷するときに入力します。"),
        required=False,
        max_length=16,
    )
    approval_limit_yen = YenField(
        label=_("専決の限度額"),
        help_text=_("決裁者が決定できる額の上限です。空欄なら、限度はありません。"),
        required=False,
    )


class ApproverForm(UiForm):
    """One approver's own limit."""

    user_id = forms.TypedChoiceField(label=_("決裁者"), coerce=int)
    limit_yen = YenField(
        label=_("この人の限度額"),
        help_text=_("空欄なら、この人には限度がありません。"),
        required=False,
    )

    def __init__(self, *args: Any, approvers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_person_%s", **kwargs)
        self.fields["user_id"].choices = [(person.pk, person.name) for person in approvers]


class BlankForm(UploadForm):
    """One ひな形 for one document."""

    def __init__(self, document: Document, *args: Any, **kwargs: Any) -> None:
        super().__init__(document, *args, **kwargs)
        field = self.fields["file"]
        field.required = True
        field.label = gettext("%(name)sのひな形") % {"name": document.name}
        field.help_text = gettext("PDF・Excel（.xlsx）・Word（.docx）、1つ20MBまで")
