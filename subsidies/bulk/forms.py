"""What a kind of run asks for all its cases alike, before it is prepared."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import DateField, TextField, UiForm
from subsidies.bulk.models import BulkRun

NOBODY = "0"


class InstructionForm(UiForm):
    """The base: its cleaned values are the run's instructions, as JSON.

    `staff` as (number, name): who may be put in charge.
    """

    def __init__(self, *args: Any, staff: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = list(staff)

    def instructions(self) -> dict[str, Any]:
        """What was filled in."""
        return dict(self.cleaned_data)


class ReasonForm(InstructionForm):
    """起案の理由 of all; what the selection decided has its own."""

    reason = TextField(
        label=_("起案の理由"),
        help_text=_(
            "決定通知書に記載されます。採択・不採択が決まっている申請には、採択の結果の理由を使います。"
        ),
        multiline=True,
        max_length=2000,
    )


class AssigneeForm(InstructionForm):
    """Who is to be in charge; 未割当に戻す is one of the choices."""

    assignee = forms.ChoiceField(label=_("担当者"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {str(pk): name for pk, name in self.staff}
        self.fields["assignee"].choices = [
            ("", _("担当者を選ぶ")),
            *self.names.items(),
            (NOBODY, _("未割当に戻す")),
        ]

    def instructions(self) -> dict[str, Any]:
        """The person's number and name; None and "" for nobody."""
        chosen = self.cleaned_data["assignee"]
        return {
            "assignee_id": None if chosen == NOBODY else int(chosen),
            "assignee": self.names.get(chosen, ""),
        }


class PaidOnForm(InstructionForm):
    """支払日 of all."""

    paid_on = DateField(label=_("支払日"))


FORMS: Mapping[str, type[InstructionForm]] = {
    BulkRun.Kind.ASSIGN: AssigneeForm,
    BulkRun.Kind.PROPOSE: ReasonForm,
    BulkRun.Kind.PAY: PaidOnForm,
}
