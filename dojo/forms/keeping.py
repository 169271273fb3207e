"""Forms of those who keep a roster: officials and lecturers."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from dojo.models import Attendance
from portal.ui.forms import DateField, TextField, UiForm


class ReasonForm(UiForm):
    """A reason that the person concerned reads."""

    reason = TextField(
        label=gettext_lazy("理由"),
        multiline=True,
        rows=3,
        max_length=300,
        help_text=gettext_lazy("受講者も読みます。"),
    )


class FeedbackForm(UiForm):
    """講師からのコメント."""

    session = forms.ChoiceField(label=gettext_lazy("回"))
    text = TextField(
        label=gettext_lazy("コメント"),
        multiline=True,
        rows=3,
        max_length=1000,
        help_text=gettext_lazy("受講者が読みます。次に何をするとよいかを書いてください。"),
    )

    def __init__(self, *args: Any, sessions: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].choices = [(str(pk), label) for pk, label in sessions]


class PlanForm(UiForm):
    """行動計画の提出日."""

    on = DateField(
        label=gettext_lazy("行動計画を受け取った日"),
        required=False,
        help_text=gettext_lazy("空欄にして保存すると、未提出に戻します。"),
    )


class MaterialForm(UiForm):
    """教材のファイル."""

    title = TextField(label=gettext_lazy("教材の題"), max_length=100)
    file = forms.FileField(
        label=gettext_lazy("ファイル"),
        help_text=gettext_lazy("PDF・Excel・Word、20MBまで"),
    )


def posted_marks(data: Any, enrolment_ids: Iterable[int]) -> dict[int, tuple[str, int | None]]:
    """The attendance list as posted: mark-<id>, minutes-<id>; rows without a mark are left out."""
    found: dict[int, tuple[str, int | None]] = {}
    for pk in enrolment_ids:
        mark = data.get(f"mark-{pk}", "")
        if mark in Attendance.Mark.values:
            minutes = unicodedata.normalize("NFKC", data.get(f"minutes-{pk}", "")).strip()
            found[pk] = (mark, int(minutes) if minutes.isdecimal() and len(minutes) < 5 else None)
    return found
