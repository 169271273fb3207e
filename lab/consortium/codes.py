"""Codes of the room and what they mean for counting."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What kind of organisation a member is."""

    UNIVERSITY = "university", _("大学")
    KOSEN = "kosen", _("高専")
    SCHOOL = "school", _("専門学校・高校")
    PUBLIC_LAB = "public_lab", _("公設試験研究機関")
    BANK = "bank", _("金融機関")
    VENDOR = "vendor", _("ITベンダー")
    WARD = "ward", _("区")


# Who may answer a problem, and whose agreement counts for 3-OP3 (≥ 1 school or 公設試).
INSTITUTIONS = (Kind.UNIVERSITY, Kind.KOSEN, Kind.SCHOOL, Kind.PUBLIC_LAB)


class Season(models.TextChoices):
    """When students could begin."""

    FIRST = "first", _("前期（4月〜9月）")
    SUMMER = "summer", _("夏休み")
    SECOND = "second", _("後期（10月〜3月）")
    ANY = "any", _("いつでも")


class ProjectKind(models.TextChoices):
    """What is wanted of the institution. An internship alone never counts for 3-OP3."""

    PBL = "pbl", _("PBL（学生が課題に取り組む授業）")
    RESEARCH = "research", _("共同研究")
    INTERNSHIP = "internship", _("インターンシップ")


class Outcome(models.TextChoices):
    """What the firm did with the result."""

    ADOPTED = "adopted", _("現場で使っている")
    TRYING = "trying", _("試している")
    LEARNED = "learned", _("参考にした")
    UNUSED = "unused", _("使わなかった")
