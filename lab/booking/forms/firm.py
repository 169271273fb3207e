"""Forms of a firm: booking, another time, the result of a trial."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from lab.booking.codes import Category, Purpose
from lab.booking.forms.fields import TimeField
from lab.booking.models import Machine, TrialReport
from lab.booking.rules.hours import Span
from lab.booking.services.reserve import MOST_WEEKS
from portal.kernel import clock
from portal.ui.forms import DateField, TextField, UiForm


def length_choices(slot: int, most: int) -> list[tuple[str, str]]:
    """1時間30分 … for every length that a machine allows."""
    return [(str(minutes), length_text(minutes)) for minutes in range(slot, most + 1, slot)]


def length_text(minutes: int) -> str:
    """90 → 1時間30分."""
    hours, rest = divmod(minutes, 60)
    words = []
    if hours:
        words.append(ngettext("%(n)d時間", "%(n)d時間", hours) % {"n": hours})
    if rest:
        words.append(ngettext("%(n)d分", "%(n)d分", rest) % {"n": rest})
    return "".join(words)


class WhenForm(UiForm):
    """A day, a beginning, a length."""

    day = DateField(label=gettext_lazy("利用する日"))
    begin = TimeField(label=gettext_lazy("開始の時刻"))
    minutes = forms.TypedChoiceField(label=gettext_lazy("利用の長さ"), coerce=int)

    def __init__(self, *args: Any, slot: int, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].choices = length_choices(slot, most)

    @property
    def span(self) -> Span:
        """What was chosen, in Tokyo."""
        given = self.cleaned_data
        start = dt.datetime.combine(given["day"], given["begin"], tzinfo=clock.TOKYO)
        return Span(start, start + dt.timedelta(minutes=given["minutes"]))


class BookForm(WhenForm):
    """予約: when, with what else, what for, how often."""

    others = forms.TypedMultipleChoiceField(
        label=gettext_lazy("一緒に使う設備・付属品"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("選んだ設備がすべて空いているときだけ予約します。"),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("目的"), choices=Purpose, widget=forms.RadioSelect
    )
    note = TextField(
        label=gettext_lazy("試したいこと"),
        required=False,
        multiline=True,
        rows=3,
        max_length=1000,
        help_text=gettext_lazy("職員が準備に使います。"),
    )
    weeks = forms.TypedChoiceField(
        label=gettext_lazy("くり返し"),
        coerce=int,
        required=False,
        empty_value=1,
        help_text=gettext_lazy("毎週同じ時間に予約します。できない日は飛ばしてお知らせします。"),
    )

    def __init__(self, *args: Any, others: Iterable[Machine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["others"].choices = [(str(item.pk), item.name) for item in others]
        if not self.fields["others"].choices:
            del self.fields["others"]
        once = [("1", gettext_lazy("1回だけ"))]
        self.fields["weeks"].choices = once + [
            (str(n), ngettext("毎週 %(n)d回", "毎週 %(n)d回", n) % {"n": n})
            for n in range(2, MOST_WEEKS + 1)
        ]


class FreeForm(UiForm):
    """この時間に空いている設備を探す."""

    day = DateField(label=gettext_lazy("日"))
    begin = TimeField(label=gettext_lazy("開始"))
    end = TimeField(label=gettext_lazy("終了"))
    category = forms.ChoiceField(
        label=gettext_lazy("種類"),
        required=False,
        choices=[("", gettext_lazy("すべて")), *Category.choices],
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("begin") and given.get("end") and given["end"] <= given["begin"]:
            self.add_error("end", gettext_lazy("終了は、開始より後の時刻にしてください。"))
        return given

    @property
    def span(self) -> Span:
        given = self.cleaned_data
        return Span(
            dt.datetime.combine(given["day"], given["begin"], tzinfo=clock.TOKYO),
            dt.datetime.combine(given["day"], given["end"], tzinfo=clock.TOKYO),
        )


class TrialForm(UiForm):
    """試用の結果: two choices, three short texts, and whether they may be used again."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("やりたいことはできましたか"),
        choices=TrialReport.Outcome,
        widget=forms.RadioSelect,
    )
    wish = forms.ChoiceField(
        label=gettext_lazy("導入したいですか"), choices=TrialReport.Wish, widget=forms.RadioSelect
    )
    problem = TextField(
        label=gettext_lazy("解決したい課題"),
        multiline=True,
        rows=3,
        max_length=1000,
        help_text=gettext_lazy("例：検査の記録が手書きで、集計に月3日かかる。"),
    )
    tried = TextField(
        label=gettext_lazy("試したことと分かったこと"), multiline=True, rows=3, max_length=1000
    )
    effect = TextField(
        label=gettext_lazy("導入したときの効果の見込み"),
        required=False,
        multiline=True,
        rows=2,
        max_length=1000,
        help_text=gettext_lazy("例：集計が月3日から半日になる。"),
    )
    may_prefill = forms.BooleanField(
        label=gettext_lazy("この内容を、当社の補助金の申請の下書きに使ってよい"),
        required=False,
        help_text=gettext_lazy("申請を始めるときに選べるようになります。あとから取り消せます。"),
    )
