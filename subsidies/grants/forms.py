"""Forms of the officials' pages after the decision. The firm's are made from the kinds' questions."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import DateField, TextField, UiForm
from subsidies.grants.kinds.rulings import RulingKind
from subsidies.grants.models import Ruling


class RulingForm(UiForm):
    """起案: the outcome, the reason, and what the kind of ruling asks besides."""

    outcome = forms.ChoiceField(
        label=_("決定の案"), choices=Ruling.Outcome.choices, widget=forms.RadioSelect
    )
    instruction = TextField(
        label=_("指示する事項"),
        help_text=_("指示書に記載され、企業に届きます。"),
        multiline=True,
        max_length=2000,
    )
    ends_on = DateField(
        label=_("変更後の事業の期限"),
        help_text=_("変えないときは空欄のままにします。年度末までの日です。"),
        required=False,
    )
    reason = TextField(
        label=_("起案の理由"),
        help_text=_("通知書に記載されます。"),
        multiline=True,
        max_length=2000,
    )

    def __init__(self, *args: Any, kind: RulingKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not kind.rejection:
            del self.fields["outcome"]
        for name in ("instruction", "ends_on"):
            if name not in kind.asks:
                del self.fields[name]


class RequestForm(UiForm):
    """遂行状況報告の求め."""

    question = TextField(
        label=_("報告してほしいこと"),
        help_text=_("企業にそのまま届きます。"),
        multiline=True,
        max_length=1000,
    )
    due_on = DateField(label=_("報告の期日"))


class RecallForm(UiForm):
    """取りやめ, with its reason."""

    reason = TextField(label=_("取りやめる理由"), multiline=True, rows=3, max_length=1000)


class VisitForm(UiForm):
    """現地調査の予定."""

    planned_on = DateField(label=_("調査の日"))
    visitors = TextField(label=_("調査する人"), max_length=200)
    purpose = TextField(
        label=_("調査の内容"),
        help_text=_("企業に届きます。見たいもの・用意してほしいものを書いてください。"),
        multiline=True,
        max_length=1000,
    )


class FindingsForm(UiForm):
    """現地調査の結果, with an instruction where the firm has something to do."""

    visited_on = DateField(label=_("調査した日"))
    findings = TextField(
        label=_("調査の結果"),
        help_text=_("区の中だけで読みます。"),
        multiline=True,
        max_length=4000,
    )
    instruction = TextField(
        label=_("指示する事項"),
        help_text=_("あるときだけ入力します。企業に届きます。"),
        required=False,
        multiline=True,
        max_length=2000,
    )
    follow_up_on = DateField(
        label=_("対応の期日"), help_text=_("指示するときに入力します。"), required=False
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        undated = given.get("instruction") and not given.get("follow_up_on")
        if undated and "follow_up_on" not in self.errors:
            text = gettext("指示するときは、対応の期日を入力してください。")
            self.add_error("follow_up_on", ValidationError(text))
        return given


class SettleForm(UiForm):
    """対応の確認."""

    outcome = TextField(label=_("対応の結果"), multiline=True, rows=3, max_length=2000)


class PhotoForm(UiForm):
    """One photo."""

    photo = forms.FileField(label=_("写真を選ぶ"), help_text=_("JPEG・PNG、1枚20MBまで"))
