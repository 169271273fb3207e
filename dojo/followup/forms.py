"""Forms of the follow-up: one answer, what was heard by telephone, an investment, a decision."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dojo.followup.models import SAID, Investment
from dojo.followup.questions import Question
from dojo.followup.services import Figures
from portal.kernel import clock
from portal.kernel.files.rules import EVIDENCE
from portal.ui.forms import DateField, TextField, UiForm, YenField


class AnswerForm(UiForm):
    """The one question of the course."""

    choice = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": _("回答を1つ選んでください。")},
    )

    def __init__(self, question: Question, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        field.label, field.help_text = question.text, question.hint
        field.choices = [(answer.value, answer.label) for answer in question.answers]


class PhoneForm(AnswerForm):
    """聞き取り: the answer, who said it and when."""

    said_by = TextField(
        label=_("話した人"), max_length=SAID, help_text=_("氏名。例：墨田 太郎（工場長）")
    )
    said_on = DateField(label=_("聞き取りの日"))
    note = TextField(
        label=_("聞き取りのメモ"), required=False, multiline=True, rows=2, max_length=300
    )
    field_order = ["choice", "said_by", "said_on", "note"]

    def clean_said_on(self) -> dt.date:
        return _not_later(self.cleaned_data["said_on"])


class InvestmentForm(UiForm):
    """投資の報告. The evidence may be left out where there is one already."""

    what = TextField(
        label=_("何に投資したか"),
        max_length=200,
        help_text=_("例：生産管理クラウドの導入、温度センサー6台"),
    )
    kind = forms.ChoiceField(
        label=_("投資の種類"), choices=Investment.Kind, widget=forms.RadioSelect
    )
    invested_on = DateField(label=_("発注・契約の日"))
    amount_yen = YenField(
        label=_("金額（税抜）"),
        help_text=_("消費税を除いた額。月ごとに払うものは、契約した1年分。"),
    )
    source = forms.ChoiceField(
        label=_("お金の出どころ"),
        choices=Investment.Source,
        widget=forms.RadioSelect,
        help_text=_("このポータルで申請した補助金は、報告しなくても数えます。"),
    )
    funder = TextField(
        label=_("補助金を出した機関と制度の名称"),
        required=False,
        max_length=200,
        help_text=_("ほかの機関の補助金を受けたときだけ。例：中小企業庁 IT導入補助金"),
    )
    evidence = forms.FileField(
        label=_("証拠の書類"),
        help_text=_("請求書・注文書・契約書など。PDF・写真・Excel・Word、20MBまで"),
        widget=forms.FileInput(attrs={"accept": EVIDENCE.accept}),
    )

    def __init__(self, *args: Any, has_evidence: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_evidence:
            field = self.fields["evidence"]
            field.required = False
            field.label = _("証拠の書類（差し替えるときだけ）")

    def clean_invested_on(self) -> dt.date:
        return _not_later(self.cleaned_data["invested_on"])

    def clean_amount_yen(self) -> int:
        amount: int = self.cleaned_data["amount_yen"]
        if amount <= 0:
            raise ValidationError(_("金額は1円以上にしてください。"), code="zero")
        return amount

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("source") == Investment.Source.GRANT and not given.get("funder"):
            self.add_error("funder", _("補助金を出した機関と制度の名称を入力してください。"))
        return given

    @property
    def figures(self) -> Figures:
        """What was reported; of a valid form."""
        given = self.cleaned_data
        return Figures(
            source=given["source"],
            kind=given["kind"],
            what=given["what"],
            invested_on=given["invested_on"],
            amount_yen=given["amount_yen"],
            funder=given["funder"],
        )


class ReturnForm(UiForm):
    """Why the report goes back, for the firm."""

    reason = TextField(
        label=_("差し戻す理由"),
        multiline=True,
        rows=3,
        max_length=300,
        help_text=_("企業が読みます。何を直せばよいかを書いてください。"),
    )


def _not_later(day: dt.date) -> dt.date:
    if day > clock.today():
        raise ValidationError(_("今日までの日にしてください。"), code="future")
    return day
