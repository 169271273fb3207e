"""Forms of those who take part, and of whoever checks a certificate."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.ui.forms import ScaleSelect, TextField, UiForm


class ApplyForm(UiForm):
    """申込み: who takes part, for which ward, with what in mind."""

    person = forms.ChoiceField(label=gettext_lazy("受講する方"))
    ward = forms.ChoiceField(label=gettext_lazy("申し込む区"), required=False)
    motive = TextField(
        label=gettext_lazy("取り組みたい課題"),
        multiline=True,
        rows=4,
        max_length=1000,
        help_text=gettext_lazy(
            "いま困っていることを、そのまま書いてください。講師と区の担当者が読みます。"
        ),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("受講の要件を読み、当てはまることを確かめました"),
    )

    def __init__(
        self,
        *args: Any,
        people: Iterable[tuple[int, str]],
        wards: Iterable[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(str(pk), name) for pk, name in people]
        choices = [(str(code), name) for code, name in wards]
        if len(choices) < 2:
            del self.fields["ward"]
        else:
            self.fields["ward"].choices = choices


class CodeForm(UiForm):
    """The digits shown in the room."""

    session = forms.ChoiceField(label=gettext_lazy("回"))
    digits = forms.CharField(
        label=gettext_lazy("会場に表示されている6けたの数字"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "data-width": "small"}
        ),
    )

    def __init__(self, *args: Any, sessions: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].choices = [(str(pk), label) for pk, label in sessions]

    def clean_digits(self) -> str:
        plain = unicodedata.normalize("NFKC", self.cleaned_data["digits"])
        return "".join(sign for sign in plain if sign.isdecimal())


def _scale(label: Any, help_text: Any) -> forms.TypedChoiceField:
    """A question that is answered with 1 to 5."""
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 6)],
        widget=ScaleSelect,
        help_text=help_text,
    )


class AnswerForm(UiForm):
    """アンケート: three rows of buttons and a word."""

    clear = _scale(
        gettext_lazy("内容は分かりやすかったですか"),
        gettext_lazy("1：分かりにくい　5：分かりやすい"),
    )
    useful = _scale(
        gettext_lazy("自社で役に立ちそうですか"), gettext_lazy("1：立たない　5：すぐ使う")
    )
    pace = _scale(
        gettext_lazy("進め方はいかがでしたか"), gettext_lazy("1：ついていけない　5：ちょうどよい")
    )
    comment = TextField(
        label=gettext_lazy("ひとこと"),
        required=False,
        multiline=True,
        rows=3,
        max_length=1000,
        help_text=gettext_lazy("名前は講師にも区にも伝わりません。"),
    )


class VerifyForm(UiForm):
    """修了証の番号と確認コード."""

    number = TextField(
        label=gettext_lazy("修了証の番号"),
        max_length=40,
        help_text=gettext_lazy("例：R8-13107-DOJO-0012"),
    )
    check = TextField(
        label=gettext_lazy("確認コード"),
        max_length=20,
        help_text=gettext_lazy("修了証の下の表にある8文字"),
    )

    def clean_number(self) -> str:
        return unicodedata.normalize("NFKC", self.cleaned_data["number"])

    def clean_check(self) -> str:
        return unicodedata.normalize("NFKC", self.cleaned_data["check"])
