"""Words with codes that several rooms of the events use."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """催しの種類."""

    SEMINAR = "seminar", _("セミナー")
    HANDS_ON = "hands_on", _("体験会")
    SHOWCASE = "showcase", _("機器の展示会")
    TOUR = "tour", _("見学会")
    MEETING = "meeting", _("交流会")


class Audience(models.TextChoices):
    """申し込める企業."""

    ALL = "all", _("23区に事業所のある企業")
    HOST = "host", _("主催する区に事業所のある企業")


class Shown(models.TextChoices):
    """Who receives a file."""

    REGISTERED = "registered", _("参加が決まった方")
    ATTENDED = "attended", _("来場した方だけ")


class Way(models.TextChoices):
    """How a coming was recorded."""

    QR = "qr", _("QRコード")
    CODE = "code", _("受付番号")
    LIST = "list", _("名簿")
