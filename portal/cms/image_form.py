"""Pictures come with words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from portal.cms.file_form import FixedFile


class DescribedImageForm(FixedFile, BaseImageForm):
    """A picture without a description cannot be stored: it is the usual text for who cannot see it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("description")
        if field is not None:
            field.required = True
            field.label = _("画像の説明（代替テキスト）")
            field.help_text = _("画像を見られない人に、画像が伝えていることを言葉で書きます。")
            field.error_messages["required"] = _(
                "画像の説明を入力してください。画像を見られない人に読み上げられます。"
            )
