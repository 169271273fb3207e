"""What several forms of the room need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.files.rules import DOCUMENTS
from portal.ui.forms import TextField, UiForm

CHOOSE = ("", _("選んでください"))


class ActForm(UiForm):
    """A form behind one button of a page with several: its ids begin with the button's name."""

    def kwargs(self) -> dict[str, Any]:
        """What the service takes; valid forms only."""
        return dict(self.cleaned_data)


class ReasonForm(ActForm):
    """Why."""

    reason = TextField(label=_("理由"), multiline=True, rows=3, max_length=500)


def paper_field(label: Any, *, required: bool = True) -> forms.FileField:
    """A PDF or an office document."""
    return forms.FileField(
        label=label,
        help_text=_("PDF・Word（docx）・Excel（xlsx）、20MBまで。"),
        required=required,
        widget=forms.FileInput(
            attrs={"accept": DOCUMENTS.accept, "data-max-bytes": DOCUMENTS.max_bytes}
        ),
    )
