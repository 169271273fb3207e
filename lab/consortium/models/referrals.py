"""A firm is introduced to a bank: what it shows, for how long, who looked, what came back.

Each thing shown is a row that stands as the firm has consented to it (`text`), not a window onto
today's data. The bank reads the rows as long as the consent lives: not taken back, not run out,
and no conclusion reached. Back comes a status alone: no amount has a column here.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.consortium import referral_states as states
from lab.consortium.models.members import Member
from lab.consortium.models.projects import file_key, firm_key
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class Referral(models.Model):
    """One firm, one bank. `consent_until` is the last day on which the bank may read.

    `counted_ward` is where the firm works; it is no `ward`, so that officials do not read in their
    ward's audit trail who talks with a bank.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    counted_ward = ward_key()
    firm = firm_key()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        _("状態"), max_length=9, default=states.DRAFT, choices=states.REFERRAL.choices
    )
    consent_until = models.DateField(_("見せる期限"))
    begun_at = models.DateTimeField(db_default=Now())
    begun_by = person_key(db_index=False)
    sent_at = models.DateTimeField(_("同意した日時"), null=True)
    ended_at = models.DateTimeField(_("見られなくなった日時"), null=True)

    class Meta:
        verbose_name = _("融資の紹介")
        ordering = ["-begun_at", "-id"]
        indexes = [
            models.Index(fields=["counted_ward", "status"], name="consortium_referral_ward"),
            models.Index(fields=["status", "consent_until"], name="consortium_referral_until"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "member"],
                condition=Q(status__in=[states.DRAFT, *states.SHOWN]),
                name="consortium_referral_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=states.SHOWN) | Q(sent_at__isnull=False),
                name="consortium_referral_consented",
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)

    @property
    def state(self) -> State:
        return states.REFERRAL.state(self.status)


class ReferralItem(models.Model):
    """One thing the bank reads: a heading and a text, or a paper. `withdrawn_at`: not any more."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="items")
    firm = firm_key()
    code = models.CharField(max_length=20)
    heading = models.CharField(_("項目"), max_length=80)
    text = models.TextField(_("内容"), blank=True)
    stored_file = file_key()
    added_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("銀行に見せる項目")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.heading


class ReferralLook(models.Model):
    """The bank opened the page or a paper: who, when, how many things. Append-only."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="looks")
    firm = firm_key()
    person = person_key(db_index=False)
    person_name = models.CharField(_("見た人"), max_length=150)
    items = models.PositiveSmallIntegerField(_("見えた項目の数"))
    paper = models.CharField(_("開いたファイル"), max_length=80, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("銀行の閲覧")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.person_name} {self.at}"
