"""What a kind of run asks for all its cases alike, before it is prepared."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.ui.forms import TextField, UiForm
from subsidies.bulk.models import BulkRun


class InstructionForm(UiForm):
    """The base: its cleaned values are the run's instructions, as JSON."""

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


FORMS: Mapping[str, type[InstructionForm]] = {BulkRun.Kind.PROPOSE: ReasonForm}
