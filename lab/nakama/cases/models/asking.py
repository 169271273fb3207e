"""Asking in waves: who was asked for which step until when, what they answered, at which price."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama.cases import states
from portal.kernel.transitions import State
from programs.models.keys import person_key


class Wave(models.Model):
    """声かけの波: `size` firms at once for one step, until `closes_at`; then the next by itself.

    `response_permille` is the response rate the size was made from.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="waves")
    step = models.ForeignKey("cases.CaseStep", on_delete=models.PROTECT, related_name="waves")
    number = models.PositiveSmallIntegerField(_("何回目"))
    size = models.PositiveSmallIntegerField(_("社数"))
    response_permille = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField(db_default=Now())
    closes_at = models.DateTimeField(_("返事の期限"))
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("声かけ")
        ordering = ["step__position", "number"]
        constraints = [
            models.UniqueConstraint(fields=["step", "number"], name="wave_number"),
            models.UniqueConstraint(
                fields=["step"], condition=Q(closed_at=None), name="wave_one_open"
            ),
        ]
        indexes = [
            models.Index(
                fields=["closes_at"], name="wave_to_close", condition=Q(closed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.number}"


class Invitation(models.Model):
    """声かけ of one firm for one step. No price: that is the `Quote`'s, which fewer may read."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="invitations")
    step = models.ForeignKey("cases.CaseStep", on_delete=models.PROTECT, related_name="invitations")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="invitations")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    firm_name = models.CharField(_("企業"), max_length=200)
    status = models.CharField(
        _("返事"), max_length=11, default=states.WAITING, choices=states.INVITATION.choices
    )
    condition = models.CharField(_("条件"), max_length=300, blank=True)
    sent_at = models.DateTimeField(db_default=Now())
    closes_at = models.DateTimeField(_("返事の期限"))
    answered_at = models.DateTimeField(_("返事の日時"), null=True)

    class Meta:
        verbose_name = _("声かけの相手")
        ordering = ["step__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["step", "firm"], name="invitation_once"),
            models.UniqueConstraint(
                fields=["step"], condition=Q(status="chosen"), name="invitation_one_chosen"
            ),
            models.CheckConstraint(
                condition=~Q(status="conditional") | ~Q(condition=""),
                name="invitation_condition",
                violation_error_message=_("「条件付き」のときは、条件を入力してください。"),
            ),
        ]
        indexes = [models.Index(fields=["firm", "status", "sent_at"], name="invitation_of_firm")]

    def __str__(self) -> str:
        return f"{self.step_id} {self.firm_id}"

    @property
    def state(self) -> State:
        return states.INVITATION.state(self.status)


class Reply(models.Model):
    """One answer as it came, append-only. By telephone or FAX: who said it, and who wrote it down."""

    class Way(models.TextChoices):
        LINK = "link", _("メールのリンク")
        PORTAL = "portal", _("ポータル")
        PHONE = "phone", _("電話")
        FAX = "fax", _("FAX")

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="replies")
    answer = models.CharField(_("返事"), max_length=11)
    condition = models.CharField(_("条件"), max_length=300, blank=True)
    way = models.CharField(_("返事の方法"), max_length=6, choices=Way)
    said_by = models.CharField(_("話した人"), max_length=100, blank=True)
    note = models.CharField(_("メモ"), max_length=300, blank=True)
    written_by = person_key(null=True, db_index=False)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("声かけへの返事")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(way__in=["phone", "fax"], written_by__isnull=False) & ~Q(said_by="")
                | ~Q(way__in=["phone", "fax"]),
                name="reply_on_behalf_says_who",
                violation_error_message=_("話した人（FAXの差出人）を入力してください。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.answer}"


class Quote(models.Model):
    """見積 of an invited firm for its step, 税抜, for the whole lot. Buyer and hubs read it."""

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="quote")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    price_yen = models.PositiveBigIntegerField(_("金額（税抜・全数）"))
    ready_on = models.DateField(_("渡せる日"), null=True)
    note = models.CharField(_("見積の条件"), max_length=300, blank=True)
    written_by = person_key(null=True, db_index=False)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("工程の見積")
        constraints = [
            models.CheckConstraint(
                condition=Q(price_yen__gt=0),
                name="quote_of_something",
                violation_error_message=_("金額は1円以上にしてください。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.invitation_id)
