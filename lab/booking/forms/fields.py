"""Times of the day as people type them."""

import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_CLOCK = re.compile(r"(\d{1,2})[:：時](\d{2})?分?")


class TimeField(forms.TimeField):
    """9:00, ９：００, 9時, 0900."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("「%(label)s」に時刻を入力してください。例：9:00"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")
        self.widget.attrs.setdefault("data-width", "short")

    def to_python(self, value: Any) -> dt.time | None:
        if value in self.empty_values or isinstance(value, dt.time):
            return super().to_python(value)
        text = unicodedata.normalize("NFKC", str(value)).strip()
        if text.isdecimal() and len(text) == 4:
            text = f"{text[:2]}:{text[2:]}"
        match = _CLOCK.fullmatch(text)
        hour, minute = (int(match[1]), int(match[2] or 0)) if match else (24, 0)
        if hour > 23 or minute > 59:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"label": self.label}
            )
        return dt.time(hour, minute)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value
