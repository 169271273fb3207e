"""Forms of sign-up, invitations and the own settings. Drawn by `{% ui_form %}`."""

import datetime as dt
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.cache import cache
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts import policies, roles
from portal.accounts.hats import ward_name
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat

# JIS codes of the 23 wards (特別区): 13101 千代田区 … 13123 江戸川区.
WARD_CODES = range(13101, 13124)

PASSWORD_HINT = _("12文字以上。ほかのサービスで使っていないものにしてください。")


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=_("氏名"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def _password_field() -> forms.CharField:
    return forms.CharField(
        label=_("パスワード"),
        help_text=PASSWORD_HINT,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SignupForm(allauth_forms.SignupForm):
    """Registration of a firm's person: name, e-mail, password. Gives no role whatsoever."""

    name = _name_field()
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("メールアドレス")
        self.fields["email"].help_text = _("確認のメールをお送りします。")
        self.fields["password1"].label = _("パスワード")
        self.fields["password1"].help_text = PASSWORD_HINT
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth_forms.LoginForm):
    """E-mail and password in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("メールアドレス")
        self.fields["password"].label = _("パスワード")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A passkey signs in by itself unless the person says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名前")
        self.fields["name"].help_text = _("どの端末・鍵かが分かる名前にしてください。")
        self.fields["passwordless"].label = _("パスワードを入力せずにサインインする")
        self.fields["passwordless"].help_text = _("端末の暗証番号や指紋などで本人を確かめます。")
        self.fields["passwordless"].initial = True


class _CodeOnceMixin:
    """No code of an authenticator app works twice.

    allauth remembers a used code for one step of 30 s, but takes it for three (tolerance one step
    either way), and not at all when the app is enrolled. Here it is remembered for all of them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("番号")
        self.fields["code"].widget.attrs.pop("placeholder", None)

    def clean_code(self) -> str:
        code = super().clean_code()
        steps = 2 * mfa_settings.TOTP_TOLERANCE + 2
        key = f"accounts.code.{self.user.pk}.{normalize_user_code(code)}"
        if not cache.add(key, 1, timeout=steps * mfa_settings.TOTP_PERIOD):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_CodeOnceMixin, mfa_forms.AuthenticateForm):
    """The code at sign-in, or a recovery code."""


class ReauthenticateForm(_CodeOnceMixin, mfa_forms.ReauthenticateForm):
    """The code before a weighty act."""


class ActivateTotpForm(_CodeOnceMixin, totp_forms.ActivateTOTPForm):
    """The first code of a newly enrolled app."""


class AcceptForm(forms.Form):
    """An invited person who has no account yet: the address is the invitation's."""

    name = _name_field()
    password = _password_field()

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        self.email = email
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if password := cleaned.get("password"):
            person = User(email=self.email, name=cleaned.get("name", ""))
            try:
                password_validation.validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class ProfileForm(forms.ModelForm):
    """The own details; the view hands them to a service."""

    phone = forms.CharField(
        label=_("電話番号"),
        required=False,
        max_length=20,
        help_text=_("日中に連絡のつく番号。例：03-1234-5678"),
        validators=[
            RegexValidator(
                r"^[0-9+][0-9-]{8,18}$", _("電話番号は数字とハイフンで入力してください。")
            )
        ],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    class Meta:
        model = User
        fields = ["name", "name_kana", "phone", "language", "keyboard_shortcuts"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["language"].choices = settings.LANGUAGES


class InviteForm(forms.Form):
    """Invite somebody to a staff role; a system administrator also says where."""

    email = forms.EmailField(
        label=_("メールアドレス"),
        help_text=_("この方だけが使える招待のリンクをお送りします。72時間有効です。"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("役割"), widget=forms.RadioSelect)
    ward_id = forms.TypedChoiceField(
        label=_("区"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("全区を対象とする役割では選ばないでください。"),
    )
    valid_to = forms.DateField(
        label=_("役割の終了日"),
        required=False,
        help_text=_("異動や任期の終わりが決まっているときに入力します。例：2027-03-31"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d"],
        error_messages={"invalid": _("終了日は「2027-03-31」のように入力してください。")},
    )

    def __init__(self, *args: Any, actor: Actor, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.today = actor, today
        self.fields["role"].choices = roles.choices(policies.grantable(actor) & roles.STAFF_ROLES)
        if actor.hat == Hat.WARD:
            del self.fields["ward_id"]
        else:
            wards = [(str(code), ward_name(code)) for code in WARD_CODES]
            self.fields["ward_id"].choices = [("", _("（全区）")), *wards]

    def clean_valid_to(self) -> dt.date | None:
        day = self.cleaned_data["valid_to"]
        if day and day < self.today:
            raise forms.ValidationError(_("終了日は今日以降の日付にしてください。"))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.actor.hat == Hat.WARD:
            cleaned["ward_id"] = self.actor.ward_id
        if "role" in cleaned:
            cleaned["role"] = Role(cleaned["role"])
            error = roles.scope_error(cleaned["role"], ward_id=cleaned.get("ward_id"), firm_id=None)
            if error:
                self.add_error("ward_id" if "ward_id" in self.fields else "role", error)
        return cleaned


class RevokeForm(forms.Form):
    """Why a role is taken away; kept in the audit trail."""

    reason = forms.CharField(
        label=_("取り消す理由"),
        max_length=200,
        help_text=_("例：人事異動のため。監査証跡に残ります。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ConfirmationForm(forms.Form):
    """Several roles at once: to be confirmed, or to be ended with a reason (年次の権限確認).

    The boxes are drawn in the list; `choices` are the roles that the actor may decide on.
    """

    roles = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("役割"),
        error_messages={
            "required": _("確認または終了する役割を、1つ以上選んでください。"),
            "invalid_choice": _(
                "選んだ役割の中に、すでに終了したものがあります。一覧を確かめて、もう一度選んでください。"
            ),
            "invalid_pk_value": _("役割は、一覧のチェックボックスで選んでください。"),
        },
    )
    reason = forms.CharField(
        label=_("終了する理由"),
        required=False,
        max_length=200,
        help_text=_("終了するときだけ入力します。例：人事異動のため。監査証跡に残ります。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, choices: QuerySet[Assignment], ending: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["roles"].queryset = choices
        self.ending = ending

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"].strip()
        if self.ending and not reason:
            raise forms.ValidationError(_("終了する理由を入力してください。"))
        return reason

    @property
    def ticked(self) -> set[str]:
        """What was ticked in a form that is shown again."""
        return set(self.data.getlist("roles")) if self.is_bound else set()
