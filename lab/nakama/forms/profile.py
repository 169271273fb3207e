"""What a firm tells of itself: words, a process's limits, machines, certificates, weeks, the hourly band."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.nakama.forms.fields import (
    OfProcessForm,
    mm,
    number,
    parted,
    pieces,
    process,
    um,
    words,
    working_days,
)
from lab.nakama.models import Capability, CapabilityProfile, WeekCapacity
from lab.nakama.selectors.profiles import Week
from lab.nakama.services import Limits, Words
from portal.kernel.clock import wareki
from portal.ui.forms import DateField, TextField, UiForm, YenField

STEPS = (1, 2, 3)
# What is typed as words between commas, with the longest word.
_LISTS = {"materials": 40, "measuring_tools": 60, "cad_formats": 20, "takes": 20}


class WordsForm(UiForm):
    """得意なこと、設備、材料, in the firm's own words."""

    description = TextField(
        label=gettext_lazy("得意なこと"),
        help_text=gettext_lazy(
            "ふだんの言葉で構いません。加工の種類はここから読み取ります。"
            "例：NC旋盤でシャフトやフランジを1個から。めっきは外注です。"
        ),
        multiline=True,
        rows=5,
        max_length=2000,
    )
    equipment = words(
        gettext_lazy("設備の一覧"),
        2000,
        gettext_lazy("名刺やホームページの写しで構いません。"),
        multiline=True,
        rows=4,
    )
    materials = words(
        gettext_lazy("加工できる材料"),
        400,
        gettext_lazy("読点か改行で区切ります。例：SUS304、A5052、真鍮"),
    )
    measuring_tools = words(gettext_lazy("測定器"), 300, gettext_lazy("例：三次元測定機、投影機"))
    cad_formats = words(
        gettext_lazy("受け取れるCADの形式"), 200, gettext_lazy("例：STEP、DXF、PDF、手書き")
    )
    takes = words(
        gettext_lazy("対応できる仕事"), 200, gettext_lazy("例：試作、小ロット、量産、支給材")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, profile: CapabilityProfile) -> "WordsForm":
        """As it stands."""
        lists = {
            "materials": profile.material_names,
            **{name: getattr(profile, name) for name in _LISTS if name != "materials"},
        }
        return cls(
            initial={
                "description": profile.description,
                "equipment": profile.equipment,
                "revision": profile.revision,
                **{name: _("、").join(found) for name, found in lists.items()},
            }
        )

    def words(self) -> Words:
        """For the service."""
        told = self.cleaned_data
        return Words(
            description=told["description"],
            equipment=told["equipment"],
            **{name: parted(told[name], most) for name, most in _LISTS.items()},
        )


class LimitsForm(OfProcessForm):
    """A process and its limits; up to three steps of tolerance."""

    process = process()
    max_size_mm = mm(
        gettext_lazy("最大の大きさ"),
        help_text=gettext_lazy("空のときは、設備の大きさから決まります。"),
    )
    roughness_ra = forms.DecimalField(
        label=gettext_lazy("面粗さ Ra（µm）"),
        min_value=Decimal("0.01"),
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        required=False,
    )
    lot_min = pieces(gettext_lazy("ロット（最小）"))
    lot_max = pieces(gettext_lazy("ロット（最大）"))
    lead_days = working_days(gettext_lazy("標準の納期"))
    rush_days = working_days(gettext_lazy("最短の納期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        steps = dict(self._step_fields())
        self.base_fields = {**type(self).base_fields, **steps}
        super().__init__(*args, **kwargs)
        self.order_fields(["process", "max_size_mm", *steps])

    @staticmethod
    def _step_fields() -> Iterator[tuple[str, forms.Field]]:
        for n in STEPS:
            hint = "" if n > 1 else _("空のときは、どの大きさでも。")
            yield f"size{n}", mm(_("公差%(n)d：この大きさまで") % {"n": n}, help_text=hint)
            yield f"um{n}", um(_("公差%(n)d：±") % {"n": n})

    @classmethod
    def of(cls, row: Capability) -> "LimitsForm":
        """As it stands."""
        told: dict[str, Any] = {name: getattr(row, name) for name in Limits().columns()} | {
            "process": row.process_id
        }
        for n, step in zip(STEPS, row.steps.all(), strict=False):
            told |= {f"size{n}": step.up_to_mm, f"um{n}": step.tolerance_um}
        return cls(initial=told)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        for n in STEPS:
            if told.get(f"size{n}") and not told.get(f"um{n}"):
                self.add_error(
                    f"um{n}", ValidationError(_("大きさに対する公差を入力してください。"))
                )
        return told

    def limits(self) -> Limits:
        """For the service."""
        told = self.cleaned_data
        steps = [(told[f"size{n}"], told[f"um{n}"]) for n in STEPS]
        return Limits(
            steps=[(size, tolerance) for size, tolerance in steps if tolerance],
            **{name: told[name] for name in Limits().columns()},
        )


class MachineForm(OfProcessForm):
    """設備."""

    process_field = "process_id"
    name = words(
        gettext_lazy("設備の名前・型式"), 80, gettext_lazy("例：NC旋盤 QT-200"), required=True
    )
    process_id = process()
    count = number(gettext_lazy("台数"), gettext_lazy("台"), 1000, required=True, initial=1)
    made_in = number(gettext_lazy("年式"), gettext_lazy("年"), 2100, least=1900)
    length_mm = mm(gettext_lazy("加工できる長さ"), least=0)
    width_mm = mm(gettext_lazy("加工できる幅・径"), least=0)
    height_mm = mm(gettext_lazy("加工できる高さ"), least=0)


class CertificateForm(UiForm):
    """認証."""

    name = words(
        gettext_lazy("認証の名前"), 60, gettext_lazy("例：ISO9001、JIS Q 9100"), required=True
    )
    valid_until = DateField(label=gettext_lazy("有効期限"), required=False)


class WeeksForm(UiForm):
    """○△× of the weeks ahead."""

    def __init__(self, weeks: list[Week], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weeks = weeks
        for day, mark in weeks:
            self.fields[day.isoformat()] = forms.ChoiceField(
                label=_("%(day)sの週") % {"day": wareki(day)},
                choices=[*WeekCapacity.Mark.choices, ("", _("未定"))],
                widget=forms.RadioSelect,
                initial=mark,
                required=False,
            )

    def marks(self) -> dict[Any, str]:
        """Monday → mark."""
        return {day: self.cleaned_data[day.isoformat()] for day, _mark in self.weeks}


class BandForm(UiForm):
    """時間単価の幅: nobody else reads it."""

    low_yen = YenField(label=gettext_lazy("時間単価の下限"), min_value=1, max_value=1_000_000)
    high_yen = YenField(label=gettext_lazy("時間単価の上限"), min_value=1, max_value=1_000_000)
