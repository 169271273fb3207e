"""Tables of the selection (採択)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key, ward_key
from subsidies.selection import rules, states


class Selection(models.Model):
    """採択の案 of a call: the ranking as it stood when it was proposed, frozen with its digest.

    `result` holds every number, bonus line and reason (selectors.result); neither it nor `sha256`
    nor `budget_yen` (円) changes: a trigger refuses it. `is_separate`: the decision (交付決定) comes
    only after the quotes were checked; otherwise it may be proposed at once.
    """

    call = models.ForeignKey("subsidies.Call", on_delete=models.PROTECT, related_name="selections")
    ward = ward_key()
    status = models.CharField(
        _("状態"),
        max_length=12,
        default=states.PROPOSED,
        choices=states.SELECTION.choices,
    )
    is_separate = models.BooleanField(_("見積の確認の後に交付を決定する"), default=True)
    budget_yen = models.PositiveBigIntegerField(_("予算（円）"))
    result = models.JSONField(_("順位と採択の案"))
    sha256 = models.CharField(max_length=64)
    reason = models.TextField(_("起案の理由"))
    prepared_by = person_key(db_index=False)
    prepared_at = models.DateTimeField(db_default=Now())
    approved_by = person_key(null=True, db_index=False)
    approved_at = models.DateTimeField(null=True)
    # Paper → its 文書番号, taken with the approval.
    document_numbers = models.JSONField(_("文書番号"), default=dict)

    class Meta:
        verbose_name = _("採択")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(status__in=[states.PROPOSED, states.APPROVED]),
                name="selection_once_per_call",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                name="selection_four_eyes",
                violation_error_message=_("起案した人は決裁できません。"),
            ),
            models.CheckConstraint(
                condition=~Q(status=states.APPROVED)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="selection_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.get_status_display()}"

    @property
    def amount_yen(self) -> int:
        """採択額の合計 (円): what 専決 is measured by."""
        return sum(line["amount_yen"] for line in self.result["lines"])


class Choice(models.Model):
    """What an approved selection means for one application. `amount_yen` is 円, 0 unless selected.

    The waiting list is in order of `rank`. `quotes_checked_at`: the selected firm's quotes were
    looked at, so that its decision may be proposed.
    """

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="choices")
    ward = ward_key()
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")
    application = models.OneToOneField(
        "subsidies.Application", on_delete=models.PROTECT, related_name="choice"
    )
    status = models.CharField(
        _("結果"),
        max_length=12,
        default=states.WAITING,
        choices=states.CHOICE.choices,
    )
    rank = models.PositiveIntegerField(_("順位"), null=True)
    wanted_yen = models.PositiveBigIntegerField(_("補助額（円）"))
    amount_yen = models.PositiveBigIntegerField(_("採択額（円）"), default=0)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("決定日時"), db_default=Now())
    promoted_at = models.DateTimeField(_("繰上げ日時"), null=True)
    quotes_checked_by = person_key(null=True, db_index=False)
    quotes_checked_at = models.DateTimeField(_("見積の確認日時"), null=True)

    class Meta:
        verbose_name = _("採択の結果")
        ordering = ["rank", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=states.SELECTED, amount_yen__gt=0, rank__isnull=False)
                | ~Q(status=states.SELECTED) & Q(amount_yen=0),
                name="choice_amount",
            ),
            models.CheckConstraint(
                condition=Q(amount_yen__lte=F("wanted_yen")), name="choice_within_request"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.get_status_display()}"


class Mark(models.Model):
    """注意: officials note a suspect or linked applicant with a reason; it decides nothing.

    Only `is_held` takes the application out of the selection, and the result says so.
    """

    class Kind(models.TextChoices):
        SUSPECT = "suspect", _("内容に疑いがある")
        LINKED = "linked", _("ほかの申請者と関係がある")

    application = models.ForeignKey(
        "subsidies.Application", on_delete=models.PROTECT, related_name="marks"
    )
    ward = ward_key()
    kind = models.CharField(_("種類"), max_length=12, choices=Kind)
    is_held = models.BooleanField(_("採択の対象から外す"), default=False)
    reason = models.CharField(_("理由"), max_length=300)
    made_by = person_key(db_index=False)
    made_at = models.DateTimeField(db_default=Now())
    lifted_by = person_key(null=True, db_index=False)
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.CharField(_("解いた理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("注意")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="mark_has_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | ~Q(lifted_reason=""), name="mark_lifted_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.get_kind_display()}"


class Minutes(models.Model):
    """議事録 of the committee's meeting on a call. `present` lists numbers of its members.

    May be corrected until the selection is approved; the ward's minutes are then what was approved.
    """

    class ChairVote(models.TextChoices):
        FOR = "for", _("可とする")
        AGAINST = "against", _("否とする")

    call = models.OneToOneField("subsidies.Call", on_delete=models.PROTECT, related_name="minutes")
    ward = ward_key()
    held_on = models.DateField(_("開催日"))
    place = models.CharField(_("場所"), max_length=120)
    present = models.JSONField(_("出席した委員の番号"), default=list)
    votes_for = models.PositiveSmallIntegerField(_("賛成"))
    votes_against = models.PositiveSmallIntegerField(_("反対"), default=0)
    votes_abstained = models.PositiveSmallIntegerField(_("棄権"), default=0)
    chair_vote = models.CharField(
        _("可否同数のときの委員長の決定"), max_length=8, blank=True, choices=ChairVote
    )
    remarks = models.TextField(_("議事の要旨"))
    kept_by = person_key(db_index=False)
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("議事録")

    def __str__(self) -> str:
        return f"{self.call_id} {self.held_on}"

    @property
    def is_carried(self) -> bool:
        """可決: by the majority of those present, or by the chair in a tie."""
        return self._vote == rules.Vote.CARRIED

    @property
    def was_tied(self) -> bool:
        """The chair's vote decided."""
        return bool(self.chair_vote)

    @property
    def _vote(self) -> rules.Vote:
        there = len(self.present)
        return rules.vote(there, self.votes_for, self.votes_against, self.chair_vote)
