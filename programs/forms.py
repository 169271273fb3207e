"""Forms of firms, their sites and people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts import roles
from portal.ui.fields import DateField, TextField, WholeNumberField, YenField
from portal.ui.forms import UiForm
from programs import corporate_numbers, postal
from programs.industry import JSIC, ProductionType
from programs.models import Firm, Site
from programs.rules import compact_postal_code, format_postal_code

_UNCHOSEN = ("", _("選んでください"))


class PostalCodeField(TextField):
    """Seven digits in any way of writing; only codes that 日本郵便 knows."""

    default_error_messages = {
        "form": _("郵便番号は7桁の数字で入力してください。例：131-0045"),
        "unknown": _("この郵便番号は見つかりません。番号を確かめてください。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("郵便番号"))
        kwargs.setdefault("help_text", _("例：131-0045"))
        super().__init__(**kwargs)
        self.widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "postal-code",
            "data-width": "short",
        }

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        code = compact_postal_code(text)
        if code is None:
            raise forms.ValidationError(self.error_messages["form"], code="form")
        if postal.lookup(code) is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return code

    def prepare_value(self, value: Any) -> Any:
        return format_postal_code(value) if isinstance(value, str) else value


class ProfileForm(UiForm):
    """The firm's own data."""

    name = TextField(
        label=_("企業名（屋号）"),
        max_length=200,
        help_text=_("登記の名称を入力してください。個人事業主の方は屋号、なければ氏名です。"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    name_kana = TextField(label=_("企業名のフリガナ"), max_length=200, required=False)
    representative_name = TextField(label=_("代表者の氏名"), max_length=100)
    jsic = forms.ChoiceField(
        label=_("業種"),
        choices=[_UNCHOSEN, *((code, name) for code, name in JSIC)],
        help_text=_("日本標準産業分類の中分類です。最も売上の多いものを選んでください。"),
    )
    production_type = forms.ChoiceField(
        label=_("生産形態"), choices=[_UNCHOSEN, *ProductionType.choices], required=False
    )
    employees = WholeNumberField(
        label=_("従業員数"),
        max_value=999_999,
        suffix=_("人"),
        help_text=_("常時使用する従業員の数です。役員と個人事業主本人は含めません。"),
    )
    capital_yen = YenField(
        label=_("資本金"), required=False, help_text=_("個人事業主の方は空欄にしてください。")
    )
    established_on = DateField(label=_("設立日（開業日）"), required=False)
    postal_code = PostalCodeField()
    address = TextField(
        label=_("本社の所在地"),
        max_length=200,
        help_text=_("都道府県から、番地・建物名まで入力してください。"),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    phone = forms.RegexField(
        label=_("電話番号"),
        regex=r"^[0-9+()\-]{6,20}$",
        error_messages={
            "invalid": _("電話番号は数字とハイフンで入力してください。例：03-1234-5678")
        },
        widget=forms.TelInput(attrs={"autocomplete": "tel", "data-width": "medium"}),
    )
    email = forms.EmailField(
        label=_("企業のメールアドレス"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.URLField(
        label=_("ウェブサイト"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )


class RegisterForm(ProfileForm):
    """The firm's own data and its identity, which stays as it is afterwards."""

    kind = forms.ChoiceField(
        label=_("法人・個人の別"), choices=Firm.Kind.choices, widget=forms.RadioSelect
    )
    corporate_number = TextField(
        label=_("法人番号"),
        required=False,
        help_text=_(
            "法人の場合は必ず入力してください。13桁の数字で、国税庁の法人番号公表サイトで確認できます。"
            "個人事業主の方は空欄のままにし、マイナンバー（個人番号）は入力しないでください。"
        ),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "data-width": "medium"}
        ),
    )

    field_order = ["kind", "corporate_number", *ProfileForm.base_fields]

    def clean_corporate_number(self) -> str:
        text, kind = self.cleaned_data["corporate_number"], self.cleaned_data.get("kind")
        if kind == Firm.Kind.SOLE and text:
            raise forms.ValidationError(
                _(
                    "個人事業主に法人番号はありません。空欄にしてください。"
                    "マイナンバー（個人番号）は入力しないでください。"
                )
            )
        if kind == Firm.Kind.CORPORATION and not text:
            raise forms.ValidationError(_("法人の場合は、13桁の法人番号を入力してください。"))
        if not text:
            return ""
        try:
            return corporate_numbers.parse(text)
        except corporate_numbers.NotACorporateNumber as error:
            raise forms.ValidationError(str(error)) from error


class UpdateForm(ProfileForm):
    """The firm's own data, with the revision that was shown."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class SiteForm(UiForm):
    """A place of work in one of the wards."""

    kind = forms.ChoiceField(
        label=_("種別"),
        choices=[
            _UNCHOSEN,
            *(choice for choice in Site.Kind.choices if choice[0] != Site.Kind.HEAD),
        ],
    )
    name = TextField(label=_("事業所名"), max_length=100, help_text=_("例：第二工場"))
    postal_code = PostalCodeField()
    address = TextField(label=_("所在地"), max_length=200)
    since = DateField(label=_("開設日"), required=False)


class InviteForm(UiForm):
    """Invite somebody into the firm."""

    email = forms.EmailField(
        label=_("招待する方のメールアドレス"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("役割"),
        choices=roles.choices(roles.FIRM_ROLES),
        widget=forms.RadioSelect,
        initial=roles.Role.FIRM_MEMBER,
        help_text=_("企業の代表者は、企業情報の変更のほか、ほかの方の招待や取り外しができます。"),
    )


class FirstOwnerForm(UiForm):
    """A ward invites the first person of a firm that nobody looks after yet."""

    email = forms.EmailField(
        label=_("企業の代表者となる方のメールアドレス"),
        help_text=_("企業に電話などで確かめたアドレスを入力してください。"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class RemoveForm(UiForm):
    """Why somebody is taken out of the firm."""

    reason = TextField(
        label=_("外す理由"), max_length=200, help_text=_("記録に残ります。例：退職のため")
    )


class ImportForm(UiForm):
    """The ward's register of firms as a workbook."""

    file = forms.FileField(
        label=_("企業名簿のファイル"),
        help_text=_("様式に入力したExcelブック（.xlsx）を選んでください。5,000行までです。"),
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )
