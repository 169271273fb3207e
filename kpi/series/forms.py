"""Forms of the room."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kpi.series.models import Intake
from kpi.series.rules import COMPONENTS, Component
from portal.kernel.money import without_sign
from portal.ui.fields import DateField, TextField, WholeNumberField, YenField
from portal.ui.forms import UiForm

MOST_PEOPLE, MOST_HOURS = 1_000_000, 2_000_000_000
REASON_LENGTH = 200


class SignedYenField(YenField):
    """Yen with a sign in front of a loss: 「△１２０万」 is refused, 「△1,200,000」 taken."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", None)
        super().__init__(**kwargs)

    def parse(self, plain: str) -> int:
        sign, rest = without_sign(plain)
        return sign * super().parse(rest.strip())


class AccountsForm(UiForm):
    """One accounting year. Everything but the day may be left empty: what is not known stays unknown."""

    period_end = DateField(label=_("決算日"), help_text=_("この決算期の最後の日です。"))
    months = WholeNumberField(
        label=_("決算期の月数"),
        suffix=_("か月"),
        initial=12,
        min_value=1,
        max_value=24,
        help_text=_("ふつうは12です。決算期を変えた年は、その月数を入力します。"),
    )

    reason = TextField(
        label=_("訂正の理由"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=_("前に登録した数字も残ります。例：決算書の確定、桁の誤り"),
    )

    def __init__(self, *args: Any, fixed_day: bool = False, **kwargs: Any) -> None:
        """`fixed_day`: the year is there already; its day stays, and a correction has a reason."""
        super().__init__(*args, **kwargs)
        del self.fields["period_end" if fixed_day else "reason"]
        self.order_fields(["period_end", "months", *(item.code for item in COMPONENTS), "reason"])

    @property
    def figures(self) -> dict[str, int | None]:
        """The components as typed."""
        return {item.code: self.cleaned_data.get(item.code) for item in COMPONENTS}


def _field(item: Component) -> forms.Field:
    hint = item.hint
    if item.is_yen:
        hint = format_lazy("{}{}", item.hint, _("円の単位で入力します（千円ではありません）。"))
    kwargs: dict[str, Any] = {"label": item.label, "help_text": hint, "required": False}
    if item.kind == "signed_yen":
        return SignedYenField(**kwargs)
    if item.kind == "yen":
        return YenField(**kwargs)
    people = item.code == "people"
    return WholeNumberField(
        suffix=_("人") if people else _("時間"),
        max_value=MOST_PEOPLE if people else MOST_HOURS,
        **kwargs,
    )


for _item in COMPONENTS:
    AccountsForm.base_fields[_item.code] = _field(_item)


class IntakeForm(UiForm):
    """A file to be taken in."""

    file = forms.FileField(label=_("ファイル"), widget=forms.FileInput())

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["file"]
        if kind in {Intake.Kind.STATISTICS, Intake.Kind.DEFLATOR}:
            field.help_text = _(
                "様式に入力したExcelブック（.xlsx）か、e-Stat APIのJSON（.json）を選んでください。20,000行までです。"
            )
            field.widget.attrs["accept"] = ".xlsx,.json"
        else:
            field.help_text = _(
                "様式に入力したExcelブック（.xlsx）を選んでください。20,000行までです。"
            )
            field.widget.attrs["accept"] = ".xlsx"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if len(file.name) > 200:
            raise ValidationError(_("ファイルの名前を200文字以内にしてください。"))
        return file


class HoldForm(UiForm):
    """Why figures that look like a slip are right."""

    reason = TextField(
        label=_("正しいと判断した理由"),
        max_length=REASON_LENGTH,
        help_text=_("例：公表された表で確かめた。大きな工場が移ってきた。"),
    )
