"""Form fields that take what people really type, and say plainly what to mend."""

import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel.money import NotYen, parse_yen
from portal.ui.dates import NotADate, parse_date

_DECIMAL = re.compile(r"[\d,]*\.\d+")


class TextField(forms.CharField):
    """Text, trimmed, with one kind of line end. `multiline=True` gives a text area.

    The length limit is checked here and shown as a count; the browser does not cut off silently.
    """

    def __init__(self, *, multiline: bool = False, rows: int = 5, **kwargs: Any) -> None:
        if multiline:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_python(value) or "")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text.strip() if self.strip else text


class WholeNumberField(forms.IntegerField):
    """A count: takes full-width digits and thousands separators. `suffix` is shown after it."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("「%(label)s」は整数で入力してください。例：1200"),
        "decimal": _("「%(label)s」は小数点のない整数で入力してください。"),
    }

    def __init__(self, *, suffix: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        super().__init__(**kwargs)
        self.suffix = suffix
        self.widget.attrs.setdefault("inputmode", "numeric")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or isinstance(value, int):
            return value if isinstance(value, int) else None
        plain = unicodedata.normalize("NFKC", str(value)).strip()
        if not plain:
            return None
        return self.parse(plain)

    def parse(self, plain: str) -> int:
        """The number in `plain` (already NFKC). Raises ValidationError."""
        if _DECIMAL.fullmatch(plain):
            raise ValidationError(
                self.error_messages["decimal"], code="decimal", params={"label": self.label}
            )
        digits = re.sub(r"[\s,、]", "", plain)
        if not re.fullmatch(r"-?\d{1,15}", digits, flags=re.ASCII):
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"label": self.label}
            )
        return int(digits)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class YenField(WholeNumberField):
    """Whole yen as int: 「１，２３４，０００円」「￥1,234,000」「1234000」."""

    default_error_messages = {
        "invalid": _("「%(label)s」は円単位の数字で入力してください。例：1,234,000"),
        "decimal": _("「%(label)s」は1円未満を切り捨てて、小数点なしで入力してください。"),
    }

    def __init__(self, *, suffix: str = _("円"), **kwargs: Any) -> None:
        super().__init__(suffix=suffix, **kwargs)

    def parse(self, plain: str) -> int:
        bare = plain.removeprefix("¥").removeprefix("\\").removesuffix("円").strip()
        if _DECIMAL.fullmatch(bare):
            return super().parse(bare)
        try:
            return parse_yen(plain)
        except NotYen as error:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"label": self.label}
            ) from error


class DateField(forms.DateField):
    """A date in either calendar (see portal.ui.dates)."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _(
            "「%(label)s」に正しい日付を入力してください。例：2026年11月21日、令和8年11月21日"
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        hint, example = kwargs.get("help_text"), _("例：2026年11月21日、令和8年11月21日")
        kwargs["help_text"] = format_lazy("{} {}", hint, example) if hint else example
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")
        self.widget.attrs.setdefault("data-width", "medium")

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values or isinstance(value, dt.date):
            return super().to_python(value)
        text = str(value).strip()
        if not text:
            return None
        try:
            return parse_date(text)
        except NotADate as error:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"label": self.label}
            ) from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value.year}/{value.month}/{value.day}" if isinstance(value, dt.date) else value


class ScaleSelect(forms.RadioSelect):
    """A row of numbered buttons (採点: 0–5)."""

    template_name = "ui/widgets/scale.html"
