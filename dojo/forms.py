"""Forms of the courses."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dojo.models import Attendance, Cohort, Course, CurriculumUnit
from dojo.services import Fields
from portal.kernel import clock
from portal.ui.forms import DateField, ScaleSelect, TextField, UiForm, WholeNumberField
from programs.selectors import ward_names

CHOOSE = [("", gettext_lazy("選んでください"))]
RHYTHMS = ((7, gettext_lazy("毎週")), (14, gettext_lazy("隔週")), (1, gettext_lazy("毎日")))


class ClockField(forms.TimeField):
    """An hour as people type it: 18:00, １８：００, 18時30分."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": gettext_lazy("「%(label)s」は、18:00のように入力してください。")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("data-width", "small")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> dt.time | None:
        if isinstance(value, str):
            plain = unicodedata.normalize("NFKC", value).strip()
            value = re.sub(r"分$", "", re.sub(r"時", ":", plain)).rstrip(":")
            if value and ":" not in value:
                value = f"{value}:00"
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(
                self.error_messages["invalid"], code="invalid", params={"label": self.label}
            ) from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value


class CohortForm(UiForm):
    """What may be changed as long as a cohort lives."""

    capacity = WholeNumberField(
        label=gettext_lazy("定員"), suffix=gettext_lazy("人"), min_value=1, max_value=500
    )
    selection = forms.ChoiceField(
        label=gettext_lazy("受講者の決め方"),
        choices=Cohort.Selection.choices,
        widget=forms.RadioSelect,
        initial=Cohort.Selection.FIRST_COME,
    )
    criteria = TextField(
        label=gettext_lazy("選考の基準"),
        required=False,
        multiline=True,
        rows=3,
        max_length=1000,
        help_text=gettext_lazy(
            "選考のときだけ。募集のページで公表し、公開した後は変えられません。"
        ),
    )
    opens_on = DateField(label=gettext_lazy("募集の開始"))
    closes_on = DateField(label=gettext_lazy("募集の終わり"))
    accept_days = WholeNumberField(
        label=gettext_lazy("繰上げの返事を待つ日数"),
        suffix=gettext_lazy("日"),
        initial=3,
        max_value=14,
    )
    place = TextField(label=gettext_lazy("会場"), max_length=200)
    online_url = forms.URLField(
        label=gettext_lazy("オンラインの入口"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("受講者だけに見せます。"),
    )
    message = TextField(
        label=gettext_lazy("この期について"),
        required=False,
        multiline=True,
        rows=4,
        max_length=2000,
        help_text=gettext_lazy("募集のページに載せます。持ち物、会場への行き方など。"),
    )
    contact = TextField(label=gettext_lazy("問合せ先"), max_length=200)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        opens, closes = given.get("opens_on"), given.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("募集の終わりは、開始以降の日にしてください。"))
        if given.get("selection") == Cohort.Selection.CHOSEN and not given.get("criteria"):
            self.add_error(
                "criteria", _("選考で決める期には、公表する選考の基準を書いてください。")
            )
        return given

    @property
    def fields_given(self) -> Fields:
        """For the services."""
        return Fields(**{name: self.cleaned_data[name] for name in Fields.__slots__})

    @staticmethod
    def initial_of(cohort: Cohort) -> dict[str, Any]:
        """A cohort's values."""
        return {name: getattr(cohort, name) for name in Fields.__slots__}


