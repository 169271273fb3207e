"""Forms of the board: something to list, a reason."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.nakama.exchange import codes
from lab.nakama.exchange.models import Listing
from lab.nakama.exchange.services import Material
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField

MOST_MM, MOST_UNIT_YEN = 20_000, 10_000_000
CHOOSE = ("", _("選んでください"))


class ListingForm(UiForm):
    """余っている資材 or 欲しい資材."""

    material = forms.ChoiceField(label=_("材質"), choices=[CHOOSE, *codes.MATERIALS.items()])
    shape = forms.ChoiceField(label=_("形状"), choices=[CHOOSE, *codes.SHAPES.items()])
    a_mm = WholeNumberField(
        label=_("太さ・厚さ"),
        help_text=_("丸棒とパイプは外径、板は厚さ、角棒と六角棒は一辺（二面幅）。"),
        suffix="mm",
        min_value=1,
        max_value=MOST_MM,
    )
    b_mm = WholeNumberField(
        label=_("幅"), suffix="mm", min_value=0, max_value=MOST_MM, required=False
    )
    length_mm = WholeNumberField(
        label=_("長さ"), suffix="mm", min_value=0, max_value=MOST_MM, required=False
    )
    quantity = WholeNumberField(label=_("数量"), min_value=1, max_value=1_000_000)
    unit = forms.ChoiceField(label=_("単位"), choices=[CHOOSE, *codes.UNITS.items()])
    price_yen = YenField(label="", required=False, max_value=MOST_UNIT_YEN)
    ward = forms.TypedChoiceField(label=_("場所（区）"), coerce=int)
    until = DateField(label=_("期限"), help_text=_("この日を過ぎると、自動で掲載が終わります。"))
    contact_name = TextField(
        label=_("担当者"),
        help_text=_("担当者と電話番号は、双方が承諾した相手にだけ見えます。"),
        max_length=60,
    )
    contact_phone = TextField(label=_("電話番号"), max_length=20)

    def __init__(
        self, *args: Any, kind: str, wards: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.offer("ward", wards)
        price = self.fields["price_yen"]
        if kind == Listing.Kind.SURPLUS:
            price.label = _("譲る価格（1単位・税抜）")
            price.help_text = _("空欄なら無償です。ほかの企業にも見えます。")
        else:
            price.label = _("支払える上限（1単位・税抜）")
            price.help_text = _("空欄なら上限なし。相手にもほかの企業にも見えません。")

    def given(self) -> Material:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        return Material(
            kind=self.kind,
            material=data["material"],
            shape=data["shape"],
            a_mm=data["a_mm"],
            b_mm=data["b_mm"] or 0,
            length_mm=data["length_mm"] or 0,
            unit=data["unit"],
            quantity=data["quantity"],
            price_yen=data["price_yen"],
            ward_id=data["ward"],
            until=data["until"],
            contact_name=data["contact_name"],
            contact_phone=data["contact_phone"],
        )


class FailForm(UiForm):
    """Why it was not handed over."""

    reason = TextField(
        label=_("受渡しに至らなかった理由"), multiline=True, rows=3, max_length=500, required=False
    )
