"""What news is about; subscribers choose."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """分類 of news."""

    NOTICE = "notice", _("お知らせ")
    CALL = "call", _("募集")
    EVENT = "event", _("講座・催し")
    CASE = "case", _("事例・記事")
    SERVICE = "service", _("システムの案内")
