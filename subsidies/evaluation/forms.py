"""Forms of the plan evaluation: whom to share with, a comment, the evaluation."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.forms import TextField, UiForm
from subsidies.evaluation.aspects import ASPECTS, CODES, CONDITIONS, Aspect
from subsidies.evaluation.models import PlanEvaluation
from subsidies.evaluation.services import MOST_TEXT, Entry

CONSENT = gettext_lazy(
    "選んだ相談員に、この申請の計画・経費・添付書類の名前を見せ、助言と妥当性評価を受けることに"
    "同意します。連絡先は見せません。共有はいつでも終えられます。"
)


class ShareForm(UiForm):
    """Which advisor, and the firm's consent."""

    advisor = forms.ChoiceField(label=gettext_lazy("相談員"), widget=forms.RadioSelect)
    consent = forms.BooleanField(
        label=CONSENT,
        # The label is long: repeated above the form it would be read three times.
        error_messages={
            "required": gettext_lazy("共有に同意するときは、チェックを入れてください。")
        },
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor"].choices = choices


class CommentForm(UiForm):
    """A remark on one answer; one form for each, told apart by its prefix."""

    body = TextField(
        label=gettext_lazy("助言"), multiline=True, rows=3, max_length=MOST_TEXT, strip=True
    )


class EvaluationForm(UiForm):
    """妥当性評価: nothing is required to save a draft."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields = dict(_fields())
        super().__init__(*args, **kwargs)

    def aspects(self) -> list[dict[str, Any]]:
        """What the page draws: each aspect with its two fields."""
        return [
            {
                "number": number,
                "aspect": aspect,
                "grade": self[f"grade-{aspect.code}"],
                "text": self[f"text-{aspect.code}"],
            }
            for number, aspect in enumerate(ASPECTS, start=1)
        ]

    def entry(self) -> Entry:
        """What was typed; valid forms only."""
        data = self.cleaned_data
        return Entry(
            grades={code: data[f"grade-{code}"] for code in CODES},
            texts={code: data[f"text-{code}"] for code in CODES},
            grade=data["grade"],
            summary=data["summary"],
            conditions=data[CONDITIONS],
            is_independent=data["is_independent"],
        )

    @staticmethod
    def initial_of(found: PlanEvaluation | None) -> dict[str, Any]:
        """A saved evaluation as the form shows it."""
        if found is None:
            return {}
        return {
            **{f"grade-{code}": grade for code, grade in found.grades.items()},
            **{f"text-{code}": text for code, text in found.texts.items()},
            "grade": found.grade,
            "summary": found.summary,
            CONDITIONS: found.texts.get(CONDITIONS, ""),
            "is_independent": found.is_independent,
        }


def _fields() -> Iterator[tuple[str, forms.Field]]:
    for aspect in ASPECTS:
        yield f"grade-{aspect.code}", _grade(aspect.name, aspect)
        yield (
            f"text-{aspect.code}",
            TextField(
                label=_("「%(name)s」の説明") % {"name": aspect.name},
                multiline=True,
                rows=3,
                max_length=MOST_TEXT,
                required=False,
            ),
        )
    yield "grade", _grade(_("総合評価"))
    yield (
        "summary",
        TextField(
            label=_("総評"),
            help_text=_("良い点と、見直すとよい点。企業と区の担当者が読みます。"),
            multiline=True,
            max_length=MOST_TEXT,
            required=False,
        ),
    )
    yield (
        CONDITIONS,
        TextField(
            label=_("条件"),
            help_text=_(
                "どうすれば妥当になるか。総合評価がCのときは必ず入力します。例：保守の費用を確かめる。"
            ),
            multiline=True,
            rows=3,
            max_length=MOST_TEXT,
            required=False,
        ),
    )
    yield (
        "is_independent",
        forms.BooleanField(
            label=_(
                "発注予定先や、計画の製品を売る会社と利害関係がありません。"
                "この計画を代わりに書いていません。"
            ),
            required=False,
        ),
    )


def _grade(label: Any, aspect: Aspect | None = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=PlanEvaluation.Grade.choices,
        help_text=aspect.hint if aspect else "",
        widget=forms.RadioSelect,
        required=False,
    )
