"""Forms of a joint development, for the secretariat."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from lab.consortium.forms.parts import CHOOSE, ActForm, paper_field
from lab.consortium.services import Contract
from lab.nakama.selectors.words import process_groups
from portal.ui.forms import DateField, TextField, UiForm


class CollabForm(UiForm):
    """共同開発を登録する."""

    title = TextField(
        label=_("何を開発するか"), help_text=_("例：小型搬送ロボットの筐体"), max_length=100
    )
    about = TextField(label=_("内容"), multiline=True, rows=4, max_length=2000, required=False)
    processes = forms.MultipleChoiceField(
        label=_("関係する工程"),
        help_text=_("共同開発の実績を、工程ごとに示すために使います。"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["processes"].choices = process_groups()


class PartyForm(ActForm):
    """企業を加える."""

    corporate_number = TextField(
        label=_("法人番号"),
        help_text=_("企業台帳にある企業は13桁の法人番号で加えます。区内の企業が1社以上必要です。"),
        max_length=13,
        required=False,
        validators=[RegexValidator(r"^[0-9]{13}$", _("13桁の数字で入力してください。"))],
    )
    name = TextField(label=_("企業名（企業台帳にないとき）"), max_length=200, required=False)
    group = TextField(
        label=_("資本関係（グループ名）"),
        help_text=_(
            "親会社が同じ企業には、同じグループ名を入れます。同じグループは1社と数えます。"
        ),
        max_length=100,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("corporate_number") and not data.get("name") and not self.errors:
            self.add_error("name", _("法人番号か企業名のどちらかを入力してください。"))
        return data


class ContractForm(ActForm):
    """契約を記録する."""

    contract_no = TextField(
        label=_("契約番号"),
        help_text=_("くり返しの注文は同じ契約です。あとで「追加の注文」として記録します。"),
        max_length=60,
    )
    on = DateField(label=_("契約日"))
    lead = forms.TypedChoiceField(label=_("代表の企業"), coerce=int)
    uploaded = paper_field(_("契約書・注文書"))

    def __init__(self, *args: Any, parties: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("lead", [CHOOSE, *parties])

    def kwargs(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {"given": Contract(lead_id=data.pop("lead"), **data)}


class DeliveredForm(ActForm):
    """初回の納品."""

    on = DateField(label=_("初回の納品日"))


class OrderForm(ActForm):
    """追加の注文."""

    on = DateField(label=_("注文日"))
    note = TextField(label=_("内容"), max_length=200, required=False)
