"""加工の分類 and 材料の分類 of two levels each, and the words that lead to them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lab.nakama import states
from portal.kernel.transitions import State
from programs.models.keys import person_key


class Named(models.Model):
    """A row of reference data (taxonomy/*.list) with a name in both languages."""

    code = models.CharField(_("コード"), max_length=24, primary_key=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    name_ja = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("名称（英語）"), max_length=80)
    order = models.PositiveSmallIntegerField(_("並び順"))

    class Meta:
        abstract = True
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name_ja

    @property
    def display_name(self) -> str:
        """The name in the language of the page."""
        return self.name_ja if (get_language() or "ja").startswith("ja") else self.name_en


class Process(Named):
    """工程: "cut" (切削加工) is a group, "cut.lathe" (旋盤加工) one of its processes."""

    class Meta(Named.Meta):
        verbose_name = _("工程")


class Material(Named):
    """材料: "stainless" is a family, "sus304" one of its grades."""

    class Meta(Named.Meta):
        verbose_name = _("材料")


class Alias(models.Model):
    """別名: a word as firms and buyers write it, for one process or one material.

    `normalised` is what `rules.folding.fold()` makes of it. `is_implied`: the word names a product or a need
    (シャフト) from which the process only follows. `is_active` False takes a word out of use.
    """

    class Source(models.TextChoices):
        SHIPPED = "shipped", _("最初から")
        COORDINATOR = "coordinator", _("ラボ職員が追加")

    text = models.CharField(_("言葉"), max_length=60)
    normalised = models.CharField(max_length=80, editable=False)
    process = models.ForeignKey(
        Process, on_delete=models.PROTECT, null=True, related_name="aliases"
    )
    material = models.ForeignKey(
        Material, on_delete=models.PROTECT, null=True, related_name="aliases"
    )
    is_implied = models.BooleanField(_("製品や用途から分かる"), default=False)
    is_active = models.BooleanField(_("使う"), default=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.SHIPPED)
    added_by = person_key(null=True, db_index=False)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("別名")
        ordering = ["normalised", "id"]
        constraints = [
            # One product word may imply several processes.
            models.UniqueConstraint(
                fields=["normalised", "process", "material"],
                nulls_distinct=False,
                name="alias_once",
                violation_error_message=_("この言葉は、もう辞書にあります。"),
            ),
            models.CheckConstraint(
                condition=Q(process=None, material__isnull=False)
                | Q(process__isnull=False, material=None),
                name="alias_has_one_meaning",
            ),
        ]
        indexes = [models.Index(fields=["changed_at"], name="alias_by_change")]

    def __str__(self) -> str:
        return self.text

    @property
    def code(self) -> str:
        """Of the process or the material that it means."""
        return self.process_id or self.material_id or ""

    @property
    def meaning(self) -> Named | None:
        """The process or the material."""
        return self.process or self.material


class UnknownWord(models.Model):
    """読み方が未定の言葉: waits for the coordinator, who says which process it means.

    `sample` is where it was read last; it never names who searched.
    """

    class Place(models.TextChoices):
        SEARCH = "search", _("検索")
        PROFILE = "profile", _("企業の登録")

    word = models.CharField(_("言葉"), max_length=60)
    normalised = models.CharField(max_length=80, unique=True, editable=False)
    status = models.CharField(
        _("状態"),
        max_length=9,
        default=states.WAITING,
        choices=[(state.code, state.label) for state in states.WORD.states],
    )
    place = models.CharField(_("どこで"), max_length=7, choices=Place)
    sample = models.CharField(_("使われ方"), max_length=200, blank=True)
    times = models.PositiveIntegerField(_("回数"), default=1)
    first_seen_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(_("最後に使われた日時"), db_default=Now())
    handled_by = person_key(null=True, db_index=False)

    class Meta:
        verbose_name = _("読み方が未定の言葉")
        ordering = ["-times", "id"]
        indexes = [models.Index(fields=["status", "-times"], name="word_queue")]

    def __str__(self) -> str:
        return self.word

    @property
    def state(self) -> State:
        return states.WORD.state(self.status)
