"""Forms after the award: talks about prices, records of steps, ratings."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases.services import Marks, Seen
from portal.kernel import clock
from portal.kernel.files.rules import PHOTOS
from portal.ui.forms import DateField, ScaleSelect, TextField, UiForm, WholeNumberField


class TalkForm(UiForm):
    """価格協議の記録."""

    held_on = DateField(label=_("協議した日"))
    said = TextField(label=_("協議の内容"), multiline=True, rows=3, max_length=2000)
    result = TextField(label=_("結果と理由"), max_length=500)


class RecordForm(UiForm):
    """工程の記録 of the kind that is the firm's to write now."""

    measured = TextField(
        label=_("検査した内容"),
        help_text=_("例：外径 φ12h7 をマイクロメータで5個、外観は全数"),
        max_length=300,
        required=False,
    )
    good = WholeNumberField(label=_("合格の数"), suffix=_("個"), required=False)
    bad = WholeNumberField(label=_("不合格の数"), suffix=_("個"), required=False)
    responsible = forms.TypedChoiceField(
        label=_("責任工程"), coerce=int, empty_value=None, required=False
    )
    received_on = DateField(
        label=_("受け取った日"),
        help_text=_("支払期日（60日以内）は、この日から数えます。"),
        required=False,
    )
    note = TextField(label=_("メモ"), multiline=True, rows=2, max_length=500, required=False)
    photo = forms.FileField(
        label=_("写真"),
        help_text=_("JPEG・PNG、20MBまで"),
        widget=forms.FileInput(attrs={"accept": PHOTOS.accept}),
        required=False,
    )

    def __init__(
        self, *args: Any, kind: str, steps: Iterable[tuple[int, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].choices = list(steps)
        if kind != "inspect":
            for name in ("measured", "good", "bad"):
                del self.fields[name]
        if kind == "accept":
            self.fields["received_on"].initial = clock.today()
        else:
            del self.fields["received_on"]
        if kind != "reject":
            del self.fields["responsible"]
        else:
            self.fields["note"].label = _("どこが合わないか")

    def seen(self) -> Seen:
        """What the service takes."""
        data = self.cleaned_data
        return Seen(
            note=data["note"],
            good=data.get("good"),
            bad=data.get("bad"),
            measured=data.get("measured", ""),
            responsible=data.get("responsible"),
            received_on=data.get("received_on"),
        )


def _scale(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[(mark, str(mark)) for mark in range(1, 6)],
        widget=ScaleSelect,
    )


class RatingForm(UiForm):
    """評価 of one firm."""

    firm = forms.TypedChoiceField(label=_("評価する企業"), coerce=int)
    quality = _scale(_("品質（注文の明確さ）　1 悪い〜5 とても良い"))
    delivery = _scale(_("納期（支払・連絡の早さ）　1 悪い〜5 とても良い"))
    manner = _scale(_("やりとり　1 悪い〜5 とても良い"))
    comment = TextField(label=_("ひとこと"), max_length=300, required=False)

    def __init__(self, *args: Any, firms: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["firm"].choices = list(firms)

    def marks(self) -> Marks:
        """What the service takes."""
        data = self.cleaned_data
        return Marks(data["quality"], data["delivery"], data["manner"], data["comment"])


class RulingForm(UiForm):
    """異議への答え, by the coordinator."""

    action = forms.ChoiceField(
        label=_("決定"),
        choices=[("uphold", _("評価を維持する")), ("strike", _("評価を除く"))],
        widget=forms.RadioSelect,
    )
    reason = TextField(label=_("理由"), multiline=True, rows=3, max_length=500)
