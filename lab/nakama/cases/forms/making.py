"""Forms from the award on: the decision, talks about prices, records of steps, ratings."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases.models import Award, Order
from lab.nakama.cases.services import Deal, Marks, Seen
from portal.kernel.files.rules import PHOTOS
from portal.ui.forms import DateField, ScaleSelect, TextField, UiForm, WholeNumberField


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
        help_text=_("材料の支給、不適合のときの費用の分担など"),
        multiline=True,
        rows=3,
        max_length=500,
        required=False,
    )
    sure = forms.BooleanField(label=_("担当・金額・納期を確かめました"))

    def deal(self) -> Deal:
        """What the service takes."""
        data = self.cleaned_data
        return Deal(
            form=data["form"],
            lead_name=data["lead_name"],
            fee_permille=(data["fee"] or 0) * 10 if data["form"] == Award.Form.JOINT else 0,
            pay_on=data["pay_on"],
            method=data["method"],
            terms=data["terms"],
        )


class TalkForm(UiForm):
    """価格協議の記録."""

    held_on = DateField(label=_("協議した日"))
    said = TextField(label=_("協議の内容"), multiline=True, rows=3, max_length=2000)
    result = TextField(label=_("結果と理由"), max_length=500)


class RecordForm(UiForm):
    """工程の記録 of the kind that is the firm's to write now."""

    measured = TextField(
        label=_("検査した内容"),
        help_text=_("例：外径 φ12h7 をマイクロメータで5個、外観は全数"),
        max_length=300,
        required=False,
    )
    good = WholeNumberField(label=_("合格の数"), suffix=_("個"), required=False)
    bad = WholeNumberField(label=_("不合格の数"), suffix=_("個"), required=False)
    responsible = forms.TypedChoiceField(
        label=_("責任工程"), coerce=int, empty_value=None, required=False
    )
    note = TextField(label=_("メモ"), multiline=True, rows=2, max_length=500, required=False)
    photo = forms.FileField(
        label=_("写真"),
        help_text=_("JPEG・PNG、20MBまで"),
        widget=forms.FileInput(attrs={"accept": PHOTOS.accept}),
        required=False,
    )

    def __init__(
        self, *args: Any, kind: str, steps: Iterable[tuple[int, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].choices = list(steps)
        if kind != "inspect":
            for name in ("measured", "good", "bad"):
                del self.fields[name]
        if kind != "reject":
            del self.fields["responsible"]
        else:
            self.fields["note"].label = _("どこが合わないか")

    def seen(self) -> Seen:
        """What the service takes."""
        data = self.cleaned_data
        return Seen(
            note=data["note"],
            good=data.get("good"),
            bad=data.get("bad"),
            measured=data.get("measured", ""),
            responsible=data.get("responsible"),
        )


def _scale(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[(mark, str(mark)) for mark in range(1, 6)],
        widget=ScaleSelect,
    )


class RatingForm(UiForm):
    """評価 of one firm."""

    firm = forms.TypedChoiceField(label=_("評価する企業"), coerce=int)
    quality = _scale(_("品質（注文の明確さ）　1 悪い〜5 とても良い"))
    delivery = _scale(_("納期（支払・連絡の早さ）　1 悪い〜5 とても良い"))
    manner = _scale(_("やりとり　1 悪い〜5 とても良い"))
    comment = TextField(label=_("ひとこと"), max_length=300, required=False)

    def __init__(self, *args: Any, firms: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["firm"].choices = list(firms)

    def marks(self) -> Marks:
        """What the service takes."""
        data = self.cleaned_data
        return Marks(data["quality"], data["delivery"], data["manner"], data["comment"])


class RulingForm(UiForm):
    """異議への答え, by the coordinator."""

    action = forms.ChoiceField(
        label=_("決定"),
        choices=[("uphold", _("評価を維持する")), ("strike", _("評価を除く"))],
        widget=forms.RadioSelect,
    )
    reason = TextField(label=_("理由"), multiline=True, rows=3, max_length=500)
