"""Forms of the room's pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.files.rules import DOCUMENTS
from portal.ui.forms import DateField, TextField, UiForm

People = Iterable[tuple[int, str]]


class AbsenceForm(UiForm):
    """Who is away (an administrator may record it for others), when, and who stands in."""

    user = forms.TypedChoiceField(label=_("不在になる人"), coerce=int)
    from_on = DateField(label=_("不在の初日"))
    to_on = DateField(
        label=_("不在の最終日"), help_text=_("この日まで不在です。翌日に自動で終わります。")
    )
    deputy = forms.TypedChoiceField(
        label=_("代理の人"), coerce=int, help_text=_("同じ区の、役割の合う職員から選びます。")
    )
    may_decide = forms.BooleanField(
        label=_("代理の人の代決を認める（決裁者が不在のとき）"),
        required=False,
        help_text=_(
            "認めると、代理の人がその間だけ決裁できます。"
            "自分が起案したもの、不在の方が起案したものは決裁できません。"
        ),
    )
    reason = TextField(
        label=_("理由"),
        required=False,
        max_length=200,
        help_text=_(
            "書かなくてもかまいません。同じ区の職員が読みます。病名などは書かないでください。"
        ),
    )

    def __init__(self, *args: Any, people: People, may_choose: bool, **kwargs: Any) -> None:
        """`people` are the ward's officials; only an administrator chooses who is away."""
        super().__init__(*args, **kwargs)
        choices = [("", _("選んでください")), *people]
        self.fields["deputy"].choices = choices
        self.fields["user"].choices = choices
        if not may_choose:
            del self.fields["user"]


class HandOverForm(UiForm):
    """To whom, why, and what the successor should know."""

    taker = forms.TypedChoiceField(label=_("引継ぎ先"), coerce=int)
    reason = TextField(
        label=_("理由"), max_length=400, help_text=_("例：令和9年4月1日付けの人事異動。")
    )
    notes = TextField(
        label=_("申し送り"),
        required=False,
        max_length=4000,
        multiline=True,
        help_text=_("引継書に載ります。例：〇〇工業は電話の連絡を希望。"),
    )

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taker"].choices = [("", _("選んでください")), *people]


class AnnouncementForm(UiForm):
    """What is told to which wards, and how long."""

    title = TextField(label=_("見出し"), max_length=100)
    text = TextField(label=_("本文"), max_length=4000, multiline=True)
    paper = forms.FileField(
        label=_("添付ファイル（1つまで）"),
        help_text=_("PDF・Word（docx）・Excel（xlsx）、20MBまで。"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": DOCUMENTS.accept, "data-max-bytes": DOCUMENTS.max_bytes}
        ),
    )
    wards = forms.TypedMultipleChoiceField(
        label=_("知らせる区"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一つも選ばないと、すべての区に知らせます。企業には表示されません。"),
    )
    from_on = DateField(label=_("掲示の初日"))
    until_on = DateField(label=_("掲示の最終日"), help_text=_("翌日から表示されなくなります。"))

    def __init__(self, *args: Any, wards: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wards"].choices = list(wards)
