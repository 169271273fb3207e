"""Forms of 取引の成立の申告."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.nakama.exchange.models import OutsideMatch
from lab.nakama.exchange.services import Claim
from portal.ui.forms import DateField, TextField, UiForm


class PickForm(UiForm):
    """Whom it is about, by a part of the name or the number."""

    q = TextField(label=gettext_lazy("企業名の一部か法人番号"), max_length=60)


class ClaimForm(UiForm):
    """取引の成立を申告する."""

    side = forms.ChoiceField(label=gettext_lazy("取引の向き"), widget=forms.RadioSelect)
    family = forms.ChoiceField(label=gettext_lazy("仕事の種類"))
    matched_on = DateField(
        label=gettext_lazy("成立した日"), help_text=gettext_lazy("注文や契約をした日です。")
    )
    band = forms.ChoiceField(
        label=gettext_lazy("金額の範囲（税抜）"),
        choices=OutsideMatch.Band.choices,
        widget=forms.RadioSelect,
    )
    trigger = forms.ChoiceField(
        label=gettext_lazy("きっかけ"),
        help_text=gettext_lazy("どちらでもない取引は、件数に入らないので、申告は要りません。"),
        choices=OutsideMatch.Trigger.choices,
        widget=forms.RadioSelect,
    )
    story = TextField(
        label=gettext_lazy("いきさつ"),
        help_text=gettext_lazy("例：5月の商談会で知り合い、試作のあとに量産を受けた"),
        multiline=True,
        rows=2,
        max_length=300,
        required=False,
    )

    def __init__(
        self, *args: Any, firm: str, partner: str, families: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        told = {"firm": firm, "partner": partner}
        self.fields["side"].choices = [
            ("bought", _("%(firm)sが、%(partner)sに発注した") % told),
            ("sold", _("%(firm)sが、%(partner)sから受注した") % told),
        ]
        self.fields["family"].choices = [("", _("選んでください")), *families.items()]

    def claim(self) -> Claim:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        names = ("family", "matched_on", "band", "trigger", "story")
        return Claim(bought=data["side"] == "bought", **{name: data[name] for name in names})


class EvidenceForm(UiForm):
    """書類で確かめた."""

    evidence = TextField(
        label=gettext_lazy("確かめた書類"),
        help_text=gettext_lazy("例：注文書 2026-114（5月12日付）の写し"),
        max_length=300,
    )
