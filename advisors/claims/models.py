"""Months' claims with their lines, corrections of earlier ones, and how a ward pays whom."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advisors import codes
from advisors.claims import states
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


class PayTerms(models.Model):
    """支払の条件 of a ward, by versions, as the fee table: drafted by one official, published by another.

    Without a version that holds, nothing is withheld (docs/adr/0034-fee-claims.md).
    """

    ward = ward_key()
    number = models.PositiveSmallIntegerField(_("版"))
    valid_from = models.DateField(_("適用開始日"))
    withholds = models.BooleanField(_("個人への支払から源泉徴収する"), default=False)
    on_travel = models.BooleanField(_("交通費にも源泉徴収する"), default=True)
    on_net = models.BooleanField(_("消費税を除いた額に源泉徴収する"), default=False)
    basis = models.CharField(_("根拠"), max_length=200)
    drafted_by = person_key(db_index=False)
    drafted_at = models.DateTimeField(db_default=Now())
    published_by = person_key(null=True, db_index=False)
    published_at = models.DateTimeField(_("確定した日時"), null=True)

    class Meta:
        verbose_name = _("支払の条件")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["ward", "number"], name="pay_terms_version"),
            models.CheckConstraint(
                condition=Q(published_by=None, published_at=None)
                | (Q(published_at__isnull=False) & ~Q(published_by=F("drafted_by"))),
                name="pay_terms_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id} v{self.number}"


class Payee(models.Model):
    """支払先 where the ward's contract is not with the person of the 名簿 as a private person."""

    class Kind(models.TextChoices):
        PERSON = "person", _("個人")
        COMPANY = "company", _("法人")

    ward = ward_key()
    user = person_key()
    kind = models.CharField(_("契約の相手"), max_length=8, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("支払先の名前"), max_length=200)
    registration_no = models.CharField(_("登録番号（インボイス）"), max_length=14, blank=True)

    class Meta:
        verbose_name = _("支払先")
        constraints = [models.UniqueConstraint(fields=["ward", "user"], name="payee_once")]

    def __str__(self) -> str:
        return self.name


