"""The editor's forms of one item of a list: a category, a question, a criterion of the score …"""

import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, WholeNumberField, YenField
from programs.industry import JSIC
from programs.wards import WARDS
from subsidies.office.base_forms import LinesField, RateField
from subsidies.office.item_base import (
    NONE,
    ORDERED,
    AskedForm,
    ItemForm,
    criteria_choices,
    with_choices,
)
from subsidies.office.rules.names import (
    FACTS,
    KINDS,
    OPERATORS,
    PORTAL_SOURCES,
    RELATIONS,
    SOURCES,
    ward_name,
)
from subsidies.rules import values


class CategoryForm(ItemForm):
    """経費区分."""

    prefix_code = "c"
    name = TextField(label=_("名前"), max_length=60)
    eligible = LinesField(label=_("対象になるものの例"), required=False)
    ineligible = LinesField(label=_("対象にならないものの例"), required=False)


class CriterionForm(ItemForm):
    """申請の要件: a question, and which answers may apply."""

    prefix_code = "k"
    question = TextField(label=_("質問"), max_length=200)
    kind = forms.ChoiceField(
        label=_("答え方"),
        choices=[(code, KINDS[code]) for code in ("yes_no", "number", "yen", "choice")],
        widget=forms.RadioSelect,
    )
    operator = forms.ChoiceField(label=_("申請できる答え"), choices=list(OPERATORS.items()))
    threshold = TextField(
        label=_("境目の数"),
        required=False,
        max_length=200,
        help_text=_("「以下」「未満」「以上」「を超える」のとき。境目は法令や要綱の書き方のまま。"),
    )
    by_industry = LinesField(
        label=_("業種による境目の数"),
        required=False,
        help_text=_(
            "業種で境目が違うとき。1行に1つ、業種の番号（中分類の2けた）と数を「：」でつないで入力してください。"
            "例：ゴム製品製造業だけ900人なら 19：900"
        ),
    )
    unit = TextField(label=_("単位"), required=False, max_length=10)
    choices = LinesField(label=_("選択肢"), required=False)
    accepted = LinesField(
        label=_("申請できる選択肢"),
        required=False,
        help_text=_("「のどれか」のとき。上の選択肢と同じ文字で、1行に1つ入力してください。"),
    )
    help = TextField(label=_("説明"), required=False, multiline=True, rows=3, max_length=400)
    refusal = TextField(
        label=_("申請できないときの説明"),
        required=False,
        multiline=True,
        rows=3,
        max_length=400,
        help_text=_("なぜできないか、どうすればよいか。"),
    )
    source = forms.ChoiceField(
        label=_("企業情報から先に入れておくもの"),
        choices=list(SOURCES.items()),
    )
    any_of = TextField(
        label=_("組の名前"),
        required=False,
        max_length=20,
        help_text=_(
            "同じ組の名前を付けた要件は、どれか1つを満たせばよくなります（資本金か従業員）。"
        ),
    )

    def read(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        names = dict(entry.get("choices", []))
        threshold = entry.get("threshold")
        several = isinstance(threshold, list)
        return {
            "source": "ask",
            "kind": "yes_no",
            **entry,
            "choices": list(names.values()),
            "accepted": [names.get(code, code) for code in threshold] if several else [],
            "threshold": "" if several else threshold,
            "by_industry": [f"{code}：{limit}" for code, limit in entry.get("by_industry", [])],
        }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        operator, raw = given.get("operator"), given.get("threshold")
        given["threshold"] = None
        if operator in ORDERED:
            try:
                read = values.read_yen if given.get("kind") == "yen" else values.read_number
                given["threshold"] = read(raw or "")
            except values.Unreadable as error:
                self.add_error("threshold", str(error))
        elif operator == "one_of":
            self._check_accepted(given)
        return given

    def clean_by_industry(self) -> list[list[Any]]:
        pairs = []
        for line in self.cleaned_data["by_industry"]:
            code, _colon, limit = unicodedata.normalize("NFKC", line).partition(":")
            code = code.strip()
            if code not in dict(JSIC):
                text = gettext(
                    "「%(line)s」の業種の番号は、中分類の2けたで入力してください。例：19：900"
                )
                raise forms.ValidationError(text % {"line": line})
            try:
                pairs.append([code, values.read_number(limit.strip())])
            except values.Unreadable as error:
                raise forms.ValidationError(str(error)) from None
        return pairs

    def _check_accepted(self, given: Mapping[str, Any]) -> None:
        """The accepted answers are some of the choices, word for word."""
        accepted = given.get("accepted") or []
        known = given.get("choices") or []
        strange = [label for label in accepted if label not in known]
        if not accepted:
            self.add_error("accepted", gettext("申請できる選択肢を1つ以上入力してください。"))
        elif strange:
            text = gettext(
                "「%(name)s」は選択肢にありません。選択肢と同じ文字で入力するか、選択肢に加えてください。"
            )
            self.add_error("accepted", text % {"name": strange[0]})

    def value(self) -> dict[str, Any]:
        found = with_choices(self, super().value())
        accepted = found.pop("accepted", [])
        if self.cleaned_data["operator"] == "one_of":
            codes = {label: code for code, label in found["choices"]}
            found["threshold"] = [codes[label] for label in dict.fromkeys(accepted)]
        return found


class TaskForm(AskedForm):
    """課題: a page of the form."""

    prefix_code = "t"
    name = TextField(label=_("名前"), max_length=60)
    field_order = ("name",)


class QuestionForm(AskedForm):
    """設問."""

    prefix_code = "q"
    label = TextField(label=_("設問"), max_length=200)
    task = forms.ChoiceField(label=_("課題（まとまり）"))
    kind = forms.ChoiceField(label=_("答え方"), choices=list(KINDS.items()))
    hint = TextField(label=_("説明と例"), required=False, multiline=True, rows=3, max_length=400)
    required = forms.BooleanField(label=_("必須にする"), required=False)
    max_length = WholeNumberField(label=_("文字数の上限"), required=False, suffix=_("文字"))
    unit = TextField(label=_("単位（数のとき）"), required=False, max_length=10)
    choices = LinesField(label=_("選択肢（選択のとき）"), required=False)
    field_order = ("label", "task", "kind", "hint", "required", "max_length", "unit", "choices")

    def prepare(self) -> None:
        super().prepare()
        tasks = [(task["code"], task["name"]) for task in self.rules.get("tasks", [])]
        self.fields["task"].choices = tasks

    def read(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "required": True,
            **super().read(entry),
            "choices": [label for _code, label in entry.get("choices", [])],
        }

    def value(self) -> dict[str, Any]:
        return with_choices(self, super().value())


class DocumentForm(AskedForm):
    """添付書類."""

    prefix_code = "d"
    name = TextField(label=_("名前"), max_length=100)
    hint = TextField(label=_("説明"), required=False, multiline=True, rows=3, max_length=400)
    form_no = TextField(label=_("様式番号"), required=False, max_length=40)
    required = forms.BooleanField(label=_("必須にする"), required=False)
    many = forms.BooleanField(label=_("複数のファイルを付けられる"), required=False)
    field_order = ("name", "hint", "form_no", "required", "many")

    def read(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {"required": True, **super().read(entry)}


class ScoringForm(ItemForm):
    """審査項目."""

    prefix_code = "s"
    name = TextField(label=_("名前"), max_length=60)
    hint = TextField(label=_("見るところ"), required=False, multiline=True, rows=2, max_length=300)
    max = WholeNumberField(label=_("最高点"), help_text=_("0からこの点までで採点します。"))
    weight = TextField(label=_("重み"), max_length=8, help_text=_("例：4（5点満点なら配点20）"))
    minimum = TextField(
        label=_("最低点（平均）"), required=False, max_length=8, help_text=_("なければ空欄。")
    )

    def read(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {"max": 5, "weight": "1", **entry}

    def clean_weight(self) -> str:
        return _fraction(self.cleaned_data["weight"])

    def clean_minimum(self) -> str:
        text = self.cleaned_data["minimum"]
        return _fraction(text) if text else ""


class BonusForm(ItemForm):
    """加点."""

    prefix_code = "b"
    name = TextField(label=_("名前"), max_length=60)
    fact = forms.ChoiceField(label=_("もとになる事実"), choices=list(FACTS.items()))
    points = WholeNumberField(label=_("点数"), suffix=_("点"))
    valid_months = WholeNumberField(
        label=_("有効な月数"),
        required=False,
        suffix=_("か月"),
        help_text=_("認められた日からの月数。決めないときは空欄。"),
    )


class VariantForm(AskedForm):
    """条件で変わる補助率."""

    name = TextField(label=_("名前"), max_length=80, help_text=_("例：SDGs宣言企業"))
    rate = RateField(label=_("補助率"))
    cap_yen = YenField(label=_("上限額"), required=False, help_text=_("変わらないときは空欄。"))
    field_order = ("name", "rate", "cap_yen")

    def prepare(self) -> None:
        super().prepare()
        del self.fields["skip_graduates"]
        self.fields["when_asked"].required = True

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        given["skip_graduates"] = False
        return given

    def value(self) -> dict[str, Any]:
        found = super().value()
        found.pop("code", None)
        return found


class StackForm(ItemForm):
    """ほかの補助金との関係."""

    name = TextField(label=_("補助金の名前"), max_length=100)
    relation = forms.ChoiceField(
        label=_("関係"), choices=list(RELATIONS.items()), widget=forms.RadioSelect
    )
    scheme = forms.CharField(
        label=_("このポータルの制度の略号"),
        required=False,
        max_length=20,
        help_text=_("このポータルの制度のとき。交付の記録で確かめます。例：DX1"),
    )
    ward = forms.TypedChoiceField(
        label=_("制度のある区"),
        required=False,
        coerce=int,
        empty_value=0,
        help_text=_("このポータルの制度で、ほかの区のもののとき。"),
    )
    criterion = forms.ChoiceField(label=_("申告で確かめる要件"), required=False)

    def prepare(self) -> None:
        wards = [(ward.code, ward_name(ward.code)) for ward in WARDS]
        self.fields["ward"].choices = [("", _("この区")), *wards]
        self.fields["criterion"].choices = criteria_choices(self.rules)

    def read(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {**entry, "ward": entry.get("ward") or ""}

    def value(self) -> dict[str, Any]:
        found = super().value()
        found.pop("code", None)
        if not found.get("ward"):
            found.pop("ward", None)
        return found


class PrerequisiteForm(ItemForm):
    """先に済ませること."""

    prefix_code = "p"
    name = TextField(label=_("名前"), max_length=100)
    source = forms.ChoiceField(
        label=_("このポータルで確かめるもの"),
        choices=[NONE, *PORTAL_SOURCES.items()],
        help_text=_("選ぶと、済むまで申請できません。要件や書類で尋ねる必要はありません。"),
        required=False,
    )
    criterion = forms.ChoiceField(label=_("確かめる要件"), required=False)
    document = forms.ChoiceField(label=_("確かめる書類"), required=False)

    def prepare(self) -> None:
        self.fields["criterion"].choices = criteria_choices(self.rules)
        documents = [(item["code"], item["name"]) for item in self.rules.get("documents", [])]
        self.fields["document"].choices = [NONE, *documents]


def _fraction(text: str) -> str:
    try:
        return str(Fraction(text))
    except (ValueError, ZeroDivisionError):
        raise forms.ValidationError(gettext("5 や 3/2 のように入力してください。")) from None
