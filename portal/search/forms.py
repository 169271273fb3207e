"""What is asked of the searches; their values live in the address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.kernel.texts import filled, plain
from portal.search.models import Kind
from portal.search.rules import asking
from portal.ui.forms import UiForm
from programs.selectors import ward_names


class WordsField(forms.CharField):
    """Words to look for. Too many are refused with what to do, and stay in the field."""

    def to_python(self, value: Any) -> str:
        return plain(str(value or "").replace("\x00", " "))

    def validate(self, value: str) -> None:
        super().validate(value)
        if asking.ask(value).too_long:
            raise ValidationError(
                filled(
                    _(
                        "検索の言葉は%(most)s文字までです（いま%(now)s文字）。"
                        "探したいことを2、3語にしてください。例：補助金 測定器"
                    ),
                    most=asking.MOST_SIGNS,
                    now=len(value),
                )
            )


class SiteSearchForm(UiForm):
    """サイト内検索. A kind or a ward that does not exist narrows nothing."""

    q = WordsField(
        label=_("探したい言葉"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.CharField(label=_("種類"), required=False, widget=forms.Select)
    ward = forms.CharField(label=_("区"), required=False, widget=forms.Select)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget.choices = [("", _("すべて")), *Kind.choices]  # type: ignore[attr-defined]
        wards = [(str(code), name) for code, name in ward_names().items()]
        self.fields["ward"].widget.choices = [("", _("すべての区")), *wards]  # type: ignore[attr-defined]

    def clean_kind(self) -> str:
        """A kind, "" for all."""
        kind: str = self.cleaned_data["kind"]
        return kind if kind in Kind.values else ""

    def clean_ward(self) -> int | None:
        """A ward's code, None for all."""
        known = {str(code): code for code in ward_names()}
        return known.get(self.cleaned_data["ward"])


class OfficeSearchForm(UiForm):
    """職員の検索."""

    q = WordsField(
        label=_("企業・番号・人の名前"),
        required=False,
        help_text=_(
            "企業名、フリガナ、代表者や担当者の名前、法人番号、受付番号、文書番号、電話、メール"
        ),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
