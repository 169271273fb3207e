"""Forms of the ward survey: a plan, one more date, a reason, what officials type in, consent and sending."""

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kpi.surveys.models import Response
from kpi.surveys.services import CONSENT, Plan
from portal.kernel import clock
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField


class PlanForm(UiForm):
    """調査を計画する. Officials plan for their own ward, and see no choice of wards."""

    name = TextField(
        label=_("調査の名称"), max_length=60, help_text=_("例：令和8年度 町工場デジタル化実態調査")
    )
    starts_on = DateField(label=_("始める日"))
    ends_on = DateField(
        label=_("締切"), help_text=_("始める日から7日以上。郵送もあるときは4週間ほど")
    )
    wards = forms.TypedMultipleChoiceField(
        label=_("対象の区"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    share = WholeNumberField(
        label=_("対象にする割合"),
        suffix="%",
        min_value=1,
        max_value=100,
        initial=100,
        help_text=_(
            "100なら名簿の全企業。少なくすると、区・規模・業種の層ごとに無作為に選びます。"
        ),
    )
    fewest = WholeNumberField(
        label=_("層ごとの最低数"),
        suffix=_("社"),
        max_value=1000,
        initial=5,
        help_text=_("割合で選んだ数がこれより少ない層では、この数まで選びます。"),
    )

    def __init__(self, *args: Any, wards: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(wards)
        if offered:
            self.offer("wards", offered)
        else:
            del self.fields["wards"]

    @property
    def plan(self) -> Plan:
        """Of a valid form. The seed is kept, so that the draw can be repeated, and nobody chooses it."""
        given = self.cleaned_data
        return Plan(
            name=given["name"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            wards=given.get("wards", ()),
            share=given["share"],
            fewest=given["fewest"],
            seed=secrets.randbelow(10**8),
        )


class ReasonForm(UiForm):
    """Why something is given up or left out."""

    reason = TextField(label=_("理由"), multiline=True, rows=3, max_length=200)


class ExtendForm(UiForm):
    """締切を延ばす."""

    ends_on = DateField(label=_("新しい締切"))


class EnterForm(UiForm):
    """Who answered, how and when, beside the answers that officials type in."""

    way = forms.ChoiceField(
        label=_("回答の方法"),
        choices=[one for one in Response.Way.choices if one[0] != Response.Way.LINK],
        widget=forms.RadioSelect,
    )
    said_by = TextField(
        label=_("答えた人"), max_length=100, help_text=_("例：墨田 太郎（工場長）、調査票の記入者")
    )
    said_on = DateField(label=_("回答の日"), help_text=_("聞いた日、調査票が届いた日。"))
    linked = forms.BooleanField(
        label=_("答えを企業カードと結び付けることに、企業が同意した"),
        required=False,
        help_text=_("調査票の同意欄、または電話での返事のとおりに。"),
    )

    def clean_said_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["said_on"]
        if day > clock.today():
            raise ValidationError(_("今日までの日にしてください。"), code="future")
        return day


class SendForm(UiForm):
    """The consent, asked apart from the answers; without it they count all the same."""

    linked = forms.BooleanField(label=CONSENT, required=False)
