"""What a page hands out stays what its approver has seen."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm


class FixedFile:
    """A file that was put in is not exchanged: the page that shows it would change unread."""

    instance: Any
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.fields.pop("file", None) is not None:
            self["title"].help_text = _(
                "ファイルは差し替えられません。新しいファイルを登録し、ページで選び直して、承認を受けてください。"
            )


class FixedDocumentForm(FixedFile, BaseDocumentForm):
    """Documents."""
