"""The coordinator's words: what one means, a new one, one that is changed or retired."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.nakama.forms.fields import OfProcessForm, process, words
from lab.nakama.selectors.words import meaning_choices
from lab.nakama.services import Word
from portal.ui.forms import UiForm


class MeaningForm(OfProcessForm):
    """What a word means."""

    process_field = "code"
    code = process()
    is_implied = forms.BooleanField(
        label=_("製品や用途の名前（加工そのものの名前ではない）"), required=False
    )


class AliasForm(MeaningForm):
    """A word that nobody has used yet."""

    text = words(_("言葉"), 60, required=True)
    field_order = ("text", "code", "is_implied")


def _reason() -> Any:
    return words(
        _("理由"), 200, _("例：別の加工の意味で使う企業が多い。監査記録に残ります。"), required=True
    )


class ChangeForm(AliasForm):
    """A word written or meant otherwise; materials too."""

    reason = _reason()
    field_order = ("text", "code", "is_implied", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("意味（工程か材料）")

    def process_choices(self) -> list[Any]:
        return meaning_choices()

    def word(self) -> Word:
        """For the service."""
        told = self.cleaned_data
        return Word(told["text"], told["code"], told["is_implied"])


class AliasReasonForm(UiForm):
    """Why a word is retired, or used again."""

    reason = _reason()


class WordsFilterForm(UiForm):
    """Which words to show; its values live in the address."""

    q = words(_("言葉や意味の一部"), 60)
    show = forms.ChoiceField(
        label=_("どの言葉"),
        choices=[
            ("", _("使っている言葉すべて")),
            ("added", _("ラボ職員が加えた言葉")),
            ("retired", _("取り下げた言葉")),
        ],
        required=False,
    )
