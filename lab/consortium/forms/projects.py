"""Forms of a project, from the problem to what the firm did with the result."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lab.consortium.codes import Outcome, ProjectKind, Season
from lab.consortium.forms.parts import CHOOSE, ActForm, paper_field
from lab.consortium.services import Problem, Reply, Signed
from portal.ui.forms import DateField, TextField, UiForm, WholeNumberField

MOST_STUDENTS = 60
_NUMBER = {"min_value": 0, "max_value": MOST_STUDENTS, "suffix": _("人")}


class ProblemForm(UiForm):
    """課題を出す."""

    kind = forms.ChoiceField(
        label=_("お願いしたいこと"), choices=ProjectKind.choices, widget=forms.RadioSelect
    )
    title = TextField(
        label=_("課題の題名"), help_text=_("例：検査の記録を紙から写真に変えたい"), max_length=80
    )
    problem = TextField(
        label=_("困っていること"),
        help_text=_(
            "ふだんの言葉で書いてください。すべての学校と公設試験研究機関が読みます。図面や取引先の名前は書かないでください。"
        ),
        multiline=True,
        rows=5,
        max_length=2000,
    )
    season = forms.ChoiceField(label=_("希望する時期"), choices=Season.choices)
    students = WholeNumberField(
        label=_("受け入れられる学生の人数"),
        help_text=_("学生が来ない共同研究は0にしてください。"),
        **_NUMBER,
    )
    open_until = DateField(label=_("募集の期限"))
    is_named = forms.BooleanField(
        label=_("企業名を出して募集する"),
        help_text=_("出さないときは、選んだ機関にだけ企業名が分かります。"),
        required=False,
    )
    needs_nda = forms.BooleanField(label=_("秘密保持契約を結んでから詳しく話す"), required=False)
    detail = TextField(
        label=_("選んだ機関にだけ伝えること"),
        help_text=_(
            "機械の名前、今のやり方、これまで試したことなど。秘密保持契約が必要なら、その日を記録するまで見えません。"
        ),
        multiline=True,
        rows=4,
        max_length=2000,
        required=False,
    )
    part_of = forms.TypedChoiceField(
        label=_("どのプロジェクトの一部か（インターンシップのとき）"),
        coerce=int,
        empty_value=None,
        required=False,
    )
    ward = forms.TypedChoiceField(label=_("事業所のある区"), coerce=int)
    contact_name = TextField(label=_("担当者"), max_length=60)
    contact_phone = TextField(label=_("電話番号"), max_length=20)

    def __init__(
        self,
        *args: Any,
        wards: Sequence[tuple[int, str]],
        running: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("ward", wards)
        if running:
            self.offer("part_of", [("", _("ない")), *running])
        else:
            del self.fields["part_of"]

    def given(self) -> Problem:
        """What the service takes; valid forms only."""
        data = dict(self.cleaned_data)
        return Problem(ward_id=data.pop("ward"), part_of_id=data.pop("part_of", None), **data)


class ReplyForm(ActForm):
    """この課題に取り組みたい."""

    message = TextField(
        label=_("どう取り組むか"),
        help_text=_("授業や研究室の名前、進め方、企業にお願いしたいこと。"),
        multiline=True,
        rows=4,
        max_length=1000,
    )
    students = WholeNumberField(label=_("参加できる学生の人数"), **_NUMBER)
    season = forms.ChoiceField(label=_("取り組める時期"), choices=Season.choices)
    contact_name = TextField(label=_("担当の先生・職員"), max_length=60)
    contact_phone = TextField(label=_("電話番号"), max_length=20)

    def kwargs(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        member = data.pop("member", None)
        return {"given": Reply(**data), **({"member_id": member} if member else {})}


class ReplyForForm(ReplyForm):
    """The same, written down by the secretariat for an institution that does not sign in."""

    member = forms.TypedChoiceField(label=_("回答した機関"), coerce=int)
    field_order = ("member",)

    def __init__(self, *args: Any, members: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("member", [CHOOSE, *members])


class NdaForm(ActForm):
    """秘密保持契約の日."""

    on = DateField(label=_("秘密保持契約を結んだ日"))


class AgreementForm(ActForm):
    """合意を記録する."""

    on = DateField(
        label=_("合意日"), help_text=_("企業と学校・公設試験研究機関の署名がそろった日。")
    )
    ends_on = DateField(label=_("終了予定日"))
    uploaded = paper_field(_("合意書・協定書"))
    others = TextField(
        label=_("ほかの参加企業"),
        help_text=_("あれば、企業名をコンマで区切って入力します。"),
        max_length=200,
        required=False,
    )

    def kwargs(self) -> dict[str, Any]:
        return {"given": Signed(**self.cleaned_data)}


class ExtendForm(ActForm):
    """終了予定日を延ばす."""

    ends_on = DateField(label=_("新しい終了予定日"))


class ReportForm(ActForm):
    """結果を報告する."""

    report = TextField(label=_("何をして、何が分かったか"), multiline=True, rows=6, max_length=3000)
    took_part = WholeNumberField(label=_("参加した学生の人数"), **_NUMBER)
    uploaded = paper_field(_("報告書（あれば）"), required=False)


class OutcomeForm(ActForm):
    """結果をどう使ったか."""

    outcome = forms.ChoiceField(
        label=_("結果をどう使ったか"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    note = TextField(
        label=_("使った結果"),
        help_text=_("変わったこと、使わなかったときはその理由。次の課題を選ぶ手がかりになります。"),
        multiline=True,
        rows=4,
        max_length=1000,
    )
