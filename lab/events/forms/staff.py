"""Forms of the lab's staff."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from lab.booking.forms.fields import TimeField
from lab.booking.models import Lab, Machine
from lab.events.codes import Audience, Kind, Shown
from lab.events.forms.firm import OfferForm
from lab.events.models import Event, Programme
from lab.events.models.events import MOST_SEATS
from lab.events.services.planning import Plan
from portal.kernel import clock
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField


class EventForm(UiForm):
    """催し: what, when, where, for whom."""

    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=Kind)
    title = TextField(label=gettext_lazy("題"), max_length=80)
    summary = TextField(
        label=gettext_lazy("内容"),
        multiline=True,
        rows=4,
        max_length=1000,
        help_text=gettext_lazy("だれに向けて、何ができるようになるか。催しのページに載ります。"),
    )
    title_en = TextField(label=gettext_lazy("英語の題"), required=False, max_length=120)
    summary_en = TextField(
        label=gettext_lazy("英語の内容"), required=False, multiline=True, rows=3, max_length=1500
    )
    day = DateField(label=gettext_lazy("開催日"))
    starts = TimeField(label=gettext_lazy("始まりの時刻（日本時間）"))
    ends = TimeField(label=gettext_lazy("終わりの時刻（日本時間）"))
    place = TextField(label=gettext_lazy("会場"), max_length=200)
    machines = forms.TypedMultipleChoiceField(
        label=gettext_lazy("使う設備"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "公開すると、この時間は予約できなくなります。予約していた企業には、代わりに空いている時間を知らせます。"
        ),
    )
    capacity = WholeNumberField(
        label=gettext_lazy("定員"), suffix=gettext_lazy("人"), min_value=1, max_value=MOST_SEATS
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("申し込める企業"),
        choices=Audience,
        initial=Audience.ALL,
        widget=forms.RadioSelect,
    )
    opens_on = DateField(label=gettext_lazy("申込みの開始"))
    closes_on = DateField(label=gettext_lazy("申込みの終わり"))
    accept_days = WholeNumberField(
        label=gettext_lazy("繰上げの返事を待つ日数"),
        suffix=gettext_lazy("日"),
        initial=2,
        max_value=14,
    )
    slots = WholeNumberField(
        label=gettext_lazy("出展の枠"),
        suffix=gettext_lazy("社"),
        initial=0,
        max_value=30,
        help_text=gettext_lazy("0なら、出展を募集しません。"),
    )
    programme = forms.TypedChoiceField(
        label=gettext_lazy("連続企画"), coerce=int, required=False, empty_value=None
    )
    is_advertised_alone = forms.BooleanField(
        label=gettext_lazy("企画とは別に、この回だけで募集する"),
        required=False,
        help_text=gettext_lazy(
            "チェックすると、開催数をこの回だけで1回と数えます。なければ、企画全体で1回です。"
        ),
    )
    bring = TextField(label=gettext_lazy("持ち物・服装"), required=False, max_length=200)
    contact = TextField(label=gettext_lazy("問合せ先"), max_length=200)
    # Which edition of an event was on the page.
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        machines: Iterable[Machine],
        programmes: Iterable[Programme],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["machines"].choices = [(str(item.pk), item.name) for item in machines]
        self.fields["programme"].choices = [
            ("", gettext_lazy("単独の催し")),
            *((str(item.pk), item.name) for item in programmes),
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", gettext_lazy("終わりの時刻は、始まりより後にしてください。"))
        opens, closes, day = (given.get(name) for name in ("opens_on", "closes_on", "day"))
        if opens and closes and closes < opens:
            self.add_error(
                "closes_on", gettext_lazy("申込みの終わりは、開始以降の日にしてください。")
            )
        elif closes and day and closes > day:
            self.add_error(
                "closes_on", gettext_lazy("申込みの終わりは、開催日までの日にしてください。")
            )
        return given

    @property
    def plan(self) -> Plan:
        """For the services; valid forms only."""
        given = self.cleaned_data
        names = (
            "kind", "title", "summary", "title_en", "summary_en", "place", "capacity", "audience",
            "opens_on", "closes_on", "accept_days", "slots", "is_advertised_alone", "bring",
            "contact",
        )  # fmt: skip
        return Plan(
            starts_at=dt.datetime.combine(given["day"], given["starts"], tzinfo=clock.TOKYO),
            ends_at=dt.datetime.combine(given["day"], given["ends"], tzinfo=clock.TOKYO),
            programme_id=given["programme"],
            machine_ids=tuple(given["machines"]),
            **{name: given[name] for name in names},
        )

    @staticmethod
    def initial_of(event: Event) -> dict[str, Any]:
        """An event's values."""
        begin, end = (at.astimezone(clock.TOKYO) for at in (event.starts_at, event.ends_at))
        names = (
            "kind", "title", "summary", "title_en", "summary_en", "place", "capacity", "audience",
            "opens_on", "closes_on", "accept_days", "slots", "is_advertised_alone", "bring",
            "contact",
        )  # fmt: skip
        return {
            "day": begin.date(),
            "starts": begin.time(),
            "ends": end.time(),
            "programme": event.programme_id or "",
            "machines": [str(use.machine_id) for use in event.uses.all()],
            **{name: getattr(event, name) for name in names},
        }

    @staticmethod
    def initial_in(lab: Lab) -> dict[str, Any]:
        """What a new event of the lab begins with."""
        return {"place": lab.place, "contact": lab.contact, "bring": lab.bring}


