"""Forms of the office that plans a cohort."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dojo.models import Cohort, Course, CurriculumUnit
from dojo.services import Fields
from portal.kernel import clock
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField
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
        self.fields["course"].label_from_instance = lambda course: course.display_name
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
            _("第%(number)d回 %(title)s") % {"number": unit.number, "title": unit.display_title}
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
