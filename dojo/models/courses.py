"""What is taught: shipped as data, one row a version."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ui.markup import localized
from programs.models import Qualification


class Course(models.Model):
    """講座, in one version. Loaded from `dojo/courses/*.json`; a version is never changed.

    `rule` is read by `dojo.rules.completion`, `entry` by `dojo.rules.entry`. `source` names the founding document.
    """

    class Code(models.TextChoices):
        DOJO = "dojo", _("DX道場（経営者向け）")
        LEADER = "leader", _("デジタル化推進リーダー育成講座")

    code = models.CharField(_("講座"), max_length=8, choices=Code)
    version = models.PositiveSmallIntegerField(_("版"))
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("名称（英語）"), max_length=80, blank=True)
    audience = models.CharField(_("対象"), max_length=200)
    audience_en = models.CharField(_("対象（英語）"), max_length=200, blank=True)
    summary = models.TextField(_("概要"))
    summary_en = models.TextField(_("概要（英語）"), blank=True)
    source = models.CharField(_("出典"), max_length=200)
    entry = models.JSONField(_("受講の要件"))
    rule = models.JSONField(_("修了の要件"))
    valid_years = models.PositiveSmallIntegerField(_("修了の有効年数"))

    class Meta:
        verbose_name = _("講座")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="course_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def display_name(self) -> str:
        """The name in the language of the page."""
        return localized(self.name, self.name_en)

    @property
    def display_audience(self) -> str:
        """For whom it is, likewise."""
        return localized(self.audience, self.audience_en)

    @property
    def display_summary(self) -> str:
        """What one does there, likewise."""
        return localized(self.summary, self.summary_en)

    @property
    def display_told(self) -> list[str]:
        """The conditions of entry in words, which people confirm, likewise."""
        return [localized(item["text"], item["text_en"]) for item in self.entry.get("told", ())]

    @property
    def fact_kind(self) -> str:
        """The kind of fact that its completion is."""
        kinds = {
            Course.Code.DOJO: Qualification.Kind.DOJO_GRADUATE,
            Course.Code.LEADER: Qualification.Kind.LEADER_COURSE,
        }
        return kinds[Course.Code(self.code)]

    @property
    def is_for_owners(self) -> bool:
        """DX道場: the firm's owner takes part."""
        return self.code == Course.Code.DOJO


class CurriculumUnit(models.Model):
    """一回分の内容. `contents` is a list of {"text", "text_en", "source"}; every statement names its source."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="units")
    number = models.PositiveSmallIntegerField(_("回"))
    title = models.CharField(_("題"), max_length=80)
    title_en = models.CharField(_("題（英語）"), max_length=120, blank=True)
    goal = models.CharField(_("ねらい"), max_length=300)
    goal_en = models.CharField(_("ねらい（英語）"), max_length=300, blank=True)
    contents = models.JSONField(_("内容"), default=list)
    prework = models.CharField(_("事前の準備"), max_length=300, blank=True)
    prework_en = models.CharField(_("事前の準備（英語）"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("時間"), help_text="minutes")

    class Meta:
        verbose_name = _("講座の回")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="unit_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def display_title(self) -> str:
        """What the session is about, in the language of the page."""
        return localized(self.title, self.title_en)

    @property
    def display_goal(self) -> str:
        """What it is for, likewise."""
        return localized(self.goal, self.goal_en)

    @property
    def display_prework(self) -> str:
        """What to bring or do before, likewise; empty where nothing is asked."""
        return localized(self.prework, self.prework_en)

    @property
    def display_contents(self) -> list[dict[str, str]]:
        """Its statements, likewise, each {"text", "source"}."""
        return [
            {"text": localized(part["text"], part["text_en"]), "source": part["source"]}
            for part in self.contents
        ]