class ProgrammeForm(UiForm):
    """連続企画を作る."""

    name = TextField(label=gettext_lazy("企画の名前"), max_length=80)
    name_en = TextField(label=gettext_lazy("英語の名前"), required=False, max_length=120)


class WalkInForm(UiForm):
    """当日の受付."""

    name = TextField(label=gettext_lazy("氏名"), max_length=100)
    corporate_number = TextField(
        label=gettext_lazy("法人番号"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("登録のある企業は13けたの番号で。なければ下に名前を書きます。"),
    )
    firm_name = TextField(label=gettext_lazy("企業・所属"), required=False, max_length=200)
    is_helper = forms.BooleanField(
        label=gettext_lazy("職員・登壇者・出展者として来た"),
        required=False,
        help_text=gettext_lazy("席を使わず、来場者の数に入りません。"),
    )


class ReasonForm(UiForm):
    """A reason that the people concerned read."""

    reason = TextField(
        label=gettext_lazy("理由"),
        multiline=True,
        rows=3,
        max_length=300,
        help_text=gettext_lazy("申し込んだ方も読みます。"),
    )


class MaterialForm(UiForm):
    """資料のファイル."""

    title = TextField(label=gettext_lazy("資料の題"), max_length=100)
    shown = forms.ChoiceField(
        label=gettext_lazy("受け取れる方"),
        choices=Shown,
        initial=Shown.ATTENDED,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=gettext_lazy("ファイル"), help_text=gettext_lazy("PDF・Excel・Word、20MBまで")
    )


class GiveForm(OfferForm):
    """枠を割り当てる to a vendor that asked outside the portal."""

    reason = TextField(
        label=gettext_lazy("認める理由（関係があるとき）"),
        required=False,
        multiline=True,
        rows=2,
        max_length=300,
    )


def posted_marks(data: Any, keys: Iterable[int]) -> dict[int, bool]:
    """The boxes that were changed on the attendance list, of those whose row was on the page.

    Whoever came in by the door since the page was opened is not touched by a box that still stands empty.
    """
    shown, were = set(data.getlist("row")), set(data.getlist("was"))
    marks = {key: f"came-{key}" in data for key in keys if str(key) in shown}
    return {key: came for key, came in marks.items() if came != (str(key) in were)}
