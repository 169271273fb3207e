"""The editor's pages of what a scheme is called, and of a new scheme."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, UiForm
from portal.ui.markup import localized
from subsidies.models import Scheme, SchemeVersion
from subsidies.office import policies
from subsidies.office.about import About

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")


class AboutForm(UiForm):
    """名前と概要. The stage of a scheme that was published once stays: grants are counted by it."""

    name = TextField(label=_("制度の名前"), max_length=120)
    name_en = TextField(
        label=_("英語の名前"),
        max_length=120,
        required=False,
        help_text=_("英語のページに表示します。空欄のときは、日本語の名前を表示します。"),
    )
    summary = TextField(
        label=_("ひとことで"),
        max_length=200,
        help_text=_("何のための補助金か。支援を探すページの見出しに添えます。"),
    )
    stage = forms.TypedChoiceField(
        label=_("ステージ"), choices=Scheme.Stage.choices, coerce=int, widget=forms.RadioSelect
    )
    source = TextField(
        label=_("出典"),
        max_length=300,
        help_text=_("規則のもとになる要綱や告示。例：令和8年度〇〇補助金交付要綱"),
    )

    def __init__(self, *args: Any, stage: int | None = None, **kwargs: Any) -> None:
        self.stage = stage
        super().__init__(*args, **kwargs)
        if stage is not None:
            del self.fields["stage"]

    def about(self) -> About:
        """What was typed."""
        given = dict(self.cleaned_data)
        names = ("name", "name_en", "summary", "source")
        stage = given["stage"] if self.stage is None else self.stage
        return About(**{name: given[name] for name in names}, stage=stage)


class SchemeForm(AboutForm):
    """新しい制度: a copy of published rules under a code and a name of its own."""

    version = forms.TypedChoiceField(
        label=_("もとにする制度"),
        coerce=int,
        help_text=_("いまの版の規則を写します。公開する前に、どの項目も変えられます。"),
    )
    code = TextField(
        label=_("略号"),
        max_length=20,
        help_text=_("半角の英大文字と数字。区の中で1つだけの、変えられない略号です。例：DX4"),
    )
    field_order = ("version", "name", "name_en", "summary", "stage", "code", "source")

    def __init__(self, *args: Any, ward_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = [("", gettext("選んでください")), *_sources(ward_id)]

    def clean_code(self) -> str:
        code = unicodedata.normalize("NFKC", self.cleaned_data["code"]).upper()
        if not _CODE.fullmatch(code):
            raise forms.ValidationError(
                gettext("略号は、英字と数字（と「-」）だけで入力してください。例：DX4")
            )
        return code


def _sources(ward_id: int) -> list[Any]:
    """Published schemes under the names of their wards, the own ward's first."""
    groups: dict[str, list[tuple[int, str]]] = {}
    rows = policies.published_versions().select_related("scheme__ward")
    for version in sorted(rows, key=lambda row: _order(row, ward_id)):
        scheme = version.scheme
        ward = localized(scheme.ward.name, scheme.ward.name_en)
        groups.setdefault(ward, []).append((version.pk, scheme.display_name))
    return list(groups.items())


def _order(version: SchemeVersion, ward_id: int) -> tuple[Any, ...]:
    scheme = version.scheme
    return (scheme.ward_id != ward_id, scheme.ward_id, scheme.stage, scheme.code)
