"""Forms of 合併・統合."""

from contextlib import suppress
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.actor import Actor
from portal.ui.fields import DateField, TextField
from portal.ui.forms import UiForm
from programs import corporate_numbers, selectors
from programs.models import Firm

# So many firms of one name are offered to choose from.
MOST = 10


class MergerForm(UiForm):
    """Which firm goes on, since when, and why. A name that several firms have is asked once more."""

    other = TextField(
        label=gettext_lazy("存続する企業"),
        help_text=gettext_lazy(
            "企業名の一部か法人番号（13桁）を入力してください。この区の企業から探します。"
        ),
        max_length=200,
    )
    merged_on = DateField(label=gettext_lazy("合併・統合の日"))
    reason = TextField(
        label=gettext_lazy("理由と根拠"),
        help_text=gettext_lazy("企業も読みます。例：吸収合併（登記事項証明書で確認）"),
        multiline=True,
        rows=3,
        max_length=300,
    )

    def __init__(self, *args: Any, actor: Actor, firm: Firm, **kwargs: Any) -> None:
        """The firm that is no more is `firm`."""
        super().__init__(*args, **kwargs)
        self.actor, self.firm = actor, firm
        self.into: Firm | None = None
        self._several: list[Firm] = []

    def full_clean(self) -> None:
        """Whoever typed a name of several firms chooses among them."""
        super().full_clean()
        if self._several:
            self._offer(self._several)

    def clean_other(self) -> str:
        """One firm of the ward, or which of several."""
        text = str(self.cleaned_data["other"])
        found = [firm for firm in self._found(text) if firm.pk != self.firm.pk]
        if not found:
            raise forms.ValidationError(self._nobody(text), code="nobody")
        if len(found) > 1:
            chosen = self.data.get("into")
            found = [firm for firm in found if str(firm.public_id) == chosen] or found
        if len(found) > 1:
            self._several = found
            raise forms.ValidationError(
                _(
                    "当てはまる企業が複数あります。「どの企業ですか」で選ぶか、法人番号で指定してください。"
                ),
                code="several",
            )
        self.into = found[0]
        return text

    def typed(self) -> list[tuple[str, str]]:
        """What the page after this one carries on."""
        names = [*(name for name in self.fields if name != "into"), "into"]
        values = {name: self.data.get(name, "") for name in names}
        if self.into is not None:
            values["into"] = str(self.into.public_id)
        return list(values.items())

    def _found(self, text: str) -> list[Firm]:
        with suppress(corporate_numbers.NotACorporateNumber):
            text = corporate_numbers.parse(text)
        return selectors.firms_called(self.actor, text, most=MOST)

    def _nobody(self, text: str) -> str:
        if self._found(text):
            return _("この企業自身です。統合後に残る、別の企業を入力してください。")
        return _(
            "この区の企業には見つかりません。名前の一部か法人番号を確かめてください。ほかの区だけに登録された"
            "企業のときは、先にこの区の企業名簿から取り込むか、その区に記録を頼んでください。"
        )

    def _offer(self, found: list[Firm]) -> None:
        self.fields["into"] = forms.ChoiceField(
            label=_("どの企業ですか"),
            required=False,
            choices=[
                (str(firm.public_id), f"{firm.name}　{firm.corporate_number}　{firm.address}")
                for firm in found
            ],
            widget=forms.RadioSelect,
        )


class TakeBackForm(UiForm):
    """取消, with its reason."""

    reason = TextField(
        label=gettext_lazy("取り消す理由"),
        help_text=gettext_lazy("企業も読みます。何が違っていたかを書いてください。"),
        multiline=True,
        rows=3,
        max_length=300,
    )
