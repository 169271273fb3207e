"""Forms of the hub: templates, steps, teams; and the coordinator's leave for a new firm."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases.services import OWN, StepWanted
from lab.nakama.cases.templates_of_steps import TEMPLATES
from portal.ui.forms import TextField, UiForm

# More than these are chosen from a list.
MOST_RADIOS = 5


class TemplateForm(UiForm):
    """ひな形から工程を入れる: an own one with its team, or one of the usual sequences."""

    template = forms.ChoiceField(label=_("工程のひな形"))

    def __init__(self, *args: Any, own: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = [(row.code, row.label) for row in TEMPLATES]
        kept = [(f"{OWN}{pk}", name) for pk, name in own]
        self.fields["template"].choices = (
            [(_("自社のひな形とチーム"), kept), (_("よくある並び"), usual)] if kept else usual
        )


class TemplateNameForm(UiForm):
    """ひな形の名前."""

    name = TextField(
        label=_("ひな形の名前"), help_text=_("例：ポンプ軸・いつもの仲間"), max_length=60
    )


class LiftForm(UiForm):
    """初めての仕事の上限を外す."""

    firm = forms.TypedChoiceField(label=_("企業"), coerce=int)
    lift_reason = TextField(
        label=_("外す理由"),
        help_text=_("例：地域の共同受注会で10年の実績がある。監査記録に残ります。"),
        max_length=300,
    )

    def __init__(self, *args: Any, firms: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["firm"].choices = list(firms.items())


class StepForm(UiForm):
    """One row of the steps; an empty process is a row not used."""

    process_code = forms.ChoiceField(label=_("工程の種類"), required=False)
    hours = forms.DecimalField(
        label=_("時間の目安（時間・全数）"),
        min_value=0,
        max_value=1440,
        decimal_places=1,
        max_digits=6,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    after = TextField(label=_("前の工程の番号"), max_length=40, required=False)
    note = TextField(label=_("指示"), max_length=200, required=False)

    def __init__(self, *args: Any, processes: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process_code"].choices = [("", "—"), *processes]

    def clean_after(self) -> list[int]:
        found = re.split(r"[,\uff0c\u3001\u30fb\s]", str(self.cleaned_data["after"]))
        parts = [part for part in found if part]
        if not all(part.isdecimal() for part in parts):
            raise forms.ValidationError(_("前の工程は、番号を「、」で区切って入力してください。"))
        return [int(part) for part in parts]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("process_code") and not data.get("hours") and "hours" not in self.errors:
            self.add_error("hours", _("時間の目安を入力してください。"))
        return data

    def wanted(self) -> StepWanted | None:
        """What the service takes, None of an empty row."""
        data = self.cleaned_data
        if not data.get("process_code"):
            return None
        return StepWanted(
            data["process_code"], int(data["hours"] * 60), data["after"], data["note"]
        )


class TeamForm(UiForm):
    """この案で声をかける: the alternative, other firms for steps, and why."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    index = forms.TypedChoiceField(label=_("案"), coerce=int, widget=forms.RadioSelect)
    reason = TextField(
        label=_("案の担当を変えた理由"),
        help_text=_("担当を変えたときだけ入力します。監査記録に残ります。"),
        max_length=300,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        teams: Sequence[str],
        others: Mapping[int, tuple[str, list[tuple[int, str]]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if len(teams) > MOST_RADIOS:
            self.fields["index"].widget = forms.Select(attrs={"class": "ui-input"})
        self.fields["index"].choices = list(enumerate(teams))
        self.positions = list(others)
        for position, (label, firms) in others.items():
            self.fields[f"firm_{position}"] = forms.TypedChoiceField(
                label=label,
                coerce=lambda value: int(value) if value else None,
                empty_value=None,
                required=False,
                choices=[("", _("案のとおり")), *firms],
            )

    @property
    def edits(self) -> dict[int, int]:
        """The steps that are given to another firm."""
        data = self.cleaned_data
        return {at: data[f"firm_{at}"] for at in self.positions if data.get(f"firm_{at}")}

    @property
    def edit_fields(self) -> list[Any]:
        """The selects, one for a step."""
        return [self[f"firm_{position}"] for position in self.positions]
