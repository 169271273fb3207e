"""Forms of meetings and documents."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.consortium.forms.parts import CHOOSE, ActForm, paper_field
from lab.consortium.models import Document
from lab.consortium.services import Written
from portal.kernel import clock
from portal.ui.forms import DateField, TextField, UiForm

HOURS = [f"{hour:02}:{minute:02}" for hour in range(8, 21) for minute in (0, 30)]
Choices = Sequence[tuple[int, str]]


class MeetingForm(UiForm):
    """会議を開く."""

    title = TextField(label=_("会議の名称"), help_text=_("例：第3回 運営会議"), max_length=100)
    day = DateField(label=_("開催日"))
    at = forms.ChoiceField(
        label=_("開始時刻"), choices=[(hour, hour) for hour in HOURS], initial="14:00"
    )
    place = TextField(label=_("会場"), help_text=_("オンラインのときは、その旨。"), max_length=120)
    agenda = TextField(label=_("議題"), multiline=True, rows=4, max_length=2000, required=False)

    def kwargs(self) -> dict[str, Any]:
        """What the service takes; valid forms only."""
        data = dict(self.cleaned_data)
        day, at = data.pop("day"), dt.time.fromisoformat(data.pop("at"))
        return {"starts_at": dt.datetime.combine(day, at, tzinfo=clock.TOKYO), **data}


class MinutesForm(ActForm):
    """議事録を書く."""

    text = TextField(label=_("議事の内容"), multiline=True, rows=10, max_length=10_000)
    decisions = TextField(
        label=_("決まったこと"),
        help_text=_("1行に1つ。"),
        multiline=True,
        rows=4,
        max_length=3000,
        required=False,
    )
    attended = forms.TypedMultipleChoiceField(
        label=_("出席した会員"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, members: Choices, start: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, initial=start, **kwargs)
        self.offer("attended", members)

    def kwargs(self) -> dict[str, Any]:
        return {"given": Written(**self.cleaned_data)}


class ActionForm(ActForm):
    """宿題を加える."""

    what = TextField(label=_("すること"), max_length=200)
    member_id = forms.TypedChoiceField(label=_("担当の会員"), coerce=int)
    due_on = DateField(label=_("期限"))

    def __init__(self, *args: Any, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("member_id", [CHOOSE, *members])


class DocumentForm(ActForm):
    """文書を加える."""

    title = TextField(label=_("文書の名前"), max_length=100)
    uploaded = paper_field(_("ファイル"))
    seen_by = forms.ChoiceField(
        label=_("見られる会員"), choices=Document.Seen.choices, widget=forms.RadioSelect,
        initial=Document.Seen.ALL,
    )  # fmt: skip
    readers = forms.TypedMultipleChoiceField(
        label=_("見られる会員（選んだ会員だけのとき）"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("readers", members)
