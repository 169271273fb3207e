"""Forms of the worksheets. A step's form refuses nothing: what was typed is kept, then spoken of."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dojo.models import Enrolment
from dojo.worksheets.models import Remark
from dojo.worksheets.rules.reading import Problem
from dojo.worksheets.rules.sheet import Field, Sheet, Step
from dojo.worksheets.services import MOST_BODY
from dojo.worksheets.sheets import SHEETS
from portal.ui.forms import ScaleSelect, TextField, UiForm

CONSENT = gettext_lazy(
    "選んだ相談員に、会社のワークシートをすべて見せ、助言を受けることに同意します。"
    "同意はいつでも取り消せます。"
)
DATE_HINT = gettext_lazy("例：2026年11月21日、令和8年11月21日")


class StepForm(UiForm):
    """The fields of a step, or of one of its rows (then with a prefix)."""

    def __init__(
        self, step: Step, data: Mapping[str, Any], problems: Iterable[Problem], *, prefix: str = ""
    ) -> None:
        self.base_fields = {
            field.code: _field(field, in_row=step.has_rows) for field in step.fields
        }
        named = {f"{prefix}-{code}" if prefix else code: value for code, value in data.items()}
        super().__init__(named, prefix=prefix or None)
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.text)

    def _clean_fields(self) -> None:
        self.cleaned_data = {name: self[name].data for name in self.fields}


def _field(field: Field, *, in_row: bool) -> forms.Field:
    common = {"label": field.label, "help_text": field.hint, "required": field.required}
    if field.kind == "many":
        return forms.MultipleChoiceField(
            **common, choices=field.choices, widget=forms.CheckboxSelectMultiple
        )
    if field.kind == "choice":
        if all(code == str(label) for code, label in field.choices):
            return forms.ChoiceField(**common, choices=field.choices, widget=ScaleSelect)
        if not in_row:
            return forms.ChoiceField(**common, choices=field.choices, widget=forms.RadioSelect)
        chosen = [("", _("選んでください")), *field.choices]
        return forms.ChoiceField(**common, choices=chosen)
    if field.kind == "date":
        common["help_text"] = field.hint or DATE_HINT
    long = field.kind == "long"
    made = TextField(
        **common,
        multiline=long,
        **({"rows": 3, "max_length": field.limit} if long else {}),
    )
    if field.is_figure:
        made.suffix = _("円") if field.is_money else field.unit
        exact = field.kind in {"decimal", "percent"}
        made.widget.attrs.update(
            {"inputmode": "decimal" if exact else "numeric", "data-width": "medium"}
        )
        if field.kind == "signed_yen":
            # Digits alone would leave no key for the sign.
            made.widget.attrs.update({"inputmode": "text", "data-signed": ""})
    made.widget.attrs["autocomplete"] = "off"
    return made


class StartForm(UiForm):
    """Which kind, for which course, and a name by which to tell it."""

    kind = forms.ChoiceField(label=gettext_lazy("種類"), widget=forms.RadioSelect)
    enrolment = forms.ChoiceField(
        label=gettext_lazy("講座"),
        help_text=gettext_lazy(
            "講座を選ぶと、その期の講師が読めて、グループワークで映すことがあります。提出もできます。"
        ),
        required=False,
    )
    title = TextField(
        label=gettext_lazy("題"),
        help_text=gettext_lazy("同じ種類を2枚以上作るときの目印です。例：生産管理クラウド"),
        max_length=80,
        required=False,
    )

    def __init__(self, *args: Any, seats: Iterable[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            (code, _("%(name)s：%(purpose)s") % {"name": sheet.name, "purpose": sheet.purpose})
            for code, sheet in SHEETS.items()
        ]
        self.fields["enrolment"].choices = [
            *((str(seat.pk), course_name(seat)) for seat in seats),
            ("", _("講座と結び付けない（会社の中だけで使う）")),
        ]


class PrivacyForm(UiForm):
    """Which figures are kept out of group work."""

    keys = forms.MultipleChoiceField(
        label=gettext_lazy("グループワークで見せない数字"),
        help_text=gettext_lazy("講師の個別の画面には出ます。会場に映す画面には出ません。"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = [
            (key, _("%(step)s：%(field)s") % {"step": step.title, "field": field.label})
            for key, step, field in sheet.figures()
        ]


class RemarkForm(UiForm):
    """A comment on the whole or one step."""

    step = forms.ChoiceField(label=gettext_lazy("箇所"), required=False)
    body = TextField(label=gettext_lazy("コメント"), multiline=True, rows=3, max_length=MOST_BODY)

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [
            ("", _("全体")),
            *((step.code, step.title) for step in sheet.steps),
        ]


class MarkForm(UiForm):
    """講評: a grade and a word; to return it the word alone is needed."""

    grade = forms.ChoiceField(
        label=gettext_lazy("講評"),
        choices=Remark.Grade.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    said = TextField(
        label=gettext_lazy("講師から"),
        help_text=gettext_lazy("良いところと、直すとよいところ。会社の方が読みます。"),
        multiline=True,
        rows=4,
        max_length=MOST_BODY,
    )


class ConsentForm(UiForm):
    """Which advisor may read, how much, and the firm's consent."""

    advisor = forms.ChoiceField(label=gettext_lazy("相談員"), widget=forms.RadioSelect)
    with_figures = forms.BooleanField(
        label=gettext_lazy(
            "グループワークで見せない数字（売上高など）も、この相談員には見せます。"
        ),
        required=False,
    )
    consent = forms.BooleanField(
        label=CONSENT,
        error_messages={"required": gettext_lazy("同意するときは、チェックを入れてください。")},
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor"].choices = choices


def course_name(seat: Enrolment) -> str:
    """DX道場 第2期（大野 健一）."""
    return _("%(course)s 第%(number)d期（%(person)s）") % {
        "course": seat.cohort.course.display_name,
        "number": seat.cohort.number,
        "person": seat.person_name,
    }