class NewCohortForm(CohortForm):
    """With the course, the wards and the wished days."""

    course = forms.ModelChoiceField(
        label=gettext_lazy("講座"), queryset=Course.objects.none(), empty_label=CHOOSE[0][1]
    )
    wards = forms.MultipleChoiceField(
        label=gettext_lazy("一緒に開く区"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("この区の企業も申し込めるようになります。"),
    )
    first_on = DateField(label=gettext_lazy("最初の回を開きたい日"))
    starts = ClockField(
        label=gettext_lazy("始まる時刻"),
        initial=dt.time(18, 0),
        help_text=gettext_lazy("例：18:00"),
    )
    every_days = forms.TypedChoiceField(
        label=gettext_lazy("間隔"), choices=RHYTHMS, coerce=int, initial=7
    )
    weekends = forms.BooleanField(
        label=gettext_lazy("土曜・日曜も使う"),
        required=False,
        help_text=gettext_lazy("祝日と年末年始は、いつも避けて提案します。"),
    )
    field_order = ["course", "first_on", "starts", "every_days", "weekends", *Fields.__slots__]

    def __init__(self, *args: Any, ward_id: int, courses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses
        self.fields["course"].label_from_instance = lambda course: course.name
        self.fields["wards"].choices = [
            (str(code), name) for code, name in ward_names().items() if code != ward_id
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        first, closes = given.get("first_on"), given.get("closes_on")
        if first and closes and first <= closes:
            self.add_error("first_on", _("最初の回は、募集の終わりより後の日にしてください。"))
        return given


class SessionForm(UiForm):
    """Day, hours and place of one session."""

    day = DateField(label=gettext_lazy("開催日"))
    starts = ClockField(label=gettext_lazy("始まる時刻"))
    ends = ClockField(label=gettext_lazy("終わる時刻"))
    place = TextField(
        label=gettext_lazy("会場"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("空欄なら、この期の会場です。"),
    )
    online_url = forms.URLField(
        label=gettext_lazy("オンラインの入口"),
        required=False,
        max_length=300,
        assume_scheme="https",
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", _("終了の時刻は、開始より後にしてください。"))
        return given

    @property
    def times(self) -> dict[str, Any]:
        """For the services."""
        given = self.cleaned_data

        def at(hour: dt.time) -> dt.datetime:
            return dt.datetime.combine(given["day"], hour, tzinfo=clock.TOKYO)

        return {
            "starts_at": at(given["starts"]),
            "ends_at": at(given["ends"]),
            "place": given["place"],
            "online_url": given["online_url"],
        }


class MakeUpForm(SessionForm):
    """補講 of a unit."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("どの回の補講か"),
        queryset=CurriculumUnit.objects.none(),
        empty_label=CHOOSE[0][1],
    )
    field_order = ["unit"]

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["unit"].label_from_instance = lambda unit: (
            _("第%(number)d回 %(title)s") % {"number": unit.number, "title": unit.title}
        )


class LecturerForm(UiForm):
    """講師; with an account, or only by name."""

    user = forms.ChoiceField(
        label=gettext_lazy("道場講師の役割を持つ方"),
        required=False,
        help_text=gettext_lazy(
            "選ぶと、名簿と出席を扱えます。いなければ、氏名だけを書いてください。"
        ),
    )
    name = TextField(label=gettext_lazy("氏名"), required=False, max_length=100)
    profile = TextField(label=gettext_lazy("肩書・所属"), max_length=200)
    is_peer = forms.BooleanField(
        label=gettext_lazy("町工場の経営者として体験を話す"), required=False
    )
    story = TextField(
        label=gettext_lazy("体験談"),
        required=False,
        multiline=True,
        rows=4,
        max_length=1000,
        help_text=gettext_lazy("募集のページに載せます。うまくいったことと、失敗したこと。"),
    )

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(pk): name for pk, name in people}
        self.fields["user"].choices = [
            ("", gettext_lazy("（役割を持たない方）")),
            *self.people.items(),
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("name"):
            given["name"] = self.people.get(given.get("user", ""), "")
        if not given["name"]:
            self.add_error("name", _("「氏名」を入力してください。"))
        if given.get("is_peer") and not given.get("story"):
            self.add_error("story", _("経営者の講師には、体験談を書いてください。"))
        return given


class ApplyForm(UiForm):
    """申込み: who takes part, for which ward, with what in mind."""

    person = forms.ChoiceField(label=gettext_lazy("受講する方"))
    ward = forms.ChoiceField(label=gettext_lazy("申し込む区"), required=False)
    motive = TextField(
        label=gettext_lazy("取り組みたい課題"),
        multiline=True,
        rows=4,
        max_length=1000,
        help_text=gettext_lazy(
            "いま困っていることを、そのまま書いてください。講師と区の担当者が読みます。"
        ),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("受講の要件を読み、当てはまることを確かめました"),
    )

    def __init__(
        self,
        *args: Any,
        people: Iterable[tuple[int, str]],
        wards: Iterable[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(str(pk), name) for pk, name in people]
        choices = [(str(code), name) for code, name in wards]
        if len(choices) < 2:
            del self.fields["ward"]
        else:
            self.fields["ward"].choices = choices


class ReasonForm(UiForm):
    """A reason that the person concerned reads."""

    reason = TextField(
        label=gettext_lazy("理由"),
        multiline=True,
        rows=3,
        max_length=300,
        help_text=gettext_lazy("受講者も読みます。"),
    )


class CodeForm(UiForm):
    """The digits shown in the room."""

    session = forms.ChoiceField(label=gettext_lazy("回"))
    digits = forms.CharField(
        label=gettext_lazy("会場に表示されている6けたの数字"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "data-width": "small"}
        ),
    )

    def __init__(self, *args: Any, sessions: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].choices = [(str(pk), label) for pk, label in sessions]

    def clean_digits(self) -> str:
        plain = unicodedata.normalize("NFKC", self.cleaned_data["digits"])
        return "".join(sign for sign in plain if sign.isdecimal())


class AnswerForm(UiForm):
    """アンケート: three rows of buttons and a word."""

    clear = forms.TypedChoiceField(
        label=gettext_lazy("内容は分かりやすかったですか"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 6)],
        widget=ScaleSelect,
        help_text=gettext_lazy("1：分かりにくい　5：分かりやすい"),
    )
    useful = forms.TypedChoiceField(
        label=gettext_lazy("自社で役に立ちそうですか"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 6)],
        widget=ScaleSelect,
        help_text=gettext_lazy("1：立たない　5：すぐ使う"),
    )
    pace = forms.TypedChoiceField(
        label=gettext_lazy("進め方はいかがでしたか"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 6)],
        widget=ScaleSelect,
        help_text=gettext_lazy("1：ついていけない　5：ちょうどよい"),
    )
    comment = TextField(
        label=gettext_lazy("ひとこと"),
        required=False,
        multiline=True,
        rows=3,
        max_length=1000,
        help_text=gettext_lazy("名前は講師にも区にも伝わりません。"),
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


class VerifyForm(UiForm):
    """修了証の番号と確認コード."""

    number = TextField(
        label=gettext_lazy("修了証の番号"),
        max_length=40,
        help_text=gettext_lazy("例：R8-13107-DOJO-0012"),
    )
    check = TextField(
        label=gettext_lazy("確認コード"),
        max_length=20,
        help_text=gettext_lazy("修了証の下の表にある8文字"),
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
