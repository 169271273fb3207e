"""Forms of the diagnosis. A page's form refuses nothing: what was typed is kept, then spoken of."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from portal.ui.forms import TextField, UiForm
from programs.diagnosis.models import Audience
from programs.diagnosis.risks import risks
from programs.diagnosis.rules.definition import FIGURES, MANY, ONE, SIGNED_YEN, TEXT, Page, Question
from programs.diagnosis.rules.path import MOST_TEXT, Problem

CONSENT = gettext_lazy(
    "この診断の結果と答えを、選んだ相手に見せることに同意します。同意はいつでも取り消せます。"
)


class PageForm(UiForm):
    """The questions of a page."""

    def __init__(self, page: Page, data: Mapping[str, Any], problems: Iterable[Problem]) -> None:
        self.base_fields = {question.code: _field(question) for question in page.questions}
        super().__init__(dict(data))
        for problem in problems:
            if problem.question in self.fields:
                self.add_error(problem.question, problem.text)

    def _clean_fields(self) -> None:
        self.cleaned_data = {name: self[name].data for name in self.fields}


def typed_of(questions: Iterable[Question], posted: QueryDict) -> dict[str, Any]:
    """What was sent for these questions."""
    return {
        question.code: posted.getlist(question.code)
        if question.kind == MANY
        else posted.get(question.code, "")
        for question in questions
    }


def _field(question: Question) -> forms.Field:
    common = {
        "label": question.words,
        "help_text": str(question.hint),
        "required": question.required,
    }
    choices = [(option.code, option.words) for option in question.options]
    if question.kind == MANY:
        return forms.MultipleChoiceField(
            **common, choices=choices, widget=forms.CheckboxSelectMultiple
        )
    if question.kind == ONE:
        return forms.ChoiceField(**common, choices=choices, widget=forms.RadioSelect)
    long = question.kind == TEXT
    made = TextField(
        **common, multiline=long, **({"rows": 3, "max_length": MOST_TEXT} if long else {})
    )
    if question.kind in FIGURES:
        made.suffix = str(question.unit) or gettext_lazy("円")
        made.widget.attrs.update({"inputmode": "numeric", "data-width": "medium"})
        if question.kind == SIGNED_YEN:
            # Digits alone would leave no key for the sign.
            made.widget.attrs.update({"inputmode": "text", "data-signed": ""})
    made.widget.attrs["autocomplete"] = "off"
    return made


class TicksForm(UiForm):
    """Which measures against risks are there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields = {
            risk.code: forms.MultipleChoiceField(
                label=risk.name,
                choices=[(one.code, one.words) for one in risk.measures],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
            for risk in risks()
        }
        super().__init__(*args, **kwargs)

    def ticked(self) -> list[str]:
        """All that is ticked; valid forms only."""
        return [code for codes in self.cleaned_data.values() for code in codes]


class ShareForm(UiForm):
    """Who may see the result."""

    audience = forms.ChoiceField(
        label=gettext_lazy("見せる相手"), choices=Audience.choices, widget=forms.RadioSelect
    )
    ward = forms.TypedChoiceField(
        label=gettext_lazy("区"),
        help_text=gettext_lazy("「区の担当者」に見せるときの区です。"),
        coerce=int,
    )
    consent = forms.BooleanField(
        label=CONSENT,
        error_messages={"required": gettext_lazy("同意するときは、チェックを入れてください。")},
    )

    def __init__(self, *args: Any, wards: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ward"].choices = list(wards)


class VersionForm(UiForm):
    """A new version of an instrument's questions."""

    text = TextField(
        label=gettext_lazy("設問（TOML）"),
        help_text=gettext_lazy(
            "日本語と英語を必ず並べて書きます。別の内容を聞く設問には、新しい記号を付けてください。"
        ),
        multiline=True,
        rows=28,
        max_length=100_000,
        strip=False,
    )
    note = TextField(label=gettext_lazy("変えた理由"), max_length=200)
