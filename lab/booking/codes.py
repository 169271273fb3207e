"""Words with codes that several rooms of the bookings use."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """設備の種類."""

    PRINTER = "printer", _("3Dプリンター")
    ROBOT = "robot", _("ロボット")
    IOT = "iot", _("IoTキット")
    MEASURE = "measure", _("測定・検査")
    CUTTING = "cutting", _("加工機")
    COMPUTER = "computer", _("CAD・シミュレーション")
    ROOM = "room", _("作業スペース")


class Purpose(models.TextChoices):
    """利用の目的."""

    TRIAL = "trial", _("導入前の試用")
    PROTOTYPE = "prototype", _("試作")
    MEASUREMENT = "measurement", _("測定・評価")
    TRAINING = "training", _("操作の講習")
    TOUR = "tour", _("見学・相談")


# What somebody without a certificate may book the machine for: to get one.
WITHOUT_CERTIFICATE = (Purpose.TRAINING, Purpose.TOUR)


class Condition(models.TextChoices):
    """What a firm has to meet besides a free machine, and the ward may let its staff set aside."""

    AGREEMENT = "agreement", _("この年度の利用規約への同意")
    QUOTA = "quota", _("1か月の利用の上限")
    POINTS = "points", _("無断キャンセルなどの点数")
    CERTIFICATE = "certificate", _("講習の修了")
