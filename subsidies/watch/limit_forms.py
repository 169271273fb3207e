"""The form of a ward's limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, UiForm, WholeNumberField
from subsidies.watch.rules.limits import BOUNDS
from subsidies.watch.services.limiting import MOST_REASON
from subsidies.watch.words import tenths_text

# Tenths of the scaled MAD that are offered: 3.5 is the usual one.
_TENTHS = (20, 25, 30, 35, 40, 50, 60, 80, 100)


class LimitsForm(UiForm):
    """基準: all of them, and why they are changed. `seen` is the version that the page showed."""

    vendor_firms = WholeNumberField(label=_("発注先の集中：挙げている企業の数"), suffix=_("社以上"))
    vendor_one_in = WholeNumberField(
        label=_("発注先の集中：申請者の何社に1社か"), suffix=_("社に1社以上")
    )
    text_percent = WholeNumberField(label=_("よく似た計画の文章：一致の割合"), suffix=_("％以上"))
    file_firms = WholeNumberField(
        label=_("同じファイル：共通の書類とみなす企業の数"),
        help_text=_("この数以上の企業が持つファイルは、様式やパンフレットとみなします。"),
        suffix=_("社以上"),
    )
    price_peers = WholeNumberField(label=_("離れた価格：比べる企業の数"), suffix=_("社以上"))
    price_tenths = forms.TypedChoiceField(
        label=_("離れた価格：MADの倍率"),
        help_text=_("中央値からの隔たりの中央値（MAD×1.4826）の何倍を超えたら表示するか。"),
        coerce=int,
        choices=[(tenths, tenths_text(tenths)) for tenths in _TENTHS],
    )
    price_percent = WholeNumberField(
        label=_("離れた価格：中央値に対する割合"), suffix=_("％を超えるもの")
    )
    pair_firms = WholeNumberField(
        label=_("一緒に出る見積り：2社から見積りを取った企業の数"), suffix=_("社以上")
    )
    pair_percent = WholeNumberField(
        label=_("一緒に出る見積り：よく見積るほうの見積先に占める割合"), suffix=_("％以上")
    )
    reason = TextField(label=_("変える理由"), multiline=True, rows=3, max_length=MOST_REASON)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in BOUNDS.items():
            field = self.fields[name]
            if isinstance(field, WholeNumberField):
                limits = gettext("%(least)dから%(most)dまで") % {"least": least, "most": most}
                field.help_text = f"{field.help_text} {limits}".strip()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, (least, most) in BOUNDS.items():
            value = cleaned.get(name)
            if value is not None and not least <= value <= most:
                text = gettext("「%(label)s」は%(least)dから%(most)dまでの数にしてください。")
                label = self.fields[name].label
                self.add_error(name, text % {"label": label, "least": least, "most": most})
        return cleaned

    @property
    def values(self) -> dict[str, int]:
        """The limits alone, by name."""
        return {name: self.cleaned_data[name] for name in BOUNDS}
