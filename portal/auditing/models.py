"""Tables of the auditors' room: samples and their cases, jobs of workers, what a recount found."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.auditing import states
from programs.models.keys import person_key, ward_key


def _application() -> models.ForeignKey:
    return models.ForeignKey("subsidies.Application", on_delete=models.PROTECT, related_name="+")


class Sample(models.Model):
    """標本: cases drawn for a purpose. Never changed: with population and seed it can be drawn again.

    `params` holds what the population was narrowed by; amounts in yen. `interval_yen` and
    `start_yen` are those of monetary-unit sampling. The auditors' office shares its samples.
    """

    class Method(models.TextChoices):
        SIMPLE = "simple", _("無作為抽出")
        STRATIFIED = "stratified", _("層化抽出")
        MONETARY = "monetary", _("金額単位抽出")
        ALL = "all", _("条件に合うものすべて")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("標本の名前"), max_length=80)
    purpose = models.CharField(_("監査の目的"), max_length=300)
    method = models.CharField(_("抽出の方法"), max_length=12, choices=Method)
    params = models.JSONField(_("母集団の条件"), default=dict)
    seed = models.PositiveBigIntegerField(_("乱数の種"), null=True)
    population = models.PositiveIntegerField(_("母集団の件数"))
    population_yen = models.PositiveBigIntegerField(_("母集団の額（円）"))
    interval_yen = models.PositiveBigIntegerField(_("抽出の間隔（円）"), default=0)
    start_yen = models.PositiveBigIntegerField(_("始まり（円）"), default=0)
    drawn_by = person_key(db_index=False)
    drawn_at = models.DateTimeField(_("抽出日時"), db_default=Now())

    class Meta:
        verbose_name = _("監査の標本")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="audit_sample_has_purpose"),
            models.CheckConstraint(
                condition=Q(method="all") | Q(seed__isnull=False), name="audit_sample_has_seed"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SampleItem(models.Model):
    """One case of a sample: why it is in, and how far the auditor is with it."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="items")
    application = _application()
    ward = ward_key()
    position = models.PositiveIntegerField(_("番号"))
    stratum = models.CharField(_("層"), max_length=80, blank=True)
    book_yen = models.PositiveBigIntegerField(_("額（円）"))
    hits = models.PositiveIntegerField(_("当たり"), default=1)
    status = models.CharField(
        _("状態"), max_length=12, default=states.TODO, choices=states.ITEM.choices
    )
    note = models.TextField(_("所見"), blank=True)
    checked_by = person_key(null=True, db_index=False)
    checked_at = models.DateTimeField(_("記録した日時"), null=True)

    class Meta:
        verbose_name = _("標本の案件")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "application"], name="audit_sample_case_once"
            ),
            models.UniqueConstraint(fields=["sample", "position"], name="audit_sample_position"),
            models.CheckConstraint(
                condition=~Q(status__in=[states.NOTED, states.CLEAN]) | ~Q(note=""),
                name="audit_sample_verdict_has_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}-{self.position}"


class Job(models.Model):
    """A long piece of work for an auditor: a case bundle, or a recount of a year's amounts.

    What it is doing follows from its times (`phase`), as with exports. `hat` is worn by the worker
    as it is then; `purpose` is the auditor's and goes to the audit trail.
    """

    class Kind(models.TextChoices):
        BUNDLE = "bundle", _("案件の一式")
        RECOUNT = "recount", _("金額の再計算")

    class Phase(models.TextChoices):
        WORKING = "working", _("作成中")
        DONE = "done", _("できました")
        EXPIRED = "expired", _("保存期間が終わりました")
        CANCELLED = "cancelled", _("中止")
        FAILED = "failed", _("できませんでした")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    application = models.ForeignKey(
        "subsidies.Application", on_delete=models.PROTECT, null=True, related_name="+"
    )
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    fiscal_year = models.PositiveSmallIntegerField(_("年度"), null=True)
    purpose = models.CharField(_("監査の目的"), max_length=400)
    created_by = person_key(db_index=False)
    hat = models.CharField(max_length=40)
    created_at = models.DateTimeField(_("申込み日時"), db_default=Now())
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often a worker began")
    problem = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict, help_text="numbers and digests of what was made")
    stored_file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("監査の作業")
        indexes = [
            models.Index(fields=["kind", "-created_at"], name="audit_job_newest"),
            models.Index(
                fields=["created_at"],
                name="audit_job_open",
                condition=Q(finished_at=None, cancelled_at=None, problem=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(finished_at=None), name="audit_job_one_end"
            ),
            models.CheckConstraint(
                condition=Q(kind="bundle", application__isnull=False)
                | Q(kind="recount", fiscal_year__isnull=False),
                name="audit_job_of_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def phase(self) -> Phase:
        """Where it stands, from its times."""
        if self.cancelled_at:
            return self.Phase.CANCELLED
        if self.problem:
            return self.Phase.FAILED
        if not self.finished_at:
            return self.Phase.WORKING
        if self.stored_file is not None and not self.stored_file.is_available:
            return self.Phase.EXPIRED
        return self.Phase.DONE


class Difference(models.Model):
    """One amount that a recount finds other than it stands, in yen. `is_told`: with its reason."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="differences")
    application = _application()
    ward = ward_key()
    step = models.CharField(max_length=16)
    stored_yen = models.BigIntegerField(_("記録の額（円）"))
    computed_yen = models.BigIntegerField(_("計算し直した額（円）"))
    is_told = models.BooleanField(_("理由のある減額"), default=False)
    note = models.TextField(_("説明"), blank=True)

    class Meta:
        verbose_name = _("再計算の差")
        ordering = ["is_told", "id"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.step}"
