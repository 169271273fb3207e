"""The editor's page of how a scored call is decided: minimum, bonus, ties, what is left over."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField
from subsidies.office.base_forms import PartForm
from subsidies.office.rules.names import tie_names

# Fields for what decides between equals, in order; what a version has beyond them is kept.
TIES = ("tie_1", "tie_2", "tie_3", "tie_4")


class ReviewForm(PartForm):
    """審査のしかた."""

    minimum_total = TextField(
        label=_("最低合計点"),
        required=False,
        max_length=8,
        help_text=_("平均がこれに届かない申請は採択しません。決めないときは空欄。例：60"),
    )
    bonus_use = forms.ChoiceField(
        label=_("加点の使い方"),
        choices=(("points", _("点数に足す")), ("tie_break", _("同じ順位のときの決め手に使う"))),
        widget=forms.RadioSelect,
    )
    partial_grant = forms.BooleanField(
        label=_("予算に収まらない最初の申請に、残りの額を交付する（一部交付）"), required=False
    )
    tie_1 = forms.ChoiceField(label=_("同点のときの1番目の決め手"), required=False)
    tie_2 = forms.ChoiceField(label=_("同点のときの2番目の決め手"), required=False)
    tie_3 = forms.ChoiceField(label=_("同点のときの3番目の決め手"), required=False)
    tie_4 = forms.ChoiceField(label=_("同点のときの4番目の決め手"), required=False)
    blind_review = forms.BooleanField(
        label=_("審査委員に、企業名と個人の情報を伏せる"), required=False
    )

    def __init__(self, data: Any = None, *, rules: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(data, rules=rules, **kwargs)
        criteria = (rules.get("scoring") or {}).get("criteria", [])
        names = tie_names([(item["code"], item["name"]) for item in criteria])
        # A criterion that was taken out stays to be seen, so that it can be mended here.
        choices = names | {code: code for code in rules.get("ties", []) if code not in names}
        for name in TIES:
            self.fields[name].choices = [("", gettext("（なし）")), *choices.items()]

    def read(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        least = (rules.get("scoring") or {}).get("minimum_total")
        return {
            "bonus_use": "points",
            **rules,
            "minimum_total": "" if least is None else least,
            **dict(zip(TIES, rules.get("ties", []), strict=False)),
        }

    def clean_minimum_total(self) -> str:
        text: str = self.cleaned_data["minimum_total"]
        try:
            return str(Fraction(text)) if text else ""
        except (ValueError, ZeroDivisionError):
            raise forms.ValidationError(gettext("点数を数で入力してください。例：60")) from None

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        seen = set()
        for name in TIES:
            if given.get(name) and given[name] in seen:
                text = gettext(
                    "同じ決め手を2回選んでいます。ほかのものか「（なし）」にしてください。"
                )
                self.add_error(name, text)
            seen.add(given.get(name))
        return given

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        least = given.pop("minimum_total")
        ties = [*(given.pop(name) for name in TIES), *self.rules.get("ties", [])[len(TIES) :]]
        given["ties"] = [code for code in ties if code]
        scoring = dict(self.rules.get("scoring") or {})
        if scoring:
            scoring["minimum_total"] = least or None
            given["scoring"] = scoring
        return given
