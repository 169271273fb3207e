"""Forms of the 共同受注: opening it, offering, mending the split, putting it to the firms."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.nakama.cases.models import Award, Order
from lab.nakama.cases.services import Payment
from lab.nakama.exchange.models import JointOffer, JointOrder
from lab.nakama.exchange.rules.lots import MOST_FIRMS
from lab.nakama.exchange.services import Able, Call
from lab.nakama.forms.fields import OfProcessForm, mm, process, um, words
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField

MOST_PIECES = 10_000_000
# Of a unit and of setting up; what a column holds is little more.
MOST_YEN = 100_000_000
FORMS = (
    (Award.Form.JOINT, gettext_lazy("共同受注（自社が受注統括として顧客と契約し、仲間に発注する）")),
    (Award.Form.BROKERED, gettext_lazy("斡旋（自社が発注元で、仲間それぞれと契約する）")),
)  # fmt: skip


def _pieces(label: Any, **more: Any) -> WholeNumberField:
    return WholeNumberField(
        label=label, suffix=gettext_lazy("個"), min_value=1, max_value=MOST_PIECES, **more
    )


class JointForm(OfProcessForm):
    """共同受注を始める."""

    empty = gettext_lazy("言葉から読み取る")

    item = TextField(
        label=gettext_lazy("品目"),
        help_text=gettext_lazy("ほかの企業にも見えます。顧客と自社の名前は書かないでください。"),
        max_length=80,
    )
    detail = TextField(
        label=gettext_lazy("仕様"),
        help_text=gettext_lazy("例：SUS304、φ20×60、公差±0.05、バリなきこと"),
        multiline=True,
        rows=4,
        max_length=1000,
        required=False,
    )
    process = process(
        required=False,
        help_text=gettext_lazy(
            "この工程ができると登録している企業に、募集をお知らせします。空欄なら、品目と仕様の言葉から読み取ります。"
        ),
    )
    material = words(gettext_lazy("材料"), 40, gettext_lazy("例：SUS304、アルミ"))
    size_mm = mm(gettext_lazy("最大の大きさ"), help_text=gettext_lazy("いちばん長い辺"))
    tolerance_um = um(gettext_lazy("公差 ±"), help_text=gettext_lazy("0.01mmは10µm"))
    quantity = _pieces(gettext_lazy("数量"))
    due_on = DateField(label=gettext_lazy("納期"))
    closes_on = DateField(
        label=gettext_lazy("申出の締切"),
        help_text=gettext_lazy("分担は、締切のあとに計算します。"),
    )
    form = forms.ChoiceField(
        label=gettext_lazy("契約の形"),
        choices=FORMS,
        widget=forms.RadioSelect,
        initial=Award.Form.JOINT,
    )
    pricing = forms.ChoiceField(
        label=gettext_lazy("単価の決め方"),
        choices=JointOrder.Pricing.choices,
        widget=forms.RadioSelect,
        initial=JointOrder.Pricing.OFFERED,
    )
    unit_yen = YenField(
        label=gettext_lazy("全社同じ単価（税抜）"),
        max_value=MOST_YEN,
        help_text=gettext_lazy("単価を先に示すときだけ入力します。ほかの企業にも見えます。"),
        min_value=1,
        required=False,
    )
    most_firms = WholeNumberField(
        label=gettext_lazy("最大の社数"),
        suffix=gettext_lazy("社"),
        min_value=2,
        max_value=MOST_FIRMS,
        initial=MOST_FIRMS,
    )
    lead_name = TextField(
        label=gettext_lazy("受注統括の名前"),
        help_text=gettext_lazy("共同受注のときに使います。例：城東切削受注統括"),
        max_length=100,
        required=False,
    )
    fee = WholeNumberField(
        label=gettext_lazy("管理費"),
        help_text=gettext_lazy("共同受注のときに、仲間の代金に足して顧客に請求する割合です。"),
        suffix="%",
        min_value=0,
        max_value=30,
        initial=0,
        required=False,
    )
    customer = TextField(
        label=gettext_lazy("顧客"),
        help_text=gettext_lazy("自社だけに見えます。"),
        max_length=200,
        required=False,
    )
    customer_unit_yen = YenField(
        label=gettext_lazy("顧客から受ける単価（税抜）"),
        max_value=MOST_YEN,
        help_text=gettext_lazy("自社だけに見えます。分担の費用が収まるかを確かめます。"),
        min_value=1,
        required=False,
    )
    deliver_to = TextField(
        label=gettext_lazy("納品先"),
        help_text=gettext_lazy("分担をたずねた企業にだけ見えます。"),
        max_length=300,
    )
    contact = TextField(
        label=gettext_lazy("担当者と電話番号"),
        help_text=gettext_lazy("分担をたずねた企業にだけ見えます。"),
        max_length=100,
    )
    pay_on = DateField(
        label=gettext_lazy("支払期日"),
        help_text=gettext_lazy("空欄なら受領の翌月末（60日を超えるときは60日目）になります。"),
        required=False,
    )
    method = forms.ChoiceField(
        label=gettext_lazy("支払の方法"),
        choices=Order.Method.choices,
        widget=forms.RadioSelect,
        initial=Order.Method.TRANSFER,
    )
    terms = TextField(
        label=gettext_lazy("取り決め（共通条項）"),
        help_text=gettext_lazy("材料の支給、不適合のときの費用の分担など"),
        multiline=True,
        rows=3,
        max_length=500,
        required=False,
    )

    def call(self) -> Call:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        names = (
            *("item", "detail", "quantity", "due_on", "closes_on", "form", "pricing", "unit_yen"),
            *("process", "material", "size_mm", "tolerance_um"),
            *("most_firms", "lead_name", "customer", "customer_unit_yen", "deliver_to", "contact"),
        )
        return Call(
            **{name: data[name] for name in names},
            fee_permille=(data["fee"] or 0) * 10,
            payment=Payment(data["pay_on"], data["method"], data["terms"]),
        )


class OfferForm(UiForm):
    """数量を申し出る."""

    least = _pieces(
        gettext_lazy("最小の数量"),
        help_text=gettext_lazy("これより少なければ引き受けない、という数量"),
    )
    most = _pieces(
        gettext_lazy("最大の数量"), help_text=gettext_lazy("納期までに作れる、いちばん多い数量")
    )
    unit_yen = YenField(
        label=gettext_lazy("単価（税抜）"),
        max_value=MOST_YEN,
        help_text=gettext_lazy("募集した企業にだけ見えます。ほかの企業にも区にも見えません。"),
        min_value=1,
    )
    setup_yen = YenField(
        label=gettext_lazy("段取り費（税抜）"),
        max_value=MOST_YEN,
        help_text=gettext_lazy("1個でも引き受けるときに、1回かかる費用です。"),
        min_value=0,
        required=False,
    )
    ready_on = DateField(label=gettext_lazy("納められる日"))
    note = TextField(label=gettext_lazy("メモ"), max_length=200, required=False)

    def __init__(self, *args: Any, joint: JointOrder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if joint.pricing == JointOrder.Pricing.UNIFORM:
            del self.fields["unit_yen"], self.fields["setup_yen"]

    def able(self) -> Able:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        return Able(
            least=data["least"],
            most=data["most"],
            unit_yen=data.get("unit_yen"),
            setup_yen=data.get("setup_yen") or 0,
            ready_on=data["ready_on"],
            note=data["note"],
        )


class AdjustForm(UiForm):
    """分担の手直し: a lot for each firm that offered."""

    def __init__(self, *args: Any, offers: Sequence[JointOffer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = offers
        for offer in offers:
            self.fields[f"q{offer.firm_id}"] = WholeNumberField(
                label=offer.firm_name,
                help_text=_("0か、%(least)sから%(most)sまで")
                % {"least": f"{offer.least:,}", "most": f"{offer.most:,}"},
                suffix=_("個"),
                min_value=0,
                max_value=MOST_PIECES,
            )
        self.fields["reason"] = TextField(
            label=_("手直しの理由"), multiline=True, rows=2, max_length=500
        )
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "ui-input")

    def lots(self) -> dict[int, int]:
        """What the service takes; valid forms only."""
        return {one.firm_id: self.cleaned_data[f"q{one.firm_id}"] for one in self.offers}


class ProposeForm(UiForm):
    """この分担で参加をたずねる."""

    is_independent = forms.BooleanField(
        label=gettext_lazy("分担する企業どうしに、資本の関係（親子会社など）はありません"),
        help_text=gettext_lazy(
            "関係があるときも進められますが、区の共同受注の件数には入りません。"
        ),
        required=False,
    )


class ProgressForm(UiForm):
    """できた数."""

    done = WholeNumberField(label=gettext_lazy("できた数"), suffix=gettext_lazy("個"), min_value=0)


class ReasonForm(UiForm):
    """Why it is called off, or a part is sent back."""

    reason = TextField(label=gettext_lazy("理由"), multiline=True, rows=3, max_length=500)
