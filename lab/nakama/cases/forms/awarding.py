"""発注の決定: the deal, and for each step when it is received and what is sold for it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases.models import Award, Order
from lab.nakama.cases.services import Deal, Supply
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField


class AwardForm(UiForm):
    """発注の決定."""

    form = forms.ChoiceField(
        label=_("契約の形"),
        choices=Award.Form.choices,
        widget=forms.RadioSelect,
        initial=Award.Form.JOINT,
    )
    lead_name = TextField(
        label=_("受注統括の名前"),
        help_text=_("共同受注のときに使います。契約はハブ企業が受注統括として結びます。"),
        max_length=100,
        required=False,
    )
    fee = WholeNumberField(
        label=_("管理費"),
        help_text=_("共同受注のときの、受注統括の取り分です。"),
        suffix="%",
        max_value=30,
        initial=0,
        required=False,
    )
    pay_on = DateField(
        label=_("支払期日"),
        help_text=_("空欄なら受領の翌月末（60日を超えるときは60日目）になります。"),
        required=False,
    )
    method = forms.ChoiceField(
        label=_("支払の方法"), choices=Order.Method.choices, widget=forms.RadioSelect,
        initial=Order.Method.TRANSFER,
    )  # fmt: skip
    terms = TextField(
        label=_("取り決め（共通条項）"),
        help_text=_("無償で支給する材料、不適合のときの費用の分担など"),
        multiline=True,
        rows=3,
        max_length=500,
        required=False,
    )
    sure = forms.BooleanField(label=_("担当・金額・納期を確かめました"))

    def deal(self, steps: Iterable[tuple[int, "StepTermsForm"]]) -> Deal:
        """What the service takes, with the forms of the steps by position."""
        data = self.cleaned_data
        terms = list(steps)
        return Deal(
            form=data["form"],
            lead_name=data["lead_name"],
            fee_permille=(data["fee"] or 0) * 10 if data["form"] == Award.Form.JOINT else 0,
            pay_on=data["pay_on"],
            method=data["method"],
            terms=data["terms"],
            receipts={at: one.cleaned_data["receive_on"] for at, one in terms},
            supplies={at: supply for at, one in terms if (supply := one.supply()) is not None},
        )


class StepTermsForm(UiForm):
    """受け取る期日 of one step, and 有償支給材 (all of it or none)."""

    receive_on = DateField(label=_("受け取る期日"))
    goods = TextField(
        label=_("品名"), help_text=_("例：SUS304 丸棒 φ20"), max_length=100, required=False
    )
    quantity = TextField(label=_("数量"), help_text=_("例：20本"), max_length=40, required=False)
    price_yen = YenField(label=_("対価（税抜）"), required=False, min_value=1)
    hand_on = DateField(label=_("引き渡す期日"), required=False)
    settle_on = DateField(
        label=_("決済の期日"),
        help_text=_("加工の代金の支払期日より早くはできません（取適法）。"),
        required=False,
    )
    settlement = forms.ChoiceField(
        label=_("決済の方法"),
        choices=[("", _("選んでください")), *Order.Settlement.choices],
        required=False,
    )

    SUPPLY = ("goods", "quantity", "price_yen", "hand_on", "settle_on", "settlement")

    @property
    def supply_fields(self) -> list[Any]:
        """Those of the material."""
        return [self[name] for name in self.SUPPLY]

    @property
    def has_supply(self) -> bool:
        """Whether something of it was typed: then the page shows it open."""
        return any(self[name].value() for name in self.SUPPLY)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if any(data.get(name) for name in self.SUPPLY):
            for name in self.SUPPLY:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("有償で支給するときは、すべて入力してください。"))
        return data

    def supply(self) -> Supply | None:
        """What the service takes."""
        data = self.cleaned_data
        if not data["goods"]:
            return None
        return Supply(
            goods=data["goods"],
            quantity=data["quantity"],
            price_yen=data["price_yen"],
            hand_on=data["hand_on"],
            settle_on=data["settle_on"],
            method=data["settlement"],
        )
