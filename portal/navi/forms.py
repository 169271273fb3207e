"""Forms of the guide: one question on a page; the ward's own criteria together on theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.navi.rules.answering import Answers, key_of
from portal.navi.rules.guide import MANY, NOWHERE, NUMBER, WARD, Question
from portal.ui.forms import TextField, UiForm
from programs.selectors import ward_names
from subsidies.forms import answer_field
from subsidies.rules.scheme import Criterion

ANSWER = "answer"


class QuestionForm(UiForm):
    """The question of a page. It refuses nothing itself: what is wrong is said by the rules."""

    def __init__(self, question: Question, answers: Answers, posted: Any = None) -> None:
        self.base_fields = {ANSWER: _field(question)}
        given = answers.given.get(question.code)
        super().__init__(posted, initial={ANSWER: given})

    def _clean_fields(self) -> None:
        self.cleaned_data = {ANSWER: self[ANSWER].data}


class OwnForm(UiForm):
    """The ward's own criteria, each as its scheme words it; every field may stay open."""

    def __init__(self, criteria: Sequence[Criterion], answers: Answers, posted: Any = None) -> None:
        self.base_fields = {key_of(one): _own_field(one) for one in criteria}
        super().__init__(posted, initial=dict(answers.own))

    def _clean_fields(self) -> None:
        self.cleaned_data = {name: self[name].data for name in self.fields}

    def show(self, problems: Mapping[str, str]) -> None:
        """What is wrong, each at its field."""
        for name, text in problems.items():
            self.add_error(name, text)


def _field(question: Question) -> forms.Field:
    common = {"label": str(question.words), "help_text": str(question.hint)}
    if question.kind == WARD:
        wards = [(str(code), name) for code, name in ward_names().items()]
        return forms.ChoiceField(
            **common,
            choices=[("", _("選んでください")), *wards, (NOWHERE, _("23区の中にはない"))],
            widget=forms.Select,
        )
    if question.kind == NUMBER:
        field = TextField(**common)
        field.suffix = str(question.unit)
        field.widget.attrs.update(
            {"inputmode": "numeric", "data-width": "medium", "autocomplete": "off"}
        )
        return field
    choices = [(one.code, str(one.words)) for one in question.options]
    if question.kind == MANY:
        return forms.MultipleChoiceField(
            **common, choices=choices, widget=forms.CheckboxSelectMultiple
        )
    return forms.ChoiceField(**common, choices=choices, widget=forms.RadioSelect)


def _own_field(criterion: Criterion) -> forms.Field:
    field = answer_field(
        criterion.kind,
        label=criterion.question,
        help_text=criterion.help,
        choices=criterion.choices,
        required=False,
        unit=criterion.unit,
    )
    if isinstance(field.widget, forms.RadioSelect):
        field.choices = [*field.choices, ("", _("まだ分からない"))]
    return field
