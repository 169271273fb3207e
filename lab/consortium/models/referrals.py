"""A firm is introduced to a bank: what it shows, for how long, who looked, what came back.

Each thing shown is a row that stands as the firm has consented to it (`text`), not a window onto
today's data. The bank reads the rows as long as the consent lives: not taken back, not run out,
and no conclusion reached. Back comes a status alone: no amount has a column here.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from lab.consortium import referral_states as states
from lab.consortium.models.members import Member
from lab.consortium.models.projects import file_key, firm_key
from portal.kernel.transitions import State
from portal.ui.markup import era_date
from programs.history import LANES
from programs.models.keys import person_key, ward_key

_HEADINGS = {"purpose": _("相談したいこと"), "basics": _("企業の基本情報")}
_LANES = {lane.code: lane.label for lane in LANES}
# What of the register is shown of a firm, each in a line of its own.
BASICS = NAME, HEAD, ADDRESS, EMPLOYEES, PHONE = (
    _("企業名"),
    _("代表者名"),
    _("本社所在地"),
    _("従業員数"),
    _("電話番号"),
)


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
    """One thing the bank reads: a heading and a text, or a paper. `withdrawn_at`: not any more.

    The text stands as the firm wrote and saw it; our own words above it are in the reader's language.
    Of an event they are its `day` and `lane`.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="items")
    firm = firm_key()
    code = models.CharField(max_length=20)
    heading = models.CharField(_("項目"), max_length=80)
    text = models.TextField(_("内容"), blank=True)
    day = models.DateField(_("日付"), null=True)
    lane = models.CharField(_("記録の種類"), max_length=20, blank=True)
    stored_file = file_key()
    added_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("銀行に見せる項目")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.heading

    @property
    def title(self) -> str:
        """The heading in the reader's language; a paper's is the firm's own word."""
        if self.day and self.lane in _LANES:
            return f"{era_date(self.day)}　{_LANES[self.lane]}"
        return str(_HEADINGS.get(self.code, self.heading))

    @property
    def body(self) -> str:
        """The text; of the register's lines the words before the colon are in the reader's language."""
        if self.code != "basics":
            return self.text
        with override("ja"):
            labels = {str(label): label for label in BASICS}
            mark = gettext("%(what)s：%(value)s") % {"what": "", "value": ""}
        parts = [line.partition(mark) for line in self.text.splitlines()]
        lines = (
            (gettext("%(what)s：%(value)s") % {"what": labels[what], "value": value})
            if what in labels
            else f"{what}{colon}{value}"
            for what, colon, value in parts
        )
        return "\n".join(lines)


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
