"""Forms of a referral: what is shown, for how long."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.consortium.forms.parts import CHOOSE, ActForm, paper_field
from lab.consortium.models import Member
from lab.consortium.services.referrals import Shown
from portal.ui.forms import DateField, TextField, UiForm


class ReferralForm(UiForm):
    """金融機関に紹介してもらう: each thing is chosen by itself."""

    member_id = forms.TypedChoiceField(label=gettext_lazy("紹介を受ける金融機関"), coerce=int)
    purpose = TextField(
        label=gettext_lazy("相談したいこと"),
        help_text=gettext_lazy("例：検査装置の導入。金額は、金融機関と直接話してください。"),
        multiline=True,
        rows=4,
        max_length=1000,
    )
    basics = forms.BooleanField(
        label=gettext_lazy(
            "企業の基本情報（企業名、代表者名、所在地、従業員数、電話番号）を見せる"
        ),
        required=False,
        initial=True,
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("企業カルテから見せる記録"),
        help_text=gettext_lazy(
            "選んだ記録だけが、いまの文のまま見えます。選ばなければ見えません。"
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    until = DateField(
        label=gettext_lazy("見せる期限"),
        help_text=gettext_lazy("180日以内。途中でいつでも取り消せます。"),
    )

    def __init__(
        self, *args: Any, banks: list[Member], events: Mapping[str, Shown], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._events = events
        choices = [(bank.pk, bank.name) for bank in banks]
        self.offer("member_id", [CHOOSE, *choices])
        if events:
            labels = [(key, f"{one.heading}　{one.text}") for key, one in events.items()]
            self.offer("events", labels)
        else:
            del self.fields["events"]

    def items(self, basics: Shown) -> list[Shown]:
        """What was chosen, as it will be read; valid forms only."""
        data = self.cleaned_data
        found = [Shown("purpose", _("相談したいこと"), data["purpose"])]
        if data["basics"]:
            found.append(basics)
        return [*found, *(self._events[key] for key in data.get("events", []))]


class PaperForm(ActForm):
    """見せるファイルを加える."""

    heading = TextField(
        label=gettext_lazy("ファイルの見出し"),
        help_text=gettext_lazy("例：設備投資の計画、決算書"),
        max_length=80,
    )
    uploaded = paper_field(gettext_lazy("ファイル"))


class UntilForm(ActForm):
    """見せる期限を変える."""

    until = DateField(label=gettext_lazy("新しい見せる期限"))