class Claim(models.Model):
    """月の報告と請求 of one advisor to one ward. `month` is its first day.

    Number, payee and yen are frozen when it is submitted; `rounds` counts submissions, `revision`
    saves, for stale tabs. `answer` is the ward's last reason for giving it back. The yen are with
    tax; `tax_yen` is the consumption tax within.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    advisor = person_key()
    advisor_name = models.CharField(_("相談員"), max_length=100)
    month = models.DateField(_("月"))
    status = models.CharField(
        _("状態"),
        max_length=9,
        default=states.DRAFT,
        choices=states.CLAIM.choices,
    )
    number = models.CharField(_("請求番号"), max_length=40, blank=True)
    done = models.TextField(_("今月したこと"), blank=True)
    findings = models.TextField(_("分かったこと"), blank=True)
    next_month = models.TextField(_("来月すること"), blank=True)
    revision = models.PositiveIntegerField(default=0)
    rounds = models.PositiveSmallIntegerField(default=0)
    terms = models.ForeignKey(PayTerms, on_delete=models.PROTECT, null=True, related_name="+")
    payee_kind = models.CharField(
        _("契約の相手"), max_length=8, choices=Payee.Kind, default=Payee.Kind.PERSON
    )
    payee_name = models.CharField(_("支払先の名前"), max_length=200, blank=True)
    registration_no = models.CharField(_("登録番号（インボイス）"), max_length=14, blank=True)
    fee_yen = models.PositiveIntegerField(_("謝金（円）"), default=0)
    travel_yen = models.PositiveIntegerField(_("交通費（円）"), default=0)
    tax_yen = models.PositiveIntegerField(_("うち消費税（円）"), default=0)
    withheld_yen = models.PositiveIntegerField(_("源泉徴収税額（円）"), default=0)
    submitted_at = models.DateTimeField(_("提出日時"), null=True)
    checked_by = person_key(null=True, db_index=False)
    checked_at = models.DateTimeField(_("確認日時"), null=True)
    approved_by = person_key(null=True, db_index=False)
    approved_at = models.DateTimeField(_("決裁日時"), null=True)
    paid_on = models.DateField(_("支払日"), null=True)
    answer = models.TextField(_("差戻しの理由"), blank=True)

    class Meta:
        verbose_name = _("謝金の請求")
        ordering = ["-month", "-id"]
        indexes = [models.Index(fields=["ward", "status", "month"], name="claim_board")]
        constraints = [
            models.UniqueConstraint(fields=["ward", "advisor", "month"], name="claim_month_once"),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="claim_number_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="claim_month_is_first_day"),
            models.CheckConstraint(
                condition=(Q(checked_by=None) | ~Q(checked_by=F("advisor")))
                & (
                    Q(approved_by=None)
                    | (~Q(approved_by=F("advisor")) & ~Q(approved_by=F("checked_by")))
                ),
                name="claim_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=states.CLAIMED)
                | (Q(submitted_at__isnull=False) & ~Q(number="")),
                name="claim_submitted_is_numbered",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=states.DECIDED) | Q(approved_at__isnull=False),
                name="claim_decided_is_approved",
            ),
            models.CheckConstraint(
                condition=~Q(status=states.PAID) | Q(paid_on__isnull=False),
                name="claim_paid_has_day",
            ),
            models.CheckConstraint(
                condition=Q(withheld_yen__lte=F("fee_yen") + F("travel_yen")),
                name="claim_withheld_within",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.month:%Y-%m} {self.advisor_name}"

    @property
    def state(self) -> State:
        return states.CLAIM.state(self.status)

    @property
    def is_frozen(self) -> bool:
        """Whether its lines stand."""
        return self.status in states.CLAIMED

    @property
    def total_yen(self) -> int:
        return self.fee_yen + self.travel_yen

    @property
    def pay_yen(self) -> int:
        """差引支払額."""
        return self.total_yen - self.withheld_yen


class Correction(models.Model):
    """訂正 of a line that was decided already: what the next claim adds or takes (円, signed)."""

    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    advisor = person_key()
    line = models.ForeignKey("claims.ClaimLine", on_delete=models.PROTECT, related_name="fixes")
    fee_yen = models.IntegerField(_("謝金（円）"))
    travel_yen = models.IntegerField(_("交通費（円）"))
    reason = models.TextField(_("理由"))
    made_by = person_key(db_index=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("請求の訂正")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(fee_yen=0, travel_yen=0), name="correction_changes_something"
            ),
            models.CheckConstraint(
                condition=~Q(made_by=F("advisor")), name="correction_by_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.fee_yen:+d} {self.travel_yen:+d}"


class ClaimLine(models.Model):
    """A visit or a correction on a claim, with all that made its yen. Never changed.

    A claim that was given back lets its lines go (`released_at`); the next submission writes new
    ones. A visit or a correction stands on one claim at most.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="lines")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    visit = models.ForeignKey(
        "advisors.Visit", on_delete=models.PROTECT, null=True, related_name="+"
    )
    correction = models.ForeignKey(
        Correction, on_delete=models.PROTECT, null=True, related_name="+"
    )
    firm_name = models.CharField(_("企業"), max_length=200)
    visited_on = models.DateField(_("訪問日"))
    side = models.CharField(_("役割"), max_length=8, choices=list(codes.SIDES.items()))
    minutes = models.PositiveSmallIntegerField(_("訪問の時間（分）"))
    paid_minutes = models.PositiveSmallIntegerField(_("支払う時間（分）"))
    hour_yen = models.PositiveIntegerField(_("1時間の謝金（円）"))
    fee_table = models.PositiveSmallIntegerField(_("謝金表の版"))
    fee_yen = models.IntegerField(_("謝金（円）"))
    travel_yen = models.IntegerField(_("交通費（円）"))
    notes = models.JSONField(_("注意"), default=list)
    released_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("請求の明細")
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(released_at=None, visit__isnull=False),
                name="claim_line_visit_once",
            ),
            models.UniqueConstraint(
                fields=["correction"],
                condition=Q(released_at=None, correction__isnull=False),
                name="claim_line_correction_once",
            ),
            models.UniqueConstraint(
                fields=["claim", "round", "position"], name="claim_line_position"
            ),
            models.CheckConstraint(
                condition=Q(visit__isnull=False, correction=None, fee_yen__gte=0, travel_yen__gte=0)
                | Q(visit=None, correction__isnull=False),
                name="claim_line_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}-{self.position}"

    @property
    def total_yen(self) -> int:
        return self.fee_yen + self.travel_yen
