"""The form of a consultation."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.actor import Actor
from portal.ui.forms import DateField, TextField, UiForm
from programs.models import Firm
from subsidies.consultations import selectors
from subsidies.consultations.services import MOST_NOTE
from subsidies.models import Scheme


class ConsultationForm(UiForm):
    """相談記録: whom, about what, when, what was said."""

    firm = TextField(
        label=gettext_lazy("企業"),
        help_text=gettext_lazy("法人番号（13桁）か企業名を入力してください。"),
        max_length=200,
    )
    about = forms.ChoiceField(label=gettext_lazy("相談した制度"))
    held_on = DateField(label=gettext_lazy("相談日"))
    note = TextField(
        label=gettext_lazy("相談の内容"),
        help_text=gettext_lazy("聞いたこと、助言したこと、次にすること。申請者には見えません。"),
        multiline=True,
        max_length=MOST_NOTE,
    )

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        schemes: list[Scheme],
        needs: Mapping[int, Mapping[str, str]],
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        self.actor, self.today = actor, today
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [
            ("", _("選んでください")),
            *(
                (scheme.display_name, _choices(scheme, needs.get(scheme.pk, {})))
                for scheme in schemes
            ),
        ]

    def clean_firm(self) -> Firm:
        typed = str(self.cleaned_data["firm"]).strip()
        found = selectors.firms_named(self.actor, typed)
        if not found:
            raise ValidationError(
                _(
                    "この名前や法人番号の企業は、区の名簿にありません。企業の一覧で確かめてください。"
                )
            )
        if len(found) > 1:
            names = _("、").join(
                _("%(name)s（%(number)s）")
                % {"name": firm.name, "number": firm.corporate_number or _("個人事業主")}
                for firm in found
            )
            raise ValidationError(
                _("当てはまる企業が2社以上あります。法人番号で入力してください：%(names)s")
                % {"names": names}
            )
        return found[0]

    def clean_held_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["held_on"]
        if day > self.today:
            raise ValidationError(_("相談日は今日までの日にしてください。"))
        return day

    @property
    def given(self) -> dict[str, Any]:
        """What the service takes."""
        scheme_id, _colon, need = self.cleaned_data["about"].partition(":")
        return {
            "firm_id": self.cleaned_data["firm"].pk,
            "scheme_id": int(scheme_id),
            "need": need,
            "held_on": self.cleaned_data["held_on"],
            "note": self.cleaned_data["note"],
        }


def _choices(scheme: Scheme, needs: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is asked beforehand, each by name; then any other talk about the scheme."""
    every = [(f"{scheme.pk}:{code}", name) for code, name in needs.items()]
    return [*every, (f"{scheme.pk}:", _("%(name)sの相談") % {"name": scheme.display_name})]
