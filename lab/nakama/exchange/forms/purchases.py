"""Forms of the 共同購買: opening a round, what a firm needs, what a supplier asks."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lab.nakama.exchange.models import PurchaseItem
from lab.nakama.exchange.services import Need, Round
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField, YenField

MOST_ITEMS, MOST_BREAKS, MOST_PIECES = 20, 8, 1_000_000
# A unit and a delivery; all that a firm needs of an item.
MOST_UNIT_YEN, MOST_ALONE_YEN = 10_000_000, 1_000_000_000


# The Japanese comma (読点) as well as the wide one divides what stands on a line.
_COMMAS = {0x3001: ","}


def _lines(text: str) -> list[str]:
    return unicodedata.normalize("NFKC", text).translate(_COMMAS).splitlines()


class RoundForm(UiForm):
    """共同購買を始める."""

    name = TextField(
        label=gettext_lazy("名称"), help_text=gettext_lazy("例：超硬エンドミル"), max_length=80
    )
    items = TextField(
        label=gettext_lazy("品目と単位"),
        help_text=gettext_lazy("1行に1品目、コンマのあとに単位。例：エンドミル φ6, 本"),
        multiline=True,
        rows=4,
        max_length=2000,
    )
    closes_on = DateField(label=gettext_lazy("必要量の締切"))
    checked_by = TextField(
        label=gettext_lazy("独占禁止法の確認をした人"),
        help_text=gettext_lazy(
            "価格や数量をまとめることが競争を損なわないか、専門家に確かめてから始めます。"
        ),
        max_length=80,
    )
    checked_on = DateField(label=gettext_lazy("確認した日"))

    def clean_items(self) -> list[tuple[str, str]]:
        found = []
        for line in _lines(self.cleaned_data["items"]):
            name, _comma, unit = line.rpartition(",")
            if line.strip():
                if not name.strip() or not unit.strip():
                    raise ValidationError(
                        _("「%(line)s」に単位がありません。コンマのあとに単位を入力してください。"),
                        params={"line": line.strip()},
                    )
                found.append((name.strip(), unit.strip()))
        if not 1 <= len(found) <= MOST_ITEMS:
            raise ValidationError(_("品目は1から20までにしてください。"))
        return found

    def given(self) -> Round:
        """What the service takes; valid forms only."""
        return Round(**self.cleaned_data)


class NeedForm(UiForm):
    """必要量: for each item a quantity and what it costs alone."""

    def __init__(self, *args: Any, items: Sequence[PurchaseItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            values = {"item": item.name}
            self.fields[f"n{item.pk}"] = WholeNumberField(
                label=_("%(item)s　必要な数量") % values,
                suffix=item.unit,
                min_value=0,
                max_value=MOST_PIECES,
                required=False,
            )
            self.fields[f"y{item.pk}"] = YenField(
                label=_("%(item)s　自社だけで買うときの金額（送料込み・税抜）") % values,
                required=False,
                max_value=MOST_ALONE_YEN,
            )
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "ui-input")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for item in self.items:
            if data.get(f"n{item.pk}") and data.get(f"y{item.pk}") is None:
                self.add_error(
                    f"y{item.pk}",
                    _(
                        "自社だけで買うときの金額を入力してください。これより高くなることはありません。"
                    ),
                )
        if not any(data.get(f"n{item.pk}") for item in self.items) and not self.errors:
            raise ValidationError(_("必要な品目の数量を入力してください。"))
        return data

    def needs(self) -> dict[int, Need]:
        """What the service takes; valid forms only."""
        data = self.cleaned_data
        return {
            item.pk: Need(data[f"n{item.pk}"], data[f"y{item.pk}"])
            for item in self.items
            if data.get(f"n{item.pk}")
        }


class QuoteForm(UiForm):
    """仕入先の見積り."""

    item = forms.TypedChoiceField(label=gettext_lazy("品目"), coerce=int)
    supplier = TextField(label=gettext_lazy("仕入先"), max_length=80)
    breaks = TextField(
        label=gettext_lazy("数量ごとの単価"),
        help_text=gettext_lazy("1行に「全社の数量, 単価」。例：1, 980（1から980円）"),
        multiline=True,
        rows=3,
        max_length=300,
    )
    delivery_yen = YenField(
        label=gettext_lazy("1社への配送料（税抜）"), min_value=0, max_value=MOST_UNIT_YEN
    )

    def __init__(self, *args: Any, items: Sequence[PurchaseItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(item.pk, item.name) for item in items]
        self.offer("item", choices)

    def clean_breaks(self) -> list[tuple[int, int]]:
        found = []
        for line in _lines(self.cleaned_data["breaks"]):
            least, _comma, unit = line.partition(",")
            if line.strip():
                if not least.strip().isdecimal() or not unit.strip().isdecimal():
                    raise ValidationError(
                        _("「%(line)s」を「数量, 単価」の形で入力してください。例：100, 850"),
                        params={"line": line.strip()},
                    )
                if not 1 <= int(least) <= MOST_PIECES or int(unit) > MOST_UNIT_YEN:
                    raise ValidationError(
                        _(
                            "「%(line)s」の数量は1から1,000,000まで、単価は10,000,000円までにしてください。"
                        ),
                        params={"line": line.strip()},
                    )
                found.append((int(least), int(unit)))
        if not 1 <= len(found) <= MOST_BREAKS:
            raise ValidationError(_("単価は1行から8行までにしてください。"))
        return found
