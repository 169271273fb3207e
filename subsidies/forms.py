"""Forms of the applicant's pages.

They never refuse to keep what was typed: services store it as it is, and `show_problems` says
afterwards what is still to be mended, in the words of the rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, UiForm
from subsidies.rules import values
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Criterion, Document, Question, QuestionKind
from subsidies.schemes.english import told
from subsidies.units import unit_word

YES_NO = (("yes", _("はい")), ("no", _("いいえ")))


class LenientForm(UiForm):
    """Validates nothing by itself: every text is worth keeping."""

    def _clean_fields(self) -> None:
        self.cleaned_data = {name: self[name].data for name in self.fields}

    def show_problems(self, problems: Iterable[Problem], *, prefix: str) -> None:
        """Put each problem whose anchor is `prefix.<field>` on its field."""
        for problem in problems:
            name = problem.anchor.removeprefix(f"{prefix}.")
            if name in self.fields:
                self.add_error(name, problem.text)


def answer_form(questions: Sequence[Question], data: Mapping[str, Any]) -> LenientForm:
    """The questions of one task with what was typed so far."""
    fields = {
        question.code: answer_field(
            question.kind,
            label=question.label,
            help_text=question.hint,
            choices=question.choices,
            required=question.required,
            limit=question.max_length,
            unit=question.unit,
        )
        for question in questions
    }
    return type("AnswerForm", (LenientForm,), fields)(data=typed(data))


def criterion_form(criterion: Criterion, data: Mapping[str, Any] | None, value: Any) -> UiForm:
    """One eligibility question; an unreadable answer is reported, nothing else is."""

    def clean_answer(self: forms.Form) -> str:
        text: str = self.cleaned_data["answer"]
        try:
            values.read(criterion.kind, text, choices=criterion.choices)
        except values.Unreadable as error:
            raise forms.ValidationError(str(error)) from error
        return text

    field = answer_field(
        criterion.kind,
        label=criterion.question,
        help_text=criterion.help,
        choices=criterion.choices,
        required=True,
        unit=criterion.unit,
    )
    members = {"answer": field, "clean_answer": clean_answer}
    initial = {"answer": typed({"answer": value})["answer"]}
    return type("CriterionForm", (UiForm,), members)(data, initial=initial)


def answer_field(
    kind: QuestionKind,
    *,
    label: str,
    help_text: str = "",
    choices: Iterable[tuple[str, str]] = (),
    required: bool,
    limit: int = 0,
    unit: str = "",
) -> forms.Field:
    """A field that takes the answer as text, drawn by its kind, with its unit beside it.

    What the shipped schemes say is said in the language of the page.
    """
    label, help_text = told(label), told(help_text)
    if kind in {"choice", "yes_no"}:
        return forms.ChoiceField(
            label=label,
            help_text=help_text,
            required=required,
            choices=YES_NO if kind == "yes_no" else [(code, told(name)) for code, name in choices],
            widget=forms.RadioSelect,
        )
    field = TextField(
        label=label,
        help_text=help_text,
        required=required,
        multiline=kind == "longtext",
        max_length=limit or None,
    )
    if kind in {"number", "yen", "signed_yen"}:
        field.widget.attrs.update({"inputmode": "numeric", "data-width": "medium"})
        if kind == "signed_yen":
            # Digits alone would leave no key for the sign of a loss.
            field.widget.attrs.update({"inputmode": "text", "data-signed": ""})
        field.suffix = unit_word(unit) if kind == "number" else _("円")
    return field


def typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as the widgets show them: yes/no for truth values, text for the rest."""
    shown = {}
    for name, value in data.items():
        if isinstance(value, bool):
            shown[name] = "yes" if value else "no"
        else:
            shown[name] = "" if value is None else str(value)
    return shown


class UploadForm(UiForm):
    """One file for one document. An optional document needs none, but pressing the button does."""

    file = forms.FileField(
        label=_("ファイルを選ぶ"),
        help_text=_("PDF・JPEG・PNG・Excel（.xlsx）・Word（.docx）、1つ20MBまで"),
    )

    def __init__(self, document: Document, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{document.code}_%s", **kwargs)
        self.fields["file"].required = document.required
        self.fields["file"].label = gettext("%(name)sのファイル") % {"name": told(document.name)}

    def clean_file(self) -> Any:
        if not self.cleaned_data["file"]:
            raise forms.ValidationError(gettext("ファイルを選んでから、アップロードしてください。"))
        return self.cleaned_data["file"]


class ConsentForm(UiForm):
    """同意: what the applicant declares by submitting."""

    consent = forms.BooleanField(
        label=_("記載した内容に誤りがないことを確認し、上の条件に同意して申請します。")
    )


class ReasonForm(UiForm):
    """A reason that is kept with the act."""

    reason = TextField(label=_("理由"), multiline=True, rows=3, max_length=1000)


class BriefReasonForm(UiForm):
    """A reason that lists and letters repeat."""

    reason = TextField(label=_("理由"), multiline=True, rows=3, max_length=300)


class MessageForm(UiForm):
    """A message about the application."""

    body = TextField(label=_("本文"), multiline=True, rows=4, max_length=2000)
