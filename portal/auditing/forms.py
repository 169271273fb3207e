"""What an auditor types: a purpose, a sample to draw, a finding, a recount to order."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.auditing.models import Sample
from portal.auditing.selectors.population import BASES, CRITERIA, GRANTED, Wanted, years
from portal.auditing.selectors.scope import Scope
from portal.auditing.strata import STRATA
from portal.auditing.words import STAGES
from portal.ui.forms import TextField, UiForm, WholeNumberField, YenField
from portal.ui.markup import fiscal_year_text
from programs.selectors import ward_names

Method = Sample.Method
ANY = ("", _("すべて"))
MOST_SEED = 10**15 - 1


class PurposeForm(UiForm):
    """Why cases are looked at; it goes to the audit trail with every look."""

    purpose = TextField(
        label=_("監査の目的"),
        max_length=300,
        help_text=_("例：令和8年度定期監査（補助金）、住民監査請求 第3号の調査"),
    )


class NoteForm(UiForm):
    """The auditor's finding about a case of a sample."""

    note = TextField(
        label=_("所見"),
        multiline=True,
        rows=3,
        required=False,
        max_length=2000,
        help_text=_("確かめたこと、指摘することを書きます。監査記録に残ります。"),
    )


class RecountForm(UiForm):
    """Which year is worked out again, of which ward."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int)
    ward = forms.TypedChoiceField(label=_("区"), coerce=int, required=False, empty_value=None)
    purpose = TextField(label=_("監査の目的"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("year", [(year, fiscal_year_text(year)) for year in years()])
        self.offer("ward", [("", _("すべての区")), *ward_names().items()])


class DrawForm(UiForm):
    """A sample: its name and purpose, how it is drawn, and out of what."""

    name = TextField(
        label=_("標本の名前"), max_length=80, help_text=_("例：定期監査 交付決定 無作為20件")
    )
    purpose = TextField(
        label=_("監査の目的"),
        max_length=300,
        help_text=_("この標本から案件を見るたびに、監査記録に残ります。"),
    )
    method = forms.ChoiceField(
        label=_("抽出の方法"), choices=Method.choices, widget=forms.RadioSelect
    )
    size = WholeNumberField(
        label=_("件数"),
        required=False,
        min_value=1,
        help_text=_("「条件に合うものすべて」のときは要りません。"),
    )
    strata = forms.ChoiceField(
        label=_("層の分け方"),
        required=False,
        choices=[
            ("", _("層化抽出のときに選びます")),
            *((code, name) for code, (name, _of) in STRATA.items()),
        ],
    )
    seed = WholeNumberField(
        label=_("乱数の種"),
        required=False,
        max_value=MOST_SEED,
        help_text=_(
            "同じ母集団と同じ種からは、いつも同じ標本ができます。空欄なら、この画面が決めて標本に記録します。"
        ),
    )
    base = forms.ChoiceField(label=_("母集団"), choices=list(BASES.items()))
    year = forms.TypedChoiceField(label=_("年度"), coerce=int, required=False, empty_value=None)
    ward = forms.TypedChoiceField(label=_("区"), coerce=int, required=False, empty_value=None)
    stage = forms.TypedChoiceField(
        label=_("ステージ"),
        coerce=int,
        required=False,
        empty_value=None,
        choices=[ANY, *((stage, str(stage)) for stage in STAGES)],
    )
    criterion = forms.ChoiceField(label=_("起きたこと"), required=False)
    least_yen = YenField(label=_("額の下限"), required=False)
    most_yen = YenField(label=_("額の上限"), required=False)
    q = TextField(label=_("企業名・受付番号"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("year", [ANY, *((year, fiscal_year_text(year)) for year in years())])
        self.offer("ward", [ANY, *ward_names().items()])
        self.offer("criterion", [ANY, *((code, name) for code, (name, _of) in CRITERIA.items())])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        method = given.get("method")
        if method and method != Method.ALL and not given.get("size") and "size" not in self.errors:
            self.add_error("size", _("「件数」を入力してください。"))
        if method == Method.STRATIFIED and not given.get("strata"):
            self.add_error("strata", _("層化抽出では「層の分け方」を選んでください。"))
        least, most = given.get("least_yen"), given.get("most_yen")
        if least is not None and most is not None and least > most:
            self.add_error("most_yen", _("「額の上限」は「額の下限」以上にしてください。"))
        return given

    @property
    def order(self) -> dict[str, Any]:
        """What `services.sample_draw` takes."""
        given: Mapping[str, Any] = self.cleaned_data
        return {
            "name": given["name"],
            "purpose": given["purpose"],
            "method": given["method"],
            "size": given["size"],
            "seed": given["seed"],
            "strata": given["strata"] if given["method"] == Method.STRATIFIED else "",
            "wanted": Wanted(
                scope=Scope(ward_id=given["ward"], year=given["year"], stage=given["stage"]),
                base=given["base"] or GRANTED,
                criterion=given["criterion"],
                least_yen=given["least_yen"],
                most_yen=given["most_yen"],
                query=given["q"],
            ),
        }
