"""An application (交付申請) from its draft to its submitted versions."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subsidies import states
from subsidies.rules.scheme import GENERAL, GRADUATE


class Application(models.Model):
    """One firm's application to one call.

    Until submission everything is a draft that only the firm sees. The columns from `firm_name`
    to `due_on` repeat what the officials' queue shows, so that the queue reads one table.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # db_index=False where an index below serves, or where nothing is ever looked up that way.
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    firm = models.ForeignKey(
        "programs.Firm", on_delete=models.PROTECT, related_name="applications", db_index=False
    )
    call = models.ForeignKey(
        "subsidies.Call", on_delete=models.PROTECT, related_name="applications"
    )
    version = models.ForeignKey(
        "subsidies.SchemeVersion",
        on_delete=models.PROTECT,
        related_name="applications",
        db_index=False,
        help_text="a draft follows its call's version; submission freezes it",
    )
    status = models.CharField(
        _("状態"),
        max_length=20,
        default=states.DRAFT,
        choices=states.APPLICATION.choices,
    )
    eligibility = models.JSONField(_("要件確認の回答"), default=dict)
    answers = models.JSONField(_("回答"), default=dict, help_text="as typed, complete or not")
    expense_input = models.JSONField(
        _("経費の入力"),
        default=list,
        help_text="lines as typed; `ExpenseLine` holds those of the last submitted version",
    )
    revision = models.PositiveIntegerField(default=0, help_text="counts saves, for stale tabs")
    history = models.JSONField(
        default=dict, help_text="field → its last [revision, value] pairs (rules.merge)"
    )
    applicant_class = models.CharField(
        _("申請者の区分"),
        max_length=12,
        db_default=GENERAL,
        default=GENERAL,
        choices=[(GENERAL, _("一般")), (GRADUATE, _("DX道場の修了者"))],
        help_text="as of the submission: which form, and whose share of the budget",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    firm_name = models.CharField(_("申請者"), max_length=200, blank=True)
    scheme_name = models.CharField(_("制度"), max_length=120, blank=True)
    stage = models.PositiveSmallIntegerField(_("ステージ"))
    title = models.CharField(_("事業名"), max_length=120, blank=True)
    receipt_no = models.CharField(_("受付番号"), max_length=40, null=True)
    submitted_at = models.DateTimeField(_("申請日時"), null=True)
    requested_yen = models.PositiveBigIntegerField(_("交付申請額（円）"), null=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    assignee_name = models.CharField(_("担当"), max_length=150, blank=True)
    # As answered in what was handed in; a trigger keeps it, so that it goes when the answers go.
    contact_name = models.CharField(
        _("連絡担当者"), max_length=100, db_default="", default="", editable=False
    )
    due_on = models.DateField(_("期限"), null=True)

    class Meta:
        verbose_name = _("交付申請")
        constraints = [
            models.UniqueConstraint(
                fields=["call", "firm"],
                condition=~Q(status__in=[states.WITHDRAWN, states.REFUSED]),
                name="application_once_per_call",
                violation_error_message=_("この公募にはすでに申請があります。"),
            ),
            models.UniqueConstraint(fields=["receipt_no"], name="application_receipt_once"),
            models.CheckConstraint(
                condition=Q(status=states.DRAFT)
                | Q(receipt_no__isnull=False, submitted_at__isnull=False),
                name="application_submitted_has_receipt",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ward", "due_on", "id"],
                name="application_queue",
                condition=Q(status__in=states.OPEN),
            ),
            models.Index(fields=["ward", "status", "due_on", "id"], name="application_by_status"),
            models.Index(
                fields=["ward", "assignee", "due_on", "id"],
                name="application_by_assignee",
                condition=Q(status__in=states.OPEN),
            ),
            models.Index(
                fields=["ward", "-id"],
                name="application_newest",
                condition=~Q(status=states.DRAFT),
            ),
            # Auditors look across the wards.
            models.Index(
                fields=["due_on", "id"],
                name="application_queue_all",
                condition=Q(status__in=states.OPEN),
            ),
            models.Index(fields=["firm", "-created_at"], name="application_by_firm"),
        ]

    def __str__(self) -> str:
        return self.receipt_no or self.title or str(self.public_id)


class ExpenseLine(models.Model):
    """One line of the submitted budget (経費明細). Yen; the scheme says which amount counts."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="expenses")
    position = models.PositiveSmallIntegerField()
    category = models.CharField(_("経費区分"), max_length=40)
    description = models.CharField(_("内容"), max_length=200)
    vendor = models.CharField(_("発注予定先"), max_length=120, blank=True)
    quantity = models.PositiveIntegerField(_("数量"), default=1)
    unit_price = models.PositiveBigIntegerField(_("単価（税抜・円）"))
    tax_percent = models.PositiveSmallIntegerField(_("消費税率（%）"), default=10)
    is_used = models.BooleanField(_("中古品"), default=False)

    class Meta:
        verbose_name = _("経費明細")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="expense_quantity"),
            models.CheckConstraint(condition=Q(tax_percent__lte=10), name="expense_tax"),
        ]

    def __str__(self) -> str:
        return self.description


class ApplicationDocument(models.Model):
    """A file handed in for one required document (添付書類).

    `replaced_at` is set when another file took its place or the firm removed it; a submitted
    version keeps naming it.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    requirement = models.CharField(_("書類"), max_length=40)
    stored_file = models.ForeignKey("kernel.StoredFile", on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("添付書類")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.requirement}"


class ApplicationVersion(models.Model):
    """What was submitted, frozen: the application itself (第1版) or a correction of it.

    `payload` is canonical JSON of everything, `sha256` its digest. UPDATE and DELETE are refused
    by trigger.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版"))
    payload = models.JSONField()
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(help_text="statement_timestamp() of the submission")
    deadline = models.DateTimeField(help_text="the deadline that was applied")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    idempotency_key = models.UUIDField()
    receipt = models.ForeignKey(
        "kernel.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the receipt PDF, made by a worker",
    )

    class Meta:
        verbose_name = _("提出版")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="version_once"),
            models.UniqueConstraint(
                fields=["submitted_by", "idempotency_key"], name="version_submitted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} v{self.number}"


class Correction(models.Model):
    """補正依頼: the named fields the firm shall mend, until when and why."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="corrections"
    )
    fields = ArrayField(models.CharField(max_length=80), help_text="e.g. answers.problem")
    notes = models.JSONField(default=dict, help_text="field → what is wrong with it")
    message = models.TextField(_("依頼の文面"))
    due_on = models.DateField(_("補正の期限"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("補正依頼")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at=None),
                name="correction_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.due_on}"


class DocumentCheck(models.Model):
    """書類点検表: an official's verdict on one item of the check list."""

    class Verdict(models.TextChoices):
        OK = "ok", _("適")
        NOT_OK = "not_ok", _("不備")
        NOT_NEEDED = "not_needed", _("対象外")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="checks")
    item = models.CharField(max_length=80)
    verdict = models.CharField(max_length=12, choices=Verdict)
    note = models.CharField(max_length=300, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("書類点検")
        constraints = [
            models.UniqueConstraint(fields=["application", "item"], name="check_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.item} {self.verdict}"


class Message(models.Model):
    """A message between the firm and the ward about an application (やりとり)."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="messages")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sender_label = models.CharField(max_length=150)
    from_ward = models.BooleanField()
    body = models.TextField()
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("やりとり")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.sender_label}"
