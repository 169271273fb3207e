"""The editor's forms of one item of a list: a category, a question, a criterion of the score …"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, UiForm, WholeNumberField, YenField
from subsidies.office.base_forms import LinesField, RateField, fresh_code
from subsidies.office.rules.wording import KINDS, OPERATORS, RELATIONS
from subsidies.rules import values
from subsidies.rules.scheme import GRADUATE, PLAN_EVALUATION, RuleProblem

_NONE = ("", _("（なし）"))
SEPARATOR = "\u3001"  # the Japanese comma, as officials type it
FACTS = (
    ("dojo_graduate", _("DX道場の修了")),
    ("leader_course", _("リーダー講座の修了")),
    ("advisor_support", _("DXアドバイザーの支援")),
    ("sdgs", _("SDGsの宣言")),
    ("wage_raise", _("賃上げの計画")),
    ("advanced_equipment", _("先端設備等導入計画の認定")),
    ("continuity_plan", _("事業継続力強化計画の認定")),
    ("health", _("健康経営の認定")),
)


class ItemForm(UiForm):
    """One item. `entry` is its JSON, {} for a new one; `rules` the rules it belongs to."""

    prefix_code = "i"

    def __init__(
        self,
        data: Any = None,
        *,
        entry: Mapping[str, Any],
        rules: Mapping[str, Any],
        siblings: Sequence[Mapping[str, Any]],
        **kwargs: Any,
    ) -> None:
        self.entry, self.rules, self.siblings = entry, rules, siblings
        super().__init__(data, initial=self.read(entry), **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices that depend on the rules."""

    def read(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The fields' values of the item."""
        return dict(entry)

    def value(self) -> dict[str, Any]:
        """The item as JSON: what was typed over what this form does not know."""
        kept = {key: item for key, item in self.entry.items() if key not in self.fields}
        given = {key: item for key, item in self.cleaned_data.items() if item not in (None, "", [])}
        return {"code": self.code(), **kept, **given}

    def code(self) -> str:
        """The item's code: its own, or a new one."""
        taken = [str(item.get("code", "")) for item in self.siblings]
        return str(self.entry.get("code") or fresh_code(self.prefix_code, taken))

    def show(self, problems: Sequence[RuleProblem]) -> bool:
        """Put each problem on its field, or on the page; whether there was any."""
        for problem in problems:
            name = problem.where.rpartition(".")[2]
            self.add_error(name if name in self.fields else None, problem.text)
        return bool(problems)


class AskedForm(ItemForm):
    """An item that may be asked under a condition, and not of graduates."""

    when_asked = forms.ChoiceField(label=_("条件になる設問"), required=False)
    when_operator = forms.ChoiceField(
        label=_("条件"), required=False, choices=[_NONE, *OPERATORS.items()]
    )
    when_value = TextField(
        label=_("条件の値"),
        required=False,
        max_length=200,
        help_text=_("数の条件では境目の数、選択の条件では選択肢（「、」で区切る）。"),
    )
    skip_graduates = forms.BooleanField(
        label=_("DX道場の修了者には求めない（簡単な様式）"), required=False
    )

    def prepare(self) -> None:
        asked = [
            *((item["code"], item["question"]) for item in self.rules.get("criteria", [])),
            *(
                (item["code"], item["label"])
                for item in self.rules.get("questions", [])
                if item["code"] != self.entry.get("code")
            ),
        ]
        self.fields["when_asked"].choices = [("", _("いつも求める")), *asked]

    def read(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        when = entry.get("when") or {}
        value = when.get("value")
        return {
            **entry,
            "when_asked": when.get("asked", ""),
            "when_operator": when.get("operator", "is_true") if when else "",
            "when_value": SEPARATOR.join(self._names(when)) if isinstance(value, list) else value,
            "skip_graduates": GRADUATE in entry.get("not_for", ()),
        }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("when_asked") and not given.get("when_operator"):
            self.add_error("when_operator", gettext("条件を選んでください。"))
        operator = given.get("when_operator")
        if operator in {"at_most", "less_than", "at_least", "more_than"}:
            try:
                given["when_value"] = values.read_number(given.get("when_value"))
            except values.Unreadable as error:
                self.add_error("when_value", str(error))
        return given

    def value(self) -> dict[str, Any]:
        found = super().value()
        for name in ("when_asked", "when_operator", "when_value", "skip_graduates", "when"):
            found.pop(name, None)
        given = self.cleaned_data
        others = [name for name in self.entry.get("not_for", ()) if name != GRADUATE]
        not_for = [*others, *([GRADUATE] if given["skip_graduates"] else [])]
        found["not_for"] = not_for
        if given["when_asked"]:
            when: dict[str, Any] = {
                "asked": given["when_asked"],
                "operator": given["when_operator"],
            }
            if when["operator"] == "one_of":
                when["value"] = self._codes(given)
            elif when["operator"] not in {"is_true", "is_false"}:
                when["value"] = given["when_value"]
            found["when"] = when
        return {key: item for key, item in found.items() if item != []}

    def _choices(self, asked: str) -> dict[str, str]:
        """Label → code of the choices of the question named."""
        items = [*self.rules.get("questions", []), *self.rules.get("criteria", [])]
        found = next((item for item in items if item["code"] == asked), {})
        return {label: code for code, label in found.get("choices", [])}

    def _names(self, when: Mapping[str, Any]) -> list[str]:
        names = {code: label for label, code in self._choices(when["asked"]).items()}
        return [names.get(code, code) for code in when["value"]]

    def _codes(self, given: Mapping[str, Any]) -> list[str]:
        known = self._choices(given["when_asked"])
        typed = [part.strip() for part in str(given["when_value"] or "").split(SEPARATOR)]
        return [known.get(part, part) for part in typed if part]


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
    unit = TextField(label=_("単位"), required=False, max_length=10)
    choices = LinesField(label=_("選択肢"), required=False)
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
        choices=(
            ("ask", _("なし（申請者が答える）")),
            ("firm.employees", _("従業員数")),
            ("firm.capital_yen", _("資本金")),
            ("firm.has_site_in_ward", _("区内に事業所があるか")),
            ("firm.years_in_ward", _("区内での年数")),
            ("firm.months_in_ward", _("区内での月数")),
        ),
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
        return {
            "source": "ask",
            "kind": "yes_no",
            **entry,
            "choices": [label for _code, label in entry.get("choices", [])],
        }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        operator, raw = given.get("operator"), given.get("threshold")
        if operator in {"at_most", "less_than", "at_least", "more_than"}:
            try:
                read = values.read_yen if given.get("kind") == "yen" else values.read_number
                given["threshold"] = read(raw or "")
            except values.Unreadable as error:
                self.add_error("threshold", str(error))
        elif operator == "one_of":
            given["threshold"] = [part.strip() for part in str(raw or "").split(SEPARATOR) if part]
        else:
            given["threshold"] = None
        return given

    def value(self) -> dict[str, Any]:
        return _with_choices(self, super().value())


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
        return _with_choices(self, super().value())


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
    fact = forms.ChoiceField(label=_("もとになる事実"), choices=FACTS)
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
    criterion = forms.ChoiceField(label=_("申告で確かめる要件"), required=False)

    def prepare(self) -> None:
        self.fields["criterion"].choices = _criteria(self.rules)

    def value(self) -> dict[str, Any]:
        found = super().value()
        found.pop("code", None)
        return found


class PrerequisiteForm(ItemForm):
    """先に済ませること."""

    prefix_code = "p"
    name = TextField(label=_("名前"), max_length=100)
    source = forms.ChoiceField(
        label=_("このポータルで確かめるもの"),
        choices=[("", _("（なし）")), (PLAN_EVALUATION, _("相談員による計画の妥当性評価"))],
        help_text=_("選ぶと、済むまで申請できません。要件や書類で尋ねる必要はありません。"),
        required=False,
    )
    criterion = forms.ChoiceField(label=_("確かめる要件"), required=False)
    document = forms.ChoiceField(label=_("確かめる書類"), required=False)

    def prepare(self) -> None:
        self.fields["criterion"].choices = _criteria(self.rules)
        documents = [(item["code"], item["name"]) for item in self.rules.get("documents", [])]
        self.fields["document"].choices = [_NONE, *documents]


def _criteria(rules: Mapping[str, Any]) -> list[Any]:
    return [_NONE, *((item["code"], item["question"]) for item in rules.get("criteria", []))]


def _fraction(text: str) -> str:
    try:
        return str(Fraction(text))
    except (ValueError, ZeroDivisionError):
        raise forms.ValidationError(gettext("5 や 3/2 のように入力してください。")) from None


def _with_choices(form: ItemForm, found: dict[str, Any]) -> dict[str, Any]:
    """Choices as [code, label]: one that was there before keeps its code."""
    labels = found.pop("choices", None)
    if labels:
        known = {label: code for code, label in form.entry.get("choices", [])}
        taken = set(known.values())
        pairs = []
        for label in labels:
            code = known.get(label) or fresh_code("c", taken)
            taken.add(code)
            pairs.append([code, label])
        found["choices"] = pairs
    return found
