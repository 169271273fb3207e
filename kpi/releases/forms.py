"""Forms of the room. What they take goes to services, which decide."""

import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kpi.releases.models import Baseline, Release
from kpi.releases.rules import WARDS
from kpi.releases.subjects import subjects
from portal.kernel import clock
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField
from programs.selectors import ward_names

_HOUR = re.compile(r"([01]?\d|2[0-3])[:時]([0-5]\d)?分?", re.ASCII)


class MakeForm(UiForm):
    """Which release to make. A choice stands for kind and day, or for the release to revise."""

    what = forms.ChoiceField(label=_("作る公表"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("改訂の理由"),
        required=False,
        choices=[("", _("改訂ではない")), *Release.Reason.choices],
        help_text=_("改訂のときだけ選びます。公表のページに出ます。"),
    )
    note = TextField(
        label=_("読む人への説明"),
        required=False,
        multiline=True,
        rows=4,
        help_text=_("公表のページに出ます。定義の変更や、値が変わった理由を書きます。"),
    )


class ApproveForm(UiForm):
    """When it becomes public; both empty: at once."""

    day = DateField(
        label=_("公表日"),
        required=False,
        help_text=_("空欄のままなら、承認するとすぐに公表されます。"),
    )
    hour = TextField(
        label=_("公表時刻"),
        required=False,
        help_text=_("例：14:00（日本時間）。空欄なら0:00です。"),
    )

    def clean_hour(self) -> dt.time | None:
        """14:00, １４時, 14時30分."""
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", self.cleaned_data["hour"]))
        if not plain:
            return None
        found = _HOUR.fullmatch(plain)
        if found is None:
            raise ValidationError(_("公表時刻は 14:00 のように入力してください。"))
        return dt.time(int(found[1]), int(found[2] or 0))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("hour") is not None and not data.get("day") and "day" not in self.errors:
            self.add_error("day", _("公表日も入力してください。"))
        return data

    def moment(self) -> dt.datetime | None:
        """In Tokyo; None: at once."""
        day = self.cleaned_data.get("day")
        if day is None:
            return None
        hour = self.cleaned_data.get("hour") or dt.time()
        return dt.datetime.combine(day, hour, tzinfo=clock.TOKYO)


class EndForm(UiForm):
    """Why a release is given up."""

    reason = TextField(label=_("取りやめる理由"), multiline=True, rows=2, max_length=400)


class TargetForm(UiForm):
    """An indicator's targets of a year: a number for each ward that may be set, path, basis, reason."""

    june = WholeNumberField(label=_("6月末までの割合"), required=False, suffix="%", max_value=100)
    september = WholeNumberField(
        label=_("9月末までの割合"), required=False, suffix="%", max_value=100
    )
    december = WholeNumberField(
        label=_("12月末までの割合"), required=False, suffix="%", max_value=100
    )
    basis = TextField(
        label=_("根拠"),
        max_length=200,
        help_text=_("例：支援策②の目標を区内の工場数で按分"),
    )
    reason = TextField(
        label=_("変える理由"),
        max_length=400,
        help_text=_("だれが、なぜ、どの年度から変えたかは、履歴に残ります。"),
    )
    STEPS = ("june", "september", "december")

    def __init__(self, *args: Any, wards: tuple[int, ...] = WARDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wards = wards
        for ward in wards:
            field = WholeNumberField(label=ward_names()[ward], max_value=1_000_000, required=False)
            field.widget.attrs["class"] = "ui-input"
            self.fields[f"ward_{ward}"] = field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        given = [data[step] for step in self.STEPS if data.get(step) is not None]
        if given and len(given) < len(self.STEPS):
            self.add_error(
                "june", _("途中の割合は、3つとも入力するか、3つとも空欄にしてください。")
            )
        elif given != sorted(given):
            self.add_error("june", _("途中の割合は、だんだん大きくなるように入力してください。"))
        return data

    def path_of(self, value: int, begun: int) -> tuple[int, ...]:
        """The ward's totals due at the ends of the first three quarters; `begun`: as the year begins."""
        shares = [self.cleaned_data.get(step) for step in self.STEPS]
        return tuple(
            begun + (value - begun) * share // 100 for share in shares if share is not None
        )

    @property
    def ward_fields(self) -> list[Any]:
        return [self[f"ward_{ward}"] for ward in self.wards]

    @property
    def other_fields(self) -> list[Any]:
        return [self[name] for name in (*self.STEPS, "basis", "reason")]


class BaselineForm(UiForm):
    """A baseline or a benchmark with its source."""

    indicator = forms.ChoiceField(label=_("指標"))
    kind = forms.ChoiceField(
        label=_("種類"), choices=Baseline.Kind.choices, widget=forms.RadioSelect
    )
    value = forms.DecimalField(
        label=_("値"), max_digits=12, decimal_places=2, widget=forms.TextInput
    )
    period = TextField(label=_("時点"), max_length=60, help_text=_("例：2024年、令和6年度"))
    source = TextField(label=_("出典"), max_length=300)
    reason = TextField(label=_("変える理由"), max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(item.code, f"{item.code} {item.name}") for item in subjects()]
        self.offer("indicator", choices)
