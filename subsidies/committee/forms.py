"""Forms of the review: the declaration, the score sheet, and what officials set."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.forms import DateField, ScaleSelect, TextField, UiForm, WholeNumberField
from subsidies.committee.models import Declaration, ScoreSheet
from subsidies.committee.services import Entry
from subsidies.committee.services.sheets import MOST_TEXT
from subsidies.forms import BriefReasonForm
from subsidies.rules.scoring import Scoring, ScoringCriterion

# Up to this many levels there is a button for each; above a number is typed.
MOST_BUTTONS = 10


class DeclarationForm(UiForm):
    """利益相反の申告: one relation; a word on it where there is one."""

    relation = forms.ChoiceField(
        label=gettext_lazy("この案件との関係"),
        choices=Declaration.Relation.choices,
        widget=forms.RadioSelect,
    )
    text = TextField(
        label=gettext_lazy("どのような関係か"),
        help_text=gettext_lazy("関係があるときだけ、短く書いてください。区の担当者が読みます。"),
        multiline=True,
        rows=3,
        max_length=500,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        relation = data.get("relation")
        if relation and relation != Declaration.Relation.NONE and not data.get("text"):
            self.add_error("text", _("どのような関係か、短く書いてください。"))
        return data


class ScoreForm(UiForm):
    """採点票: built from the scheme's scoring sheet; nothing is required to save a draft."""

    def __init__(self, scoring: Scoring, *args: Any, **kwargs: Any) -> None:
        self.scoring = scoring
        self.base_fields = dict(self._fields())
        super().__init__(*args, **kwargs)
        for name in ("opinion", "overall"):
            # A draft is saved without them; a sheet is not submitted without them.
            self.fields[name].is_needed = True

    def _fields(self) -> Iterator[tuple[str, forms.Field]]:
        for criterion in self.scoring.criteria:
            yield f"score-{criterion.code}", _score_field(criterion)
            yield (
                f"comment-{criterion.code}",
                TextField(
                    label=_("「%(name)s」の所見") % {"name": criterion.name},
                    multiline=True,
                    rows=2,
                    max_length=MOST_TEXT,
                    required=False,
                ),
            )
        yield (
            "opinion",
            forms.ChoiceField(
                label=_("総合判定"),
                choices=ScoreSheet.Opinion.choices,
                widget=forms.RadioSelect,
                required=False,
            ),
        )
        yield (
            "overall",
            TextField(
                label=_("講評"),
                help_text=_("良い点と改善点を具体的に。"),
                multiline=True,
                max_length=MOST_TEXT,
                required=False,
            ),
        )

    def criteria(self) -> list[dict[str, Any]]:
        """What the page draws: each criterion with its two fields."""
        return [
            {
                "number": number,
                "criterion": criterion,
                "points": points_text(criterion.points),
                "score": self[f"score-{criterion.code}"],
                "comment": self[f"comment-{criterion.code}"],
            }
            for number, criterion in enumerate(self.scoring.criteria, start=1)
        ]

    def entry(self) -> Entry:
        """What was entered; valid forms only."""
        data = self.cleaned_data
        codes = [criterion.code for criterion in self.scoring.criteria]
        return Entry(
            scores={code: _number(data[f"score-{code}"]) for code in codes},
            comments={code: data[f"comment-{code}"] for code in codes},
            overall=data["overall"],
            opinion=data["opinion"],
        )

    @staticmethod
    def initial_of(sheet: ScoreSheet | None) -> dict[str, Any]:
        """A saved sheet as the form shows it."""
        if sheet is None:
            return {}
        scores = {f"score-{code}": score for code, score in sheet.scores.items()}
        comments = {f"comment-{code}": text for code, text in sheet.comments.items()}
        return {**scores, **comments, "overall": sheet.overall, "opinion": sheet.opinion}


def _score_field(criterion: ScoringCriterion) -> forms.Field:
    label = criterion.name
    weight = {"data-weight": str(float(criterion.weight))}
    if criterion.maximum > MOST_BUTTONS:
        return WholeNumberField(
            label=label,
            required=False,
            max_value=criterion.maximum,
            suffix=_("点"),
            widget=forms.TextInput(attrs={**weight, "data-width": "short"}),
        )
    return forms.TypedChoiceField(
        label=label,
        choices=[(level, str(level)) for level in range(criterion.maximum + 1)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=ScaleSelect(attrs=weight),
    )


def _number(value: Any) -> int | None:
    return None if value in (None, "") else int(value)


def points_text(points: Any) -> str:
    """25, 37.5: at most two places, no zeros at the end."""
    return f"{float(points):.2f}".rstrip("0").rstrip(".")


class TermsForm(UiForm):
    """The terms of a review."""

    due_on = DateField(label=gettext_lazy("採点の期限"))
    per_case = WholeNumberField(
        label=gettext_lazy("1件あたりの審査委員数"),
        suffix=gettext_lazy("人"),
        min_value=1,
        max_value=7,
    )
    is_blind = forms.BooleanField(
        label=gettext_lazy("申請者の名前と個人情報を、審査委員に見せない"), required=False
    )


class MemberForm(UiForm):
    """Who sits on the review."""

    user = forms.ChoiceField(label=gettext_lazy("審査委員"))
    vendors = TextField(
        label=gettext_lazy("関係のある会社"),
        help_text=gettext_lazy(
            "勤め先や顧問先、扱う製品の会社など。1行に1社。発注予定先にこの会社がある案件は、"
            "割り当てません。"
        ),
        multiline=True,
        rows=3,
        max_length=1000,
        required=False,
    )
    is_chair = forms.BooleanField(label=gettext_lazy("委員長にする"), required=False)

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [("", _("選んでください")), *choices]


class AssignForm(BriefReasonForm):
    """Which member, and why."""

    member = forms.ChoiceField(label=gettext_lazy("加える審査委員"))
    field_order = ("member", "reason")

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [("", _("選んでください")), *choices]


class SheetsForm(UiForm):
    """A filled-in workbook of score sheets."""

    file = forms.FileField(
        label=gettext_lazy("記入した採点票（Excel）"),
        help_text=gettext_lazy(
            "このページから書き出したファイルに点数を入れて、ここから取り込んでください。5MBまで。"
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
