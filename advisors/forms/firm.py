"""Forms of the firm (and of officials who ask for it)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisors import codes
from advisors.services import Wish
from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from portal.ui.forms import TextField, UiForm
from programs.diagnosis.selectors.own import Start
from programs.models import Firm
from programs.policies import visible_firms

LET_SEE = gettext_lazy(
    "この診断の結果と答えを、依頼する区の担当者と、派遣される相談員に見せることに同意します。"
    "同意はいつでも取り消せます。"
)


class ReasonForm(UiForm):
    """A reason, whatever for; its label is given."""

    reason = TextField(label=gettext_lazy("理由"), multiline=True, rows=3, max_length=1000)

    def __init__(self, *args: Any, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["reason"].label = label


class AnswerForm(UiForm):
    """The answer to the ward's question."""

    answer = TextField(label=gettext_lazy("質問への答え"), multiline=True, max_length=2000)


class RequestForm(UiForm):
    """派遣の依頼: trouble, wish, times."""

    firm = TextField(
        label=gettext_lazy("企業"),
        help_text=gettext_lazy("法人番号（13桁）か企業名を入力してください。"),
        max_length=200,
    )
    ward = forms.TypedChoiceField(label=gettext_lazy("依頼する区"), coerce=int)
    trouble = TextField(
        label=gettext_lazy("困っていること"),
        help_text=gettext_lazy("例：日報を紙で書き、月末の集計に3日かかっている。"),
        multiline=True,
        rows=4,
        max_length=2000,
    )
    wish = TextField(
        label=gettext_lazy("どうなりたいか"),
        help_text=gettext_lazy("例：集計を半日で終え、見積を翌日に出したい。"),
        multiline=True,
        rows=3,
        max_length=2000,
    )
    times = TextField(
        label=gettext_lazy("訪問を受けられる曜日と時間"),
        help_text=gettext_lazy("例：火・木の15時以降"),
        max_length=200,
    )
    fields_ = forms.MultipleChoiceField(
        label=gettext_lazy("近い分野（いくつでも）"),
        choices=codes.choices(codes.FIELDS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("訪問で使いたい言語"),
        choices=codes.choices(codes.LANGUAGES),
        widget=forms.CheckboxSelectMultiple,
        initial=["ja"],
        required=False,
    )
    vendors = TextField(
        label=gettext_lazy("検討している製品・業者（1行に1つ）"),
        help_text=gettext_lazy("その業者と関係のある相談員を避けるために使います。"),
        multiline=True,
        rows=3,
        max_length=1000,
        required=False,
    )

    use_diagnosis = forms.BooleanField(
        label=gettext_lazy("この診断を依頼に付けます。"), required=False, initial=True
    )
    lets_see = forms.BooleanField(label=LET_SEE, required=False)

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        wards: Iterable[tuple[int, str]],
        start: Start | None = None,
        **kwargs: Any,
    ) -> None:
        self.actor, self.start = actor, start
        if start is not None:
            begun: dict[str, Any] = {"trouble": start.trouble, "fields_": list(start.fields)}
            kwargs["initial"] = begun | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if start is None:
            del self.fields["use_diagnosis"]
        # An official sees a diagnosis only where the firm has agreed; an owner alone agrees.
        if start is None or not actor.has_role(Role.FIRM_OWNER):
            del self.fields["lets_see"]
        self.fields["ward"].choices = list(wards)
        if actor.firm_id is not None:
            del self.fields["firm"]
        else:
            del self.fields["ward"]

    def clean_firm(self) -> Firm:
        typed = str(self.cleaned_data["firm"])
        rows = visible_firms(self.actor)
        found = list(rows.filter(corporate_number=typed)[:2] or rows.filter(name=typed)[:2])
        found = found or list(rows.filter(name__icontains=typed).order_by("name")[:2])
        if not found:
            raise ValidationError(_("この名前や法人番号の企業は、区の名簿にありません。"))
        if len(found) > 1:
            raise ValidationError(
                _("当てはまる企業が2社以上あります。法人番号で入力してください。")
            )
        return found[0]

    def wish_given(self) -> Wish:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        return Wish(
            trouble=data["trouble"],
            wish=data["wish"],
            times=data["times"],
            fields=data["fields_"],
            languages=data["languages"],
            vendors=lines(data["vendors"]),
            diagnosis_id=self._diagnosis_id(),
            lets_see=data.get("lets_see", False),
            consent=str(LET_SEE),
        )

    def _diagnosis_id(self) -> int | None:
        """That of the firm that is asked for, where it was not unticked."""
        data = self.cleaned_data
        if self.start is None or not data.get("use_diagnosis"):
            return None
        begun = self.start.diagnosis
        firm = data.get("firm")
        return begun.pk if firm is None or firm.pk == begun.firm_id else None


def lines(text: str) -> list[str]:
    """The lines of a text area that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
