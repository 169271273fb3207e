"""Forms of the lab's staff."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from lab.booking.codes import Category, Purpose
from lab.booking.forms.fields import TimeField
from lab.booking.models import Consumable, Incident, Machine
from lab.booking.rules.hours import Span
from portal.kernel import clock
from portal.kernel.files.rules import PHOTOS
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField
from portal.ui.markup import yen_text

WEEKDAYS = (
    gettext_lazy("月曜"), gettext_lazy("火曜"), gettext_lazy("水曜"), gettext_lazy("木曜"),
    gettext_lazy("金曜"), gettext_lazy("土曜"), gettext_lazy("日曜"),
)  # fmt: skip

MOST_YEN = 1_000_000


class ReasonForm(UiForm):
    """A reason that the firm reads."""

    reason = TextField(
        label=gettext_lazy("理由"),
        multiline=True,
        rows=3,
        max_length=300,
        help_text=gettext_lazy("予約していた企業も読みます。"),
    )


class WhyForm(UiForm):
    """A reason that stays with the staff."""

    reason = TextField(
        label=gettext_lazy("理由"),
        max_length=200,
        help_text=gettext_lazy("操作の記録に残ります。企業には伝わりません。"),
    )


class MachineForm(UiForm):
    """設備 with what it asks for."""

    name = TextField(label=gettext_lazy("名前"), max_length=100)
    category = forms.ChoiceField(label=gettext_lazy("種類"), choices=Category)
    maker = TextField(label=gettext_lazy("メーカー・型番"), required=False, max_length=100)
    summary = TextField(label=gettext_lazy("できること"), max_length=300, multiline=True, rows=2)
    place = TextField(label=gettext_lazy("置き場所"), max_length=100)
    manual_url = forms.URLField(
        label=gettext_lazy("使い方の資料（リンク）"), required=False, max_length=300
    )
    hazards = TextField(
        label=gettext_lazy("危険と注意"), required=False, max_length=300, multiline=True, rows=2
    )
    slot_minutes = WholeNumberField(
        label=gettext_lazy("予約の単位"), min_value=10, max_value=1440, suffix=gettext_lazy("分")
    )
    most_minutes = WholeNumberField(
        label=gettext_lazy("1回の上限"), min_value=10, max_value=1440, suffix=gettext_lazy("分")
    )
    lead_hours = WholeNumberField(
        label=gettext_lazy("予約の締切"), max_value=720, suffix=gettext_lazy("時間前")
    )
    ahead_days = WholeNumberField(
        label=gettext_lazy("予約できる日数"), min_value=1, max_value=365, suffix=gettext_lazy("日")
    )
    before_minutes = WholeNumberField(
        label=gettext_lazy("前の準備"), max_value=240, suffix=gettext_lazy("分")
    )
    after_minutes = WholeNumberField(
        label=gettext_lazy("後の片付け"), max_value=240, suffix=gettext_lazy("分")
    )
    needs_approval = forms.BooleanField(label=gettext_lazy("予約に承認が必要"), required=False)
    needs_training = forms.BooleanField(
        label=gettext_lazy("操作の講習の修了が必要"), required=False
    )
    needs_supervisor = forms.BooleanField(label=gettext_lazy("職員の立会いが必要"), required=False)
    is_accessory = forms.BooleanField(
        label=gettext_lazy("付属品（ほかの設備と一緒に予約する）"), required=False
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("目的"),
        required=False,
        choices=Purpose,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("選ばないと、どの目的でも使えます。"),
    )
    accessories = forms.TypedMultipleChoiceField(
        label=gettext_lazy("一緒に使える付属品"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, accessories: Iterable[Machine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accessories"].choices = [(str(item.pk), item.name) for item in accessories]
        if not self.fields["accessories"].choices:
            del self.fields["accessories"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        slot, most = given.get("slot_minutes"), given.get("most_minutes")
        if slot and most and most < slot:
            self.add_error(
                "most_minutes", gettext_lazy("1回の上限は、予約の単位以上にしてください。")
            )
        return given


class PhotoForm(UiForm):
    """設備の写真 and what it shows in words."""

    picture = forms.FileField(
        label=gettext_lazy("写真のファイル"),
        help_text=gettext_lazy(
            "JPEGかPNG、20MBまで。撮影した場所などの情報は消します。"
            "いまの写真の説明だけを直すときは、空のままにします。"
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": PHOTOS.accept, "data-max-bytes": PHOTOS.max_bytes}),
    )
    alt = TextField(
        label=gettext_lazy("写真の説明"),
        help_text=gettext_lazy(
            "何が写っているかを1文で。例：白い箱形の3Dプリンター。扉が開いている。"
        ),
        max_length=120,
    )


class SpanForm(UiForm):
    """From a day and hour to another, and why."""

    first_day = DateField(label=gettext_lazy("始まりの日"))
    first_time = TimeField(label=gettext_lazy("始まりの時刻"), required=False)
    last_day = DateField(label=gettext_lazy("終わりの日"))
    last_time = TimeField(
        label=gettext_lazy("終わりの時刻"),
        required=False,
        help_text=gettext_lazy("時刻を空欄にすると、その日の終わりまでです。"),
    )
    reason = TextField(
        label=gettext_lazy("理由"),
        max_length=200,
        help_text=gettext_lazy("予約していた企業も読みます。"),
    )

    @property
    def span(self) -> Span:
        given = self.cleaned_data
        start = dt.datetime.combine(
            given["first_day"], given["first_time"] or dt.time(), tzinfo=clock.TOKYO
        )
        if given["last_time"]:
            end = dt.datetime.combine(given["last_day"], given["last_time"], tzinfo=clock.TOKYO)
        else:
            end = clock.midnight(given["last_day"] + dt.timedelta(days=1))
        return Span(start, end)


class ImportForm(UiForm):
    """外部のカレンダー: for the whole lab, or one machine."""

    target = forms.TypedChoiceField(
        label=gettext_lazy("予定の間、使えなくするもの"),
        coerce=int,
        required=False,
        empty_value=None,
    )
    file = forms.FileField(
        label=gettext_lazy("カレンダーのファイル（.ics）"),
        help_text=gettext_lazy(
            "10,000件、8MBまで。くり返しの予定は2年先まで読みます。"
            "同じ予定をもう一度取り込むと、新しい日時に直します。"
        ),
    )

    def __init__(self, *args: Any, machines: Iterable[Machine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(
            "target",
            [
                ("", gettext_lazy("ラボ全体（休館）")),
                *((str(item.pk), item.name) for item in machines),
            ],
        )


class HoursForm(UiForm):
    """開館時間 by weekday: both empty is closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in enumerate(WEEKDAYS):
            for part, label in (("opens", gettext_lazy("開館")), ("closes", gettext_lazy("閉館"))):
                field = TimeField(label=f"{name} {label}", required=False)
                field.widget.attrs["class"] = "ui-input"
                self.fields[f"{part}_{day}"] = field

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for day in range(7):
            opens, closes = given.get(f"opens_{day}"), given.get(f"closes_{day}")
            if bool(opens) != bool(closes) or (opens and closes and closes <= opens):
                self.add_error(
                    f"closes_{day}",
                    gettext_lazy(
                        "開館と、それより後の閉館を入力してください。休みの日は両方を空欄にします。"
                    ),
                )
        return given

    @property
    def week(self) -> dict[int, tuple[dt.time, dt.time]]:
        given = self.cleaned_data
        return {
            day: (given[f"opens_{day}"], given[f"closes_{day}"])
            for day in range(7)
            if given[f"opens_{day}"]
        }


