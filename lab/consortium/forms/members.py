"""Forms of the secretariat: a member, its people, its leaving."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.consortium.codes import Kind
from lab.consortium.forms.parts import CHOOSE, ActForm
from lab.consortium.services import Entry
from portal.ui.forms import DateField, TextField, UiForm
from programs.selectors import ward_names


class MemberForm(UiForm):
    """会員を登録する."""

    kind = forms.ChoiceField(label=_("種類"), choices=[CHOOSE, *Kind.choices])
    name = TextField(label=_("名称"), max_length=100)
    strengths = TextField(
        label=_("得意な分野・できること"),
        help_text=_("例：画像処理、ロボット、生産管理の授業。会員と企業に見えます。"),
        max_length=300,
        required=False,
    )
    ward = forms.TypedChoiceField(
        label=_("区（種類が区のとき）"), coerce=int, empty_value=None, required=False
    )
    joined_on = DateField(label=_("入会日"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("ward", [("", _("ない")), *ward_names().items()])

    def given(self) -> Entry:
        """What the service takes; valid forms only."""
        data = dict(self.cleaned_data)
        return Entry(ward_id=data.pop("ward"), **data)


class ContactForm(ActForm):
    """担当者を加える."""

    name = TextField(label=_("氏名"), max_length=60)
    post = TextField(label=_("部署・役職"), max_length=80, required=False)
    email = forms.EmailField(label=_("メールアドレス"), required=False)
    phone = TextField(label=_("電話番号"), max_length=20, required=False)
    user_id = forms.TypedChoiceField(
        label=_("サインインする人"),
        help_text=_(
            "区の管理者が「コンソーシアム会員」として招待し、2段階認証を済ませた人を選びます。サインインしない担当者は選びません。"
        ),
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("user_id", [("", _("サインインしない")), *people])


class LeaveForm(ActForm):
    """退会."""

    on = DateField(label=_("退会日"))
