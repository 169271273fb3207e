"""Forms of the advisor: a plan, a record with its promises and photos, goals, report."""

import datetime as dt
import unicodedata
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisors import codes
from advisors.models import NextAction, Visit
from advisors.services import Action, Record
from advisors.services.visits import MOST_NOTE, MOST_PHOTOS
from portal.kernel import clock
from portal.kernel.files.rules import PHOTOS
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField

PROMISES = 3


class TimeField(forms.TimeField):
    """A time of day, as a telephone asks for it; 「９：３０」 is understood too."""

    default_error_messages = {"invalid": gettext_lazy("時刻は「13:30」のように入力してください。")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip()
        return super().to_python(value)


class PhotosInput(forms.FileInput):
    """Several pictures, from the camera too."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """A list of uploaded files; what each may be is the storage's rule."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        single = super().clean
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_PHOTOS:
            raise forms.ValidationError(_("写真は1回の訪問に12枚までです。"))
        return [single(item, initial) for item in given]


class WhenForm(UiForm):
    """Day and times of a visit."""

    day = DateField(label=gettext_lazy("訪問の日"))
    starts = TimeField(label=gettext_lazy("開始の時刻"))
    ends = TimeField(label=gettext_lazy("終了の時刻"))
    way = forms.ChoiceField(
        label=gettext_lazy("方法"),
        choices=Visit.Way.choices,
        widget=forms.RadioSelect,
        initial=Visit.Way.ONSITE,
    )

    @property
    def times(self) -> tuple[dt.datetime, dt.datetime]:
        """Both moments, in Tokyo."""
        data = self.cleaned_data
        return (
            dt.datetime.combine(data["day"], data["starts"], clock.TOKYO),
            dt.datetime.combine(data["day"], data["ends"], clock.TOKYO),
        )


class RecordForm(WhenForm):
    """訪問の記録. `key` is the page's UUID, by which a record sent twice is one."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    planned = forms.UUIDField(widget=forms.HiddenInput, required=False)
    note = TextField(
        label=gettext_lazy("見たこと・話したこと"),
        multiline=True,
        rows=6,
        max_length=MOST_NOTE,
    )
    decisions = TextField(
        label=gettext_lazy("決めたこと"), multiline=True, rows=3, max_length=2000, required=False
    )
    barriers = forms.MultipleChoiceField(
        label=gettext_lazy("進めにくい理由（当てはまるもの）"),
        choices=codes.choices(codes.BARRIERS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    travel_minutes = WholeNumberField(
        label=gettext_lazy("移動時間（往復）"), suffix=gettext_lazy("分"), required=False
    )
    travel_yen = WholeNumberField(
        label=gettext_lazy("交通費（往復）"), suffix=gettext_lazy("円"), required=False
    )
    photos = PhotosField(
        label=gettext_lazy("写真"),
        help_text=gettext_lazy(
            "JPEG・PNG、1枚20MBまで、12枚まで。人の顔や図面が写らないようにしてください。"
        ),
        widget=PhotosInput(attrs={"accept": PHOTOS.accept}),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, PROMISES + 1):
            for name, made in _promise(number):
                self.fields[name] = made
        self.order_fields(_ORDER)
        for name in (f"{part}{n}" for n in range(1, PROMISES + 1) for part in _PARTS):
            self.fields[name].widget.attrs.setdefault("class", "ui-input")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, PROMISES + 1):
            data[f"side{number}"] = data.get(f"side{number}") or NextAction.Side.FIRM
            if data.get(f"what{number}") and not data.get(f"due{number}"):
                self.add_error(
                    f"due{number}",
                    _("次の約束%(number)dの期日を入力してください。") % {"number": number},
                )
        return data

    @property
    def client_key(self) -> uuid.UUID:
        """The page's key. A page without one (an old bookmark) is a record of its own."""
        return self.cleaned_data.get("key") or uuid.uuid4()

    def record(self) -> Record:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        starts_at, ends_at = self.times
        return Record(
            starts_at=starts_at,
            ends_at=ends_at,
            way=data["way"],
            note=data["note"],
            decisions=data["decisions"],
            barriers=data["barriers"],
            travel_minutes=data["travel_minutes"] or 0,
            travel_yen=data["travel_yen"] or 0,
            actions=[
                Action(
                    side=data[f"side{number}"],
                    what=data[f"what{number}"],
                    owner=data[f"owner{number}"]
                    or str(NextAction.Side(data[f"side{number}"]).label),
                    due_on=data[f"due{number}"],
                )
                for number in range(1, PROMISES + 1)
                if data[f"what{number}"]
            ],
        )

    def promises(self) -> list[dict[str, Any]]:
        """What the page draws: each promise with its four fields."""
        return [
            {
                "number": number,
                "fields": [self[f"{part}{number}"] for part in _PARTS],
                "is_used": any(self[f"what{later}"].value() for later in range(2, PROMISES + 1)),
            }
            for number in range(1, PROMISES + 1)
        ]

    @staticmethod
    def initial_of(visit: Visit | None, today: dt.date) -> dict[str, Any]:
        """A planned or returned visit as the form shows it."""
        if visit is None:
            return {"day": today, "key": uuid.uuid4()}
        first, last = (at.astimezone(clock.TOKYO) for at in (visit.starts_at, visit.ends_at))
        values: dict[str, Any] = {
            "key": uuid.uuid4(),
            "planned": visit.public_id,
            "day": first.date(),
            "starts": first.time(),
            "ends": last.time(),
            "way": visit.way,
            "note": visit.note,
            "decisions": visit.decisions,
            "barriers": visit.barriers,
            "travel_minutes": visit.travel_minutes or None,
            "travel_yen": visit.travel_yen or None,
        }
        for number, action in enumerate(visit.actions.all()[:PROMISES], start=1):
            values[f"side{number}"], values[f"what{number}"] = action.side, action.what
            values[f"owner{number}"], values[f"due{number}"] = action.owner, action.due_on
        return values


_PARTS = ("side", "what", "owner", "due")
_ORDER = (
    "key",
    "planned",
    "day",
    "starts",
    "ends",
    "way",
    "note",
    "decisions",
    *(f"{part}{number}" for number in range(1, PROMISES + 1) for part in _PARTS),
    "barriers",
    "travel_minutes",
    "travel_yen",
    "photos",
)


def _promise(number: int) -> list[tuple[str, forms.Field]]:
    return [
        (
            f"side{number}",
            forms.ChoiceField(
                label=_("どちらがするか"),
                choices=NextAction.Side.choices,
                initial=NextAction.Side.FIRM,
                required=False,
            ),
        ),
        (f"what{number}", TextField(label=_("すること"), max_length=200, required=False)),
        (f"owner{number}", TextField(label=_("する人"), max_length=60, required=False)),
        (f"due{number}", DateField(label=_("期日"), required=False, help_text="")),
    ]


class GoalsForm(UiForm):
    """目標."""

    goals = TextField(
        label=gettext_lazy("支援の目標"),
        help_text=gettext_lazy("何を、いつまでに、どの数字で確かめるか。企業と一緒に決めます。"),
        multiline=True,
        max_length=2000,
    )


class ReportForm(UiForm):
    """終了報告."""

    result = TextField(label=gettext_lazy("できたこと"), multiline=True, max_length=2000)
    figures = TextField(
        label=gettext_lazy("数字で見た効果"),
        help_text=gettext_lazy("例：月末の集計 24時間→3時間、利用率 82%"),
        multiline=True,
        rows=3,
        max_length=2000,
    )
    left_over = TextField(
        label=gettext_lazy("残った課題と次の一歩"), multiline=True, rows=3, max_length=2000
    )
