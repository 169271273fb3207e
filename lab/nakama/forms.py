"""Forms of the room: a search, a firm's words, a process's limits, a machine, weeks, the hourly band."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.nakama.models import Capability, CapabilityProfile, WeekCapacity
from lab.nakama.selectors.profiles import Week
from lab.nakama.selectors.search import Conditions, Wish
from lab.nakama.selectors.words import process_choices
from lab.nakama.services import Limits, Words
from portal.kernel.clock import wareki
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField

MOST_MM, MOST_UM, MOST_LOT, MOST_DAYS = 100_000, 100_000, 100_000_000, 365
_PARTED = re.compile(r"[、,，\n]+")


def _parted(text: str, most: int) -> list[str]:
    return list(dict.fromkeys(word.strip()[:most] for word in _PARTED.split(text) if word.strip()))


def _processes(empty: Any) -> list[Any]:
    return [("", empty), *process_choices()]


class SearchForm(UiForm):
    """検索; its values live in the address."""

    q = TextField(
        label=gettext_lazy("してほしいこと"),
        help_text=gettext_lazy("例：ステンレスの薄板を曲げて箱を作りたい、シャフトの円筒研削"),
        max_length=200,
        required=False,
    )
    process = forms.ChoiceField(label=gettext_lazy("工程"), required=False)
    material = TextField(
        label=gettext_lazy("材料"),
        help_text=gettext_lazy("例：SUS304、アルミ"),
        max_length=40,
        required=False,
    )
    size = WholeNumberField(
        label=gettext_lazy("最大の大きさ"),
        help_text=gettext_lazy("いちばん長い辺"),
        suffix="mm",
        min_value=1,
        max_value=MOST_MM,
        required=False,
    )
    tolerance = WholeNumberField(
        label=gettext_lazy("公差 ±"),
        help_text=gettext_lazy("0.01mmは10µm"),
        suffix="µm",
        min_value=1,
        max_value=MOST_UM,
        required=False,
    )
    lot = WholeNumberField(
        label=gettext_lazy("ロット"),
        suffix=gettext_lazy("個"),
        min_value=1,
        max_value=MOST_LOT,
        required=False,
    )
    certificate = TextField(
        label=gettext_lazy("認証"),
        help_text=gettext_lazy("例：ISO9001"),
        max_length=40,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process"].choices = _processes(_("言葉から読み取る"))

    def wish(self) -> Wish:
        """What is asked. Only of a valid form."""
        told = self.cleaned_data
        return Wish(
            text=told["q"],
            process=told["process"],
            conditions=Conditions(
                material=told["material"],
                size_mm=told["size"],
                tolerance_um=told["tolerance"],
                lot=told["lot"],
                certificate=told["certificate"],
            ),
        )


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
    equipment = TextField(
        label=gettext_lazy("設備の一覧"),
        help_text=gettext_lazy("名刺やホームページの写しで構いません。"),
        multiline=True,
        rows=4,
        max_length=2000,
        required=False,
    )
    materials = TextField(
        label=gettext_lazy("加工できる材料"),
        help_text=gettext_lazy("読点か改行で区切ります。例：SUS304、A5052、真鍮"),
        max_length=400,
        required=False,
    )
    measuring_tools = TextField(
        label=gettext_lazy("測定器"),
        help_text=gettext_lazy("例：三次元測定機、投影機"),
        max_length=300,
        required=False,
    )
    cad_formats = TextField(
        label=gettext_lazy("受け取れるCADの形式"),
        help_text=gettext_lazy("例：STEP、DXF、PDF、手書き"),
        max_length=200,
        required=False,
    )
    takes = TextField(
        label=gettext_lazy("対応できる仕事"),
        help_text=gettext_lazy("例：試作、小ロット、量産、支給材"),
        max_length=200,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, profile: CapabilityProfile) -> "WordsForm":
        """As it stands."""
        return cls(
            initial={
                "description": profile.description,
                "equipment": profile.equipment,
                "materials": _("、").join(profile.material_names),
                "measuring_tools": _("、").join(profile.measuring_tools),
                "cad_formats": _("、").join(profile.cad_formats),
                "takes": _("、").join(profile.takes),
                "revision": profile.revision,
            }
        )

    def words(self) -> Words:
        """For the service."""
        told = self.cleaned_data
        return Words(
            description=told["description"],
            equipment=told["equipment"],
            materials=_parted(told["materials"], 40),
            measuring_tools=_parted(told["measuring_tools"], 60),
            cad_formats=_parted(told["cad_formats"], 20),
            takes=_parted(told["takes"], 20),
        )


class LimitsForm(UiForm):
    """A process and its limits; up to three steps of tolerance."""

    process = forms.ChoiceField(label=gettext_lazy("工程"))
    max_size_mm = WholeNumberField(
        label=gettext_lazy("最大の大きさ"),
        help_text=gettext_lazy("空のときは、設備の大きさから決まります。"),
        suffix="mm",
        min_value=1,
        max_value=MOST_MM,
        required=False,
    )
    size1 = WholeNumberField(
        label=gettext_lazy("公差1：この大きさまで"),
        help_text=gettext_lazy("空のときは、どの大きさでも。"),
        suffix="mm",
        min_value=1,
        max_value=MOST_MM,
        required=False,
    )
    um1 = WholeNumberField(
        label=gettext_lazy("公差1：±"), suffix="µm", min_value=1, max_value=MOST_UM, required=False
    )
    size2 = WholeNumberField(
        label=gettext_lazy("公差2：この大きさまで"),
        suffix="mm",
        min_value=1,
        max_value=MOST_MM,
        required=False,
    )
    um2 = WholeNumberField(
        label=gettext_lazy("公差2：±"), suffix="µm", min_value=1, max_value=MOST_UM, required=False
    )
    size3 = WholeNumberField(
        label=gettext_lazy("公差3：この大きさまで"),
        suffix="mm",
        min_value=1,
        max_value=MOST_MM,
        required=False,
    )
    um3 = WholeNumberField(
        label=gettext_lazy("公差3：±"), suffix="µm", min_value=1, max_value=MOST_UM, required=False
    )
    roughness_ra = forms.DecimalField(
        label=gettext_lazy("面粗さ Ra（µm）"),
        min_value=Decimal("0.01"),
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        required=False,
    )
    lot_min = WholeNumberField(
        label=gettext_lazy("ロット（最小）"),
        suffix=gettext_lazy("個"),
        min_value=1,
        max_value=MOST_LOT,
        required=False,
    )
    lot_max = WholeNumberField(
        label=gettext_lazy("ロット（最大）"),
        suffix=gettext_lazy("個"),
        min_value=1,
        max_value=MOST_LOT,
        required=False,
    )
    lead_days = WholeNumberField(
        label=gettext_lazy("標準の納期"),
        suffix=gettext_lazy("営業日"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
    )
    rush_days = WholeNumberField(
        label=gettext_lazy("最短の納期"),
        suffix=gettext_lazy("営業日"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process"].choices = _processes(_("選んでください"))

    @classmethod
    def of(cls, row: Capability) -> "LimitsForm":
        """As it stands."""
        told: dict[str, Any] = {name: getattr(row, name) for name in Limits().columns()} | {
            "process": row.process_id
        }
        for number, step in enumerate(row.steps.all()[:3], 1):
            told |= {f"size{number}": step.up_to_mm, f"um{number}": step.tolerance_um}
        return cls(initial=told)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        for number in (1, 2, 3):
            if told.get(f"size{number}") and not told.get(f"um{number}"):
                self.add_error(
                    f"um{number}", ValidationError(_("大きさに対する公差を入力してください。"))
                )
        return told

    def limits(self) -> Limits:
        """For the service."""
        told = self.cleaned_data
        steps = [(told[f"size{number}"], told[f"um{number}"]) for number in (1, 2, 3)]
        return Limits(
            steps=[(size, um) for size, um in steps if um],
            **{name: told[name] for name in Limits().columns()},
        )


class MachineForm(UiForm):
    """設備."""

    name = TextField(
        label=gettext_lazy("設備の名前・型式"),
        help_text=gettext_lazy("例：NC旋盤 QT-200"),
        max_length=80,
    )
    process_id = forms.ChoiceField(label=gettext_lazy("工程"))
    count = WholeNumberField(
        label=gettext_lazy("台数"),
        suffix=gettext_lazy("台"),
        min_value=1,
        max_value=1000,
        initial=1,
    )
    made_in = WholeNumberField(
        label=gettext_lazy("年式"),
        suffix=gettext_lazy("年"),
        min_value=1900,
        max_value=2100,
        required=False,
    )
    length_mm = WholeNumberField(
        label=gettext_lazy("加工できる長さ"), suffix="mm", max_value=MOST_MM, required=False
    )
    width_mm = WholeNumberField(
        label=gettext_lazy("加工できる幅・径"), suffix="mm", max_value=MOST_MM, required=False
    )
    height_mm = WholeNumberField(
        label=gettext_lazy("加工できる高さ"), suffix="mm", max_value=MOST_MM, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process_id"].choices = _processes(_("選んでください"))


class CertificateForm(UiForm):
    """認証."""

    name = TextField(
        label=gettext_lazy("認証の名前"),
        help_text=gettext_lazy("例：ISO9001、JIS Q 9100"),
        max_length=60,
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


class MeaningForm(UiForm):
    """What a word means."""

    code = forms.ChoiceField(label=gettext_lazy("工程"))
    is_implied = forms.BooleanField(
        label=gettext_lazy("製品や用途の名前（加工そのものの名前ではない）"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = _processes(_("選んでください"))


class AliasForm(MeaningForm):
    """A word that nobody has used yet."""

    text = TextField(label=gettext_lazy("言葉"), max_length=60)
    field_order = ("text", "code", "is_implied")


class PickForm(UiForm):
    """Which firm to enter a profile for."""

    q = TextField(
        label=gettext_lazy("企業名の一部"),
        help_text=gettext_lazy("まだ登録のない企業だけが出ます。"),
        max_length=60,
    )
