"""Forms of the claims."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisors.claims.models import Payee
from advisors.claims.services import Report
from portal.ui.forms import DateField, TextField, UiForm, YenField


class MonthForm(UiForm):
    """月の報告."""

    done = TextField(
        label=_("今月したこと"),
        help_text=_("企業ごとに、どこまで進んだかを書いてください。"),
        multiline=True,
        rows=4,
        max_length=2000,
        required=False,
    )
    findings = TextField(
        label=_("分かったこと"),
        help_text=_("区に知らせたい課題、つまずき、うまくいった工夫。"),
        multiline=True,
        rows=3,
        max_length=2000,
        required=False,
    )
    next_month = TextField(
        label=_("来月すること"), multiline=True, rows=3, max_length=2000, required=False
    )

    def report(self) -> Report:
        """What the services take; valid forms only."""
        data = self.cleaned_data
        return Report(data["done"], data["findings"], data["next_month"])


class PaidForm(UiForm):
    """支払日."""

    paid_on = DateField(label=_("支払日"), help_text=_("会計から支払が済んだ日。"))


class CorrectionForm(UiForm):
    """What a line should have been."""

    fee_yen = YenField(label=_("正しい謝金"), max_value=1_000_000)
    travel_yen = YenField(label=_("正しい交通費"), max_value=1_000_000)
    reason = TextField(
        label=_("訂正の理由"),
        help_text=_("相談員にも知らせます。"),
        multiline=True,
        rows=3,
        max_length=1000,
    )


class TermsForm(UiForm):
    """支払の条件の新しい版."""

    valid_from = DateField(label=_("適用開始日"))
    withholds = forms.BooleanField(
        label=_("個人への支払から、所得税と復興特別所得税を源泉徴収する"), required=False
    )
    on_travel = forms.BooleanField(
        label=_("本人に払う交通費も、源泉徴収の対象に含める"), required=False, initial=True
    )
    on_net = forms.BooleanField(label=_("消費税を除いた額に源泉徴収する"), required=False)
    basis = TextField(label=_("根拠"), help_text=_("要綱・決裁の番号など。"), max_length=200)


class PayeeForm(UiForm):
    """支払先 of one advisor."""

    user_id = forms.TypedChoiceField(label=_("相談員"), coerce=int)
    kind = forms.ChoiceField(
        label=_("契約の相手"),
        choices=Payee.Kind.choices,
        widget=forms.RadioSelect,
        initial=Payee.Kind.PERSON,
    )
    name = TextField(
        label=_("支払先の名前"),
        help_text=_("法人なら法人名、個人なら本人の名前。"),
        max_length=200,
    )
    registration_no = TextField(
        label=_("登録番号（インボイス）"),
        help_text=_("例：T1234567890123。登録がなければ空欄。"),
        max_length=30,
        required=False,
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_id"].choices = [("", "—"), *people]
