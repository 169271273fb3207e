"""Progress of the steps, ratings after delivery, and the outcome facts."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases import states
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class StepRecord(models.Model):
    """工程の記録, append-only: begun, inspected and handed over, accepted, or rejected.

    Of an inspection: `good` and `bad` pieces and what was measured. Of a rejection:
    `responsible` is the step in which the defect arose (責任工程).
    """

    class Kind(models.TextChoices):
        START = "start", _("作業を始めた")
        INSPECT = "inspect", _("検査して渡した")
        ACCEPT = "accept", _("受け取った")
        REJECT = "reject", _("不適合として返した")

    step = models.ForeignKey("cases.CaseStep", on_delete=models.PROTECT, related_name="records")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="records")
    kind = models.CharField(_("記録"), max_length=7, choices=Kind)
    good = models.PositiveIntegerField(_("合格の数"), null=True)
    bad = models.PositiveIntegerField(_("不合格の数"), null=True)
    measured = models.CharField(_("検査した内容"), max_length=300, blank=True)
    note = models.CharField(_("メモ"), max_length=500, blank=True)
    responsible = models.ForeignKey(
        "cases.CaseStep", on_delete=models.PROTECT, related_name="+", null=True
    )
    # 受領日 of an acceptance, as the receiver says it: the 60 days of the payment begin with it.
    received_on = models.DateField(_("受け取った日"), null=True)
    photo = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, related_name="+", null=True
    )
    by_firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(_("記録した企業"), max_length=200)
    written_by = person_key(db_index=False)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("工程の記録")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="inspect")
                | Q(good__isnull=False, bad__isnull=False) & ~Q(measured=""),
                name="record_inspection_measured",
                violation_error_message=_("検査した内容と、合格・不合格の数を入力してください。"),
            ),
            models.CheckConstraint(
                condition=~Q(kind="reject") | Q(responsible__isnull=False),
                name="record_reject_responsible",
                violation_error_message=_("責任工程を選んでください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.kind}"


def _mark(label: object) -> models.PositiveSmallIntegerField:
    """1 bad … 5 very good."""
    return models.PositiveSmallIntegerField(
        label, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


class Rating(models.Model):
    """評価 of one firm by another after delivery; neither sees the other's before `revealed_at`.

    For what was done in a `case`, or for an `order` without one (of a joint order).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, related_name="ratings", null=True
    )
    order = models.ForeignKey(
        "cases.Order", on_delete=models.PROTECT, related_name="ratings", null=True
    )
    from_firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    to_firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    to_name = models.CharField(_("評価される企業"), max_length=200)
    quality = _mark(_("品質（注文の明確さ）"))
    delivery = _mark(_("納期（支払・連絡の早さ）"))
    manner = _mark(_("やりとり"))
    comment = models.CharField(_("ひとこと"), max_length=300, blank=True)
    rated_by = person_key(db_index=False)
    rated_at = models.DateTimeField(db_default=Now())
    revealed_at = models.DateTimeField(null=True)
    status = models.CharField(
        _("異議"), max_length=8, default=states.NONE, choices=states.APPEAL.choices
    )
    appeal = models.CharField(_("異議の内容"), max_length=500, blank=True)
    ruling = models.CharField(_("異議への答え"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("取引の評価")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "from_firm", "to_firm"], name="rating_once"),
            models.UniqueConstraint(fields=["order", "from_firm"], name="rating_once_an_order"),
            models.CheckConstraint(
                condition=Q(case__isnull=False, order=None) | Q(case=None, order__isnull=False),
                name="rating_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(from_firm=F("to_firm")), name="rating_not_of_oneself"
            ),
            models.CheckConstraint(
                condition=Q(quality__range=(1, 5), delivery__range=(1, 5), manner__range=(1, 5)),
                name="rating_marks",
            ),
        ]
        indexes = [models.Index(fields=["to_firm", "revealed_at"], name="rating_of_firm")]

    def __str__(self) -> str:
        return f"{self.case_id or self.order_id} {self.to_firm_id}"

    @property
    def about(self) -> str:
        """The number of the case. The coordinator, who settles appeals, reads no order."""
        return (self.case.number or "") if self.case else ""

    @property
    def state(self) -> State:
        return states.APPEAL.state(self.status)


class Outcome(models.Model):
    """成果の事実 for 3-OC and 3-KGI, append-only: a correction is a row that `reverses` another.

    No names and no amounts: `firms` counts the independent firms that take part.
    """

    class Kind(models.TextChoices):
        MATCH = "match.concluded", _("マッチング成立")
        JOINT = "collab.contracted", _("共同受注の契約")
        DELIVERED = "collab.delivered", _("納品・検収")

    kind = models.CharField(max_length=17, choices=Kind)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="outcomes")
    ward = ward_key()
    firms = models.PositiveSmallIntegerField()
    processes = models.JSONField(default=list)
    occurred_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("成果の事実")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "case"], condition=Q(reverses=None), name="outcome_once"
            )
        ]
        indexes = [models.Index(fields=["ward", "occurred_on"], name="outcome_of_ward")]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
