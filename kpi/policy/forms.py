"""Forms: what is asked for in a 試算, the texts of a sheet, a reason."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kpi.policy.models import LONGEST, Sheet
from kpi.policy.outlook import SHARES
from kpi.policy.selectors.inputs import STAGES
from portal.ui.fields import TextField, WholeNumberField, YenField
from portal.ui.forms import UiForm

MOST_YEN = 1_000_000_000_000
MOST = 1_000_000
AS_NOW = ("", _("いまと同じ"))


def _budget(label: str | Promise) -> YenField:
    return YenField(label=label, required=False, max_value=MOST_YEN)


def _share(label: str | Promise) -> forms.ChoiceField:
    choices = [AS_NOW, *((share, share) for share in SHARES)]
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _asked(label: str | Promise) -> WholeNumberField:
    return WholeNumberField(
        label=label, suffix=pgettext_lazy("plural", "件"), required=False, max_value=MOST
    )


class WhatIfForm(UiForm):
    """試算の条件. What is left empty stays as it is today."""

    seats_dojo = WholeNumberField(
        label=_("DX道場の定員"), suffix=_("人"), required=False, max_value=MOST
    )
    seats_leader = WholeNumberField(
        label=_("育成講座の定員"), suffix=_("人"), required=False, max_value=MOST
    )
    advisors = WholeNumberField(
        label=_("訪問する相談員"), suffix=_("人"), required=False, max_value=MOST
    )
    lab_hours = WholeNumberField(
        label=_("ラボの機械の時間（1年）"), suffix=_("時間／年"), required=False, max_value=MOST
    )

    budget_1 = _budget(_("ステージ1の予算"))
    share_1 = _share(_("ステージ1の補助率"))
    asked_1 = _asked(_("ステージ1の申請の見込み"))
    budget_2 = _budget(_("ステージ2の予算"))
    share_2 = _share(_("ステージ2の補助率"))
    asked_2 = _asked(_("ステージ2の申請の見込み"))
    budget_3 = _budget(_("ステージ3の予算"))
    share_3 = _share(_("ステージ3の補助率"))
    asked_3 = _asked(_("ステージ3の申請の見込み"))

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields by package."""
        grants = [
            self[f"{name}_{stage}"] for stage in STAGES for name in ("budget", "share", "asked")
        ]
        return [
            (
                str(Sheet.Package.PEOPLE.label),
                [self["seats_dojo"], self["seats_leader"], self["advisors"]],
            ),
            (str(Sheet.Package.GRANTS.label), grants),
            (str(Sheet.Package.LAB.label), [self["lab_hours"]]),
        ]


def _long(label: str | Promise, hint: str | Promise = "") -> TextField:
    return TextField(
        label=label, help_text=hint, multiline=True, rows=3, max_length=LONGEST, required=False
    )


def _choice(label: str | Promise, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=False)


class SheetForm(UiForm):
    """What an official writes. A draft may be left with gaps; handing it over asks for all."""

    purpose = _long(_("目的"))
    target = _long(pgettext_lazy("evaluation", "対象"))
    means = _long(_("手段"))
    need = _choice(_("必要性"), Sheet.Rating.choices)
    need_why = _long(_("必要性の理由"), _("区が行う必要があるか。ほかに担い手はいないか。"))
    effect = _choice(_("有効性"), Sheet.Rating.choices)
    effect_why = _long(_("有効性の理由"), _("上の実績から、成果が出ているといえるか。"))
    efficiency = _choice(_("効率性"), Sheet.Rating.choices)
    efficiency_why = _long(_("効率性の理由"), _("同じ費用でもっと成果を出せないか。"))
    issues = _long(pgettext_lazy("evaluation", "課題"))
    direction = _choice(_("今後の方向"), Sheet.Direction.choices)
    direction_why = _long(_("今後の方向の理由と内容"), _("次の年度に何を変えるか。"))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.is_needed = True  # type: ignore[attr-defined]


class ReasonForm(UiForm):
    """Why a sheet is given back."""

    reason = TextField(label=_("書き直してほしい理由"), multiline=True, rows=4, max_length=500)
