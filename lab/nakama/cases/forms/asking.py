"""Forms of a case until the award: the request, hubs, drawings, answers."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases import states
from lab.nakama.cases.rules.waves import LONGEST_HOURS, SHORTEST_HOURS
from lab.nakama.cases.services import Given, Wanted
from lab.nakama.cases.services.drawings import LONGEST_DAYS, SHORTEST_DAYS
from lab.nakama.rules.certificates import NAMES as CERTIFICATES
from lab.nakama.rules.certificates import code_of
from portal.kernel.files.rules import DRAWINGS
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField

OTHER = ""


class CaseForm(UiForm):
    """案件: what everybody asked may read, then what only hub and buyer read. A draft may lack all."""

    title = TextField(
        label=_("件名"),
        help_text=_("会社名や製品名を入れないでください。例：ステンレスの段付きシャフト"),
        max_length=80,
        required=False,
    )
    summary = TextField(
        label=_("仕事の概要"),
        help_text=_("形・大事なところ・仕上げなど、できるかどうかを判断できることを書きます。"),
        multiline=True,
        rows=4,
        max_length=2000,
        required=False,
    )
    material_code = forms.ChoiceField(label=_("材質"), required=False)
    size_mm = WholeNumberField(
        label=_("一番長いところの寸法"),
        help_text=_("声をかけた相手には「200mm以下」のような大きさの区分で見えます。"),
        suffix="mm",
        min_value=1,
        max_value=100_000,
        required=False,
    )
    tolerance_um = WholeNumberField(
        label=_("一番厳しい公差（±）"),
        help_text=_("1000分の1mmの単位です。±0.01mmなら10"),
        suffix="µm",
        min_value=1,
        max_value=100_000,
        required=False,
    )
    lot = WholeNumberField(
        label=_("数量"), suffix=_("個"), min_value=1, max_value=10_000_000, required=False
    )
    due_on = DateField(label=_("納期"), required=False)
    certificates = forms.MultipleChoiceField(
        label=_("必要な認証"),
        help_text=_(
            "選んだ認証を登録していて、期限の切れていない企業だけを探します。なければ選びません。"
        ),
        choices=list(CERTIFICATES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    other_certificates = TextField(
        label=_("ほかに必要な認証"),
        help_text=_("上にない認証だけを、名前で書きます。複数は「、」で区切ります。"),
        max_length=200,
        required=False,
    )
    export_control = forms.BooleanField(
        label=_("輸出・外為法の確認が必要な品物です"), required=False
    )
    wave_hours = forms.TypedChoiceField(
        label=_("仲間の返事を待つ時間"),
        coerce=int,
        choices=[
            (SHORTEST_HOURS, _("24時間")),
            (36, _("36時間")),
            (LONGEST_HOURS, _("48時間")),
        ],
        initial=LONGEST_HOURS,
        widget=forms.RadioSelect,
    )
    customer = TextField(label=_("最終のお客様"), max_length=200, required=False)
    contact = TextField(label=_("連絡先の担当者"), max_length=100, required=False)
    delivery_address = TextField(label=_("納品先の住所"), max_length=200, required=False)
    budget_yen = YenField(label=_("予算（税抜・全数）"), required=False, max_value=10**10)
    note = TextField(
        label=_("ハブ企業への連絡"), multiline=True, rows=3, max_length=2000, required=False
    )

    PUBLIC = (
        "title",
        "summary",
        "material_code",
        "size_mm",
        "tolerance_um",
        "lot",
        "due_on",
        "certificates",
        "other_certificates",
        "export_control",
        "wave_hours",
    )
    PRIVATE = ("customer", "contact", "delivery_address", "budget_yen", "note")

    def __init__(self, *args: Any, materials: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.materials = dict(materials)
        self.fields["material_code"].choices = [("", _("選んでください")), *materials.items()]

    @staticmethod
    def certificates_of(names: Iterable[str]) -> dict[str, Any]:
        """Names as a case keeps them → what stands in the two fields."""
        known = {name: code_of(name) in CERTIFICATES for name in names}
        return {
            "certificates": [code_of(name) for name, is_known in known.items() if is_known],
            "other_certificates": str(_("、")).join(
                name for name, is_known in known.items() if not is_known
            ),
        }

    @property
    def public_fields(self) -> list[Any]:
        """Those that everybody asked reads."""
        return [self[name] for name in self.PUBLIC]

    @property
    def private_fields(self) -> list[Any]:
        """Those that buyer and hubs read."""
        return [self[name] for name in self.PRIVATE]

    def wanted(self) -> Wanted:
        """What the service takes; what was not valid is left out, so that a draft keeps the rest."""
        data = dict(self.cleaned_data)
        chosen = [CERTIFICATES[code] for code in data.pop("certificates", ())]
        others = re.split(r"[,;\uff0c\u3001\n]", data.pop("other_certificates", ""))
        given = {key: value for key, value in data.items() if value is not None}
        code = given.get("material_code", "")
        return Wanted(
            **given,
            material=self.materials.get(code, ""),
            certificates=[*chosen, *(text.strip() for text in others if text.strip())],
        )


class HubForm(UiForm):
    """ハブ企業・副ハブ企業 by 法人番号."""

    part = forms.ChoiceField(
        label=_("役割"),
        choices=[("hub", _("ハブ企業")), ("delegate", _("副ハブ企業"))],
        widget=forms.RadioSelect,
        initial="hub",
    )
    corporate_number = TextField(
        label=_("法人番号（13桁）"),
        help_text=_("空欄にすると、ハブ企業は自社に戻り、副ハブ企業はいなくなります。"),
        max_length=13,
        required=False,
    )
    reason = TextField(label=_("理由"), max_length=200, required=False)


class DrawingForm(UiForm):
    """図面 with the limit said beside it."""

    name = TextField(
        label=_("図面の名前"),
        help_text=_("同じ名前で送ると、新しい版になり、前の版は見えなくなります。"),
        max_length=80,
    )
    position = forms.TypedChoiceField(
        label=_("どの工程の図面ですか"),
        coerce=lambda value: int(value) if value else None,
        empty_value=None,
        required=False,
    )
    drawing = forms.FileField(
        label=_("図面のファイル"),
        help_text=_(
            "PDF・画像（PNG、JPEG、TIFF）・CAD（DXF、DWG）、1つ50MBまで。PDFと画像は、見る人の名前と時刻を"
            "入れて見せます。CADデータは、発注が決まった企業だけが受け取れます。"
        ),
        widget=forms.FileInput(
            attrs={"accept": DRAWINGS.accept, "data-max-bytes": DRAWINGS.max_bytes}
        ),
    )

    def __init__(self, *args: Any, steps: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].choices = [("", _("全体（図面を見せる相手の全員が見る）")), *steps]


class GrantForm(UiForm):
    """図面を見せる to somebody who was asked."""

    invitation = forms.TypedChoiceField(label=_("見せる相手"), coerce=int)
    days = WholeNumberField(
        label=_("見せる期間"),
        suffix=_("日間"),
        min_value=SHORTEST_DAYS,
        max_value=LONGEST_DAYS,
        initial=14,
    )

    def __init__(self, *args: Any, asked: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invitation"].choices = list(asked)


def answer_choices() -> list[tuple[str, Any]]:
    """できる, 条件付き, できない, 今は無理."""
    return [(code, states.INVITATION.state(code).label) for code in states.ANSWERS]


class AnswerForm(UiForm):
    """The one-tap answer."""

    answer = forms.ChoiceField(
        label=_("この仕事をお願いできますか"), choices=answer_choices(), widget=forms.RadioSelect
    )
    condition = TextField(
        label=_("条件"),
        help_text=_("「条件付き」のときだけ入力します。例：材料を支給してもらえれば"),
        max_length=300,
        required=False,
    )

    def given(self) -> Given:
        """What the service takes."""
        return Given(self.cleaned_data["answer"], self.cleaned_data["condition"])


class BehalfForm(AnswerForm):
    """電話・FAXで受けた返事."""

    way = forms.ChoiceField(
        label=_("返事の方法"),
        choices=[("phone", _("電話")), ("fax", _("FAX"))],
        widget=forms.RadioSelect,
        initial="phone",
    )
    said_by = TextField(label=_("話した人（FAXの差出人）"), max_length=100)
    memo = TextField(label=_("メモ"), max_length=300, required=False)

    def given(self) -> Given:
        data = self.cleaned_data
        return Given(data["answer"], data["condition"], data["said_by"], data["memo"])


class QuoteForm(UiForm):
    """見積, for the whole lot."""

    price_yen = YenField(label=_("金額（税抜・全数）"), min_value=1)
    ready_on = DateField(label=_("渡せる日"), required=False)
    note = TextField(label=_("見積の条件"), max_length=300, required=False)


class ReasonForm(UiForm):
    """A reason, whatever for."""

    reason = TextField(label=_("理由"), multiline=True, rows=3, max_length=1000)