class IncidentForm(UiForm):
    """事故・不具合."""

    booking = forms.TypedChoiceField(
        label=gettext_lazy("起きたときの予約"), coerce=int, required=False, empty_value=None
    )
    machine = forms.TypedChoiceField(label=gettext_lazy("設備"), coerce=int)
    weight = forms.ChoiceField(label=gettext_lazy("重さ"), choices=Incident.Weight)
    day = DateField(label=gettext_lazy("起きた日"))
    at = TimeField(label=gettext_lazy("起きた時刻"))
    what = TextField(label=gettext_lazy("起きたこと"), multiline=True, rows=4, max_length=2000)

    def __init__(
        self,
        *args: Any,
        machines: Iterable[Machine],
        bookings: Iterable[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["machine"].choices = [(str(item.pk), item.name) for item in machines]
        self.fields["booking"].choices = [
            ("", gettext_lazy("予約に関係しない")),
            *((str(key), name) for key, name in bookings),
        ]

    @property
    def happened_at(self) -> dt.datetime:
        given = self.cleaned_data
        return dt.datetime.combine(given["day"], given["at"], tzinfo=clock.TOKYO)


class ConsumableForm(UiForm):
    """消耗品."""

    name = TextField(label=gettext_lazy("品名"), max_length=100)
    unit = TextField(label=gettext_lazy("単位"), max_length=10, initial=gettext_lazy("個"))
    price_yen = YenField(label=gettext_lazy("単価（税込）"), max_value=MOST_YEN)
    low_at = WholeNumberField(label=gettext_lazy("補充の目安"), max_value=100_000)


class UsedForm(UiForm):
    """使った消耗品 of one booking."""

    consumable = forms.TypedChoiceField(label=gettext_lazy("使った消耗品"), coerce=int)
    count = WholeNumberField(label=gettext_lazy("数"), min_value=1, max_value=1_000, initial=1)

    def __init__(self, *args: Any, items: Iterable[Consumable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consumable"].choices = [
            (
                str(item.pk),
                gettext("%(name)s（在庫%(stock)d%(unit)s、1%(unit)s %(yen)s）")
                % {
                    "name": item.name,
                    "stock": item.stock,
                    "unit": item.unit,
                    "yen": yen_text(item.price_yen),
                },
            )
            for item in items
        ]


class StockForm(UiForm):
    """入庫・出庫."""

    consumable = forms.TypedChoiceField(label=gettext_lazy("品名"), coerce=int)
    way = forms.ChoiceField(
        label=gettext_lazy("入出庫"),
        choices=[("out", gettext_lazy("出庫（使った）")), ("in", gettext_lazy("入庫（補充した）"))],
    )
    count = WholeNumberField(label=gettext_lazy("数"), min_value=1, max_value=100_000)
    note = TextField(label=gettext_lazy("メモ"), required=False, max_length=100)

    def __init__(self, *args: Any, items: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consumable"].choices = [(str(pk), name) for pk, name in items]

    @property
    def change(self) -> int:
        count = int(self.cleaned_data["count"])
        return count if self.cleaned_data["way"] == "in" else -count


class FeesForm(UiForm):
    """料金表の新しい版: one price an hour for each machine (税込), empty is free."""

    valid_from = DateField(label=gettext_lazy("適用の開始"))
    discount_percent = WholeNumberField(
        label=gettext_lazy("区内の企業の割引"), max_value=100, suffix="%"
    )
    waives_first = forms.BooleanField(label=gettext_lazy("はじめての試用は無料"), required=False)

    def __init__(self, *args: Any, machines: Iterable[Machine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for machine in machines:
            field = YenField(label=machine.name, required=False, max_value=MOST_YEN)
            field.help_text = gettext_lazy("1時間の金額（税込）。空欄は無料です。")
            field.widget.attrs["class"] = "ui-input"
            self.fields[f"fee_{machine.pk}"] = field

    @property
    def lines(self) -> dict[int, tuple[str, int]]:
        return {
            int(name.removeprefix("fee_")): ("hour", value)
            for name, value in self.cleaned_data.items()
            if name.startswith("fee_") and value
        }


class TextForm(UiForm):
    """利用規約の本文."""

    text = TextField(label=gettext_lazy("規約の本文"), multiline=True, rows=12, max_length=20_000)


class QuotaForm(UiForm):
    """利用の上限 in hours a month; empty is none."""

    firm = WholeNumberField(
        label=gettext_lazy("1社の1か月の上限"),
        required=False,
        max_value=700,
        suffix=pgettext_lazy("hours", "時間"),
    )
    ward = WholeNumberField(
        label=gettext_lazy("他の区の1区あたりの1か月の上限"),
        required=False,
        max_value=700,
        suffix=pgettext_lazy("hours", "時間"),
    )
