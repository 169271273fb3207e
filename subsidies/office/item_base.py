"""What the forms of one item share: code, problems, conditions, choices."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, UiForm
from subsidies.office.base_forms import fresh_code
from subsidies.office.rules.names import OPERATORS
from subsidies.rules import values
from subsidies.rules.scheme import GRADUATE, RuleProblem

NONE = ("", _("（なし）"))
SEPARATOR = "\u3001"  # the Japanese comma, as officials type it
# Operators that compare with a number.
ORDERED = frozenset({"at_most", "less_than", "at_least", "more_than"})


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
        label=_("条件"), required=False, choices=[NONE, *OPERATORS.items()]
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
        if operator in ORDERED:
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


def criteria_choices(rules: Mapping[str, Any]) -> list[Any]:
    """The eligibility questions to choose from, or none."""
    return [NONE, *((item["code"], item["question"]) for item in rules.get("criteria", []))]


def with_choices(form: ItemForm, found: dict[str, Any]) -> dict[str, Any]:
    """Choices as [code, label]: one that was there before keeps its code."""
    labels = found.pop("choices", None)
    if labels:
        known = {label: code for code, label in form.entry.get("choices", [])}
        taken = set(known.values())
        pairs = []
        for label in dict.fromkeys(labels):
            code = known.get(label) or fresh_code("c", taken)
            taken.add(code)
            pairs.append([code, label])
        found["choices"] = pairs
    return found
