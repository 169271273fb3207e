"""Forms of the officials: registry, fee table, choice of the team, changes."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from advisors import codes
from advisors.forms.firm import lines
from advisors.models import Advisor, EngagementChange
from advisors.rules.team import Proposal
from advisors.services import Profile
from advisors.services.teams import Choice
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField
from programs.selectors import ward_names


class ProfileForm(UiForm):
    """名簿の登録."""

    user = forms.TypedChoiceField(label=gettext_lazy("相談員"), coerce=int)
    sides = forms.MultipleChoiceField(
        label=gettext_lazy("担当できる役割"),
        choices=codes.choices(codes.SIDES),
        widget=forms.CheckboxSelectMultiple,
    )
    qualifications = forms.MultipleChoiceField(
        label=gettext_lazy("資格・経験"),
        choices=codes.choices(codes.QUALIFICATIONS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    fields_ = forms.MultipleChoiceField(
        label=gettext_lazy("得意な分野"),
        choices=codes.choices(codes.FIELDS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("対応できる言語"),
        choices=codes.choices(codes.LANGUAGES),
        widget=forms.CheckboxSelectMultiple,
        initial=["ja"],
    )
    wards = forms.TypedMultipleChoiceField(
        label=gettext_lazy("訪問できる区"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    capacity = WholeNumberField(
        label=gettext_lazy("1か月に訪問できる回数"),
        suffix=pgettext_lazy("visits", "回"),
        min_value=1,
        max_value=60,
    )
    vendors = TextField(
        label=gettext_lazy("利害関係のある業者・製品（1行に1つ）"),
        help_text=gettext_lazy("販売・紹介の手数料、顧問、出資、雇用の関係があるもの。"),
        multiline=True,
        rows=3,
        max_length=1000,
        required=False,
    )
    contract_from = DateField(label=gettext_lazy("契約の開始日"))
    contract_to = DateField(label=gettext_lazy("契約の終了日"))

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wards"].choices = list(ward_names().items())
        if people:
            self.fields["user"].choices = people
        else:
            del self.fields["user"]

    def profile(self) -> Profile:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        return Profile(
            sides=tuple(data["sides"]),
            qualifications=tuple(data["qualifications"]),
            fields=tuple(data["fields_"]),
            wards=tuple(data["wards"]),
            languages=tuple(data["languages"]),
            vendors=tuple(lines(data["vendors"])),
            capacity=data["capacity"],
            contract_from=data["contract_from"],
            contract_to=data["contract_to"],
        )

    @staticmethod
    def initial_of(row: Advisor) -> dict[str, Any]:
        return {
            "sides": row.sides,
            "qualifications": row.qualifications,
            "fields_": row.fields,
            "languages": row.languages,
            "wards": row.wards,
            "capacity": row.capacity,
            "vendors": "\n".join(row.vendors),
            "contract_from": row.contract_from,
            "contract_to": row.contract_to,
        }


class FeesForm(UiForm):
    """謝金表の新しい版."""

    valid_from = DateField(label=gettext_lazy("適用開始日"))
    it_hour_yen = YenField(label=gettext_lazy("IT担当の1時間の謝金"), max_value=100_000)
    floor_hour_yen = YenField(label=gettext_lazy("現場担当の1時間の謝金"), max_value=100_000)
    most_minutes = WholeNumberField(
        label=gettext_lazy("1回に支払う時間の上限"),
        suffix=gettext_lazy("分"),
        min_value=30,
        max_value=480,
    )
    most_travel_yen = YenField(label=gettext_lazy("1回の交通費の上限"), max_value=20_000)
    most_visits = WholeNumberField(
        label=gettext_lazy("1社に支払う訪問の上限"),
        suffix=pgettext_lazy("visits", "回"),
        min_value=1,
        max_value=60,
    )
    basis = TextField(
        label=gettext_lazy("根拠"),
        help_text=gettext_lazy("要綱・決裁の番号など。"),
        max_length=200,
    )


class TeamForm(UiForm):
    """The choice of two. The labels carry every reason of the rule."""

    starts_on = DateField(label=gettext_lazy("支援の開始日"))
    it = forms.TypedChoiceField(label=gettext_lazy("IT担当"), coerce=int, widget=forms.RadioSelect)
    floor = forms.TypedChoiceField(
        label=gettext_lazy("現場担当"), coerce=int, widget=forms.RadioSelect
    )
    reason = TextField(
        label=gettext_lazy("提案と違う人を選ぶ理由"),
        help_text=gettext_lazy("提案のとおりなら、空欄のままにしてください。"),
        multiline=True,
        rows=2,
        max_length=1000,
        required=False,
    )

    def __init__(self, *args: Any, made: Proposal, starts_on: dt.date, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"starts_on": starts_on}
        if made.pair:
            initial |= {row.side: row.candidate.key for row in made.pair}
        super().__init__(*args, initial=initial, **kwargs)
        for name in codes.SIDES:
            self.fields[name].choices = [
                (row.candidate.key, row.candidate.name)
                for row in made.of(name)
                if not row.is_absolute
            ]

    def choice(self) -> Choice:
        data = self.cleaned_data
        return Choice(data["it"], data["floor"], data["reason"])


class ChangeForm(UiForm):
    """延長・交代 of an engagement."""

    kind = forms.ChoiceField(
        label=gettext_lazy("変更の種類"),
        choices=EngagementChange.Kind.choices,
        widget=forms.RadioSelect,
    )
    ends_on = DateField(label=gettext_lazy("新しい終了日（延長のとき）"), required=False)
    side = forms.ChoiceField(
        label=gettext_lazy("交代する役割（交代のとき）"),
        choices=[("", "—"), *codes.SIDES.items()],
        required=False,
    )
    advisor_id = forms.TypedChoiceField(
        label=gettext_lazy("新しい相談員（交代のとき）"),
        coerce=int,
        required=False,
        empty_value=None,
    )
    reason = TextField(label=gettext_lazy("理由"), multiline=True, rows=3, max_length=1000)

    def __init__(self, *args: Any, advisors: list[Advisor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor_id"].choices = [
            ("", "—"),
            *(
                (
                    row.pk,
                    _("%(name)s（%(sides)s）") % {"name": row.user.name, "sides": row.side_words},
                )
                for row in advisors
            ),
        ]
