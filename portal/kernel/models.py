"""Tables of the kernel: audit rows, the outbox, number counters, stored files."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.kernel.files.models import FirmQuota, StoredFile

__all__ = [
    "AuditChain",
    "AuditRow",
    "Counter",
    "FailedDelivery",
    "FirmQuota",
    "HandledEvent",
    "OutboxEvent",
    "StoredFile",
]


class AuditChain(models.Model):
    """Head of a ward's hash chain; chain 0 holds what belongs to no ward."""

    chain = models.PositiveIntegerField(primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = _("監査連鎖の末尾")

    def __str__(self) -> str:
        return f"{self.chain}: {self.sequence}"


class AuditRow(models.Model):
    """One act: who, in which capacity, on what, from where to where, when and why (監査証跡).

    Append-only: a trigger fills sequence, at, previous and digest from the ward's chain and
    refuses UPDATE and DELETE. Never holds personal secrets: `changes` names fields with their
    values before and after, `detail` holds facts such as a file's digest.
    """

    chain = models.PositiveIntegerField(help_text="JIS code of the ward, 0 for none")
    sequence = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(db_default=Now())
    action = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    hat = models.CharField(max_length=20)
    roles = models.CharField(max_length=200, blank=True)
    firm_id = models.BigIntegerField(null=True)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_label = models.CharField(max_length=200, blank=True)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=32, blank=True)
    previous = models.CharField(max_length=64, default="")
    digest = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = _("監査記録")
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="audit_chain_sequence")
        ]
        indexes = [
            models.Index(fields=["object_type", "object_id", "sequence"], name="audit_object"),
            models.Index(fields=["chain", "at"], name="audit_chain_at"),
            models.Index(fields=["actor_id", "at"], name="audit_actor_at"),
            models.Index(fields=["-at", "-id"], name="audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}-{self.sequence} {self.action}"


class OutboxEvent(models.Model):
    """An event (送信箱) written in the transaction of the change it tells of; relayed afterwards.

    Open until every handler has done its work or was given up; `relays` counts how often it went
    to the broker.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=80)
    subject = models.CharField(max_length=64, help_text="primary key of what it is about")
    ward_id = models.PositiveIntegerField(null=True)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(db_default=Now())
    relayed_at = models.DateTimeField(null=True)
    relays = models.PositiveSmallIntegerField(db_default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("送信箱")
        indexes = [
            models.Index(
                fields=["created_at"],
                name="outbox_waiting",
                condition=models.Q(relayed_at=None),
            ),
            models.Index(
                fields=["relayed_at"],
                name="outbox_open",
                condition=models.Q(closed_at=None),
            ),
            models.Index(fields=["closed_at"], name="outbox_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"


class HandledEvent(models.Model):
    """Proof that a handler has done its work for an event, written with the effect itself."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="handled")
    handler = models.CharField(max_length=120)
    handled_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("処理済み通知")
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="handled_once")]

    def __str__(self) -> str:
        return f"{self.handler} {self.event_id}"


class FailedDelivery(models.Model):
    """A handler that failed on an event: how often, and where; given up after the last attempt.

    `last_error` names the exception and the place in the code, never its text: that may quote
    personal data. Deleted when the handler succeeds after all.
    """

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="failures")
    handler = models.CharField(max_length=120)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    failed_at = models.DateTimeField(db_default=Now())
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("配送失敗")
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="failed_once")]

    def __str__(self) -> str:
        return f"{self.handler}: {self.last_error}"


class Counter(models.Model):
    """The last number given in a series, e.g. receipts of ward 13107, scheme dx1, 2026."""

    series = models.CharField(max_length=40)
    ward_id = models.PositiveIntegerField()
    scheme = models.CharField(max_length=40)
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("採番台帳")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "ward_id", "scheme", "fiscal_year"], name="counter_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.ward_id} {self.scheme} {self.fiscal_year}: {self.last}"
