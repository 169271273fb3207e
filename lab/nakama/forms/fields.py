"""The fields that the forms of the room are made of: a measure, a count, words, a process."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from lab.nakama.selectors.words import process_choices
from portal.ui.forms import TextField, UiForm, WholeNumberField

MOST_MM, MOST_UM, MOST_LOT, MOST_DAYS = 100_000, 100_000, 100_000_000, 365
_PARTED = re.compile(r"[、,，\n]+")


def parted(text: str, most: int) -> list[str]:
    """The words between commas and line ends, each once and cut at `most` characters."""
    return list(dict.fromkeys(word.strip()[:most] for word in _PARTED.split(text) if word.strip()))


def number(label: Any, suffix: Any, most: int, *, least: int = 1, **more: Any) -> WholeNumberField:
    """A whole number with its unit, which may be left empty."""
    given = {"min_value": least, "max_value": most, "required": False, **more}
    return WholeNumberField(label=label, suffix=suffix, **given)


def mm(label: Any, **more: Any) -> WholeNumberField:
    """A length."""
    return number(label, "mm", MOST_MM, **more)


def um(label: Any, **more: Any) -> WholeNumberField:
    """A tolerance."""
    return number(label, "µm", MOST_UM, **more)


def pieces(label: Any) -> WholeNumberField:
    """A lot."""
    return number(label, gettext_lazy("個"), MOST_LOT)


def working_days(label: Any) -> WholeNumberField:
    """A time of delivery."""
    return number(label, gettext_lazy("営業日"), MOST_DAYS)


def words(label: Any, most: int, help_text: Any = "", **more: Any) -> TextField:
    """A text that may be left empty."""
    given = {"required": False, **more}
    return TextField(label=label, help_text=help_text, max_length=most, **given)


class OfProcessForm(UiForm):
    """A form that asks for a process; `empty` is the choice of none."""

    process_field = "process"
    empty = gettext_lazy("選んでください")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.process_field].choices = [("", self.empty), *self.process_choices()]

    def process_choices(self) -> list[Any]:
        """Those of the taxonomy, by group."""
        return process_choices()


def process(**more: Any) -> forms.ChoiceField:
    """Its choices come with the form."""
    return forms.ChoiceField(label=gettext_lazy("工程"), **more)
