"""What the editor's forms share: from the JSON of the rules to fields and back."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, UiForm
from subsidies.rules.scheme import RuleProblem

# 3月13日, 3/13, 03-13
_MONTH_DAY = re.compile(r"(\d{1,2})[\u6708/-](\d{1,2})\u65e5?")


class PartForm(UiForm):
    """A page of values. `read` fills it from the rules, `values` gives the keys to save."""

    def __init__(self, data: Any = None, *, rules: Mapping[str, Any], **kwargs: Any) -> None:
        self.rules = rules
        super().__init__(data, initial=self.read(rules), **kwargs)

    def read(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        """The fields' values of these rules."""
        return dict(rules)

    def values(self) -> dict[str, Any]:
        """Key → JSON, from what was typed."""
        return dict(self.cleaned_data)

    def show(self, problems: Iterable[RuleProblem]) -> bool:
        """Put each problem on its field, or on the page; whether there was any."""
        found = list(problems)
        for problem in found:
            name = problem.where.rpartition(".")[2]
            self.add_error(name if name in self.fields else None, problem.text)
        return bool(found)


class LinesField(TextField):
    """One entry per line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("1行に1つ入力してください。"))
        super().__init__(multiline=True, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [line.strip() for line in (text or "").splitlines() if line.strip()]


class MonthDayField(TextField):
    """A day of every year, MM-DD; 3月13日 and 3/13 are understood."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", _("月と日を「3月13日」か「03-13」のように入力してください。")
        )
        super().__init__(max_length=10, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or ""
        if not text:
            return ""
        found = _MONTH_DAY.fullmatch(text)
        try:
            if found is None:
                raise ValueError(text)  # noqa: TRY301
            day = dt.date(2024, int(found[1]), int(found[2]))
        except ValueError:
            raise forms.ValidationError(
                gettext("月と日を「3月13日」か「03-13」のように入力してください。")
            ) from None
        return f"{day:%m-%d}"


class RateField(TextField):
    """A fraction: 3/4, ３分の２ or 100%."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("分数で入力してください。例：3/4"))
        super().__init__(max_length=12, **kwargs)

    def clean(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(super().clean(value) or ""))
        try:
            rate = Fraction(text)
            if not 0 < rate <= 1:
                raise ValueError(text)  # noqa: TRY301
        except (ValueError, ZeroDivisionError):
            raise forms.ValidationError(
                gettext("0より大きく1以下の分数で入力してください。例：3/4")
            ) from None
        return str(rate)


class PercentField(TextField):
    """Hundredths of a percent as int, written as percent: 10.95 is 1095."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=10, **kwargs)
        self.suffix = "%"
        self.widget.attrs["data-width"] = "medium"

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:f}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(super().clean(value) or ""))
        try:
            hundredths = Decimal(text.strip().removesuffix("%").strip()) * 100
            if not 0 <= hundredths <= 10_000 or hundredths != int(hundredths):
                raise ValueError(text)  # noqa: TRY301
        except (ValueError, ArithmeticError):
            raise forms.ValidationError(
                gettext("0から100までの%を、小数第2位までで入力してください。例：10.95")
            ) from None
        return int(hundredths)


def fresh_code(prefix: str, taken: Iterable[str]) -> str:
    """A code that no other item of the list has: q1, q2 …"""
    known = set(taken)
    number = 1
    while f"{prefix}{number}" in known:
        number += 1
    return f"{prefix}{number}"
