"""Who can be sent, and what a visit is paid."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from advisors import codes
from programs.models.keys import person_key, ward_key


class Advisor(models.Model):
    """名簿 entry of a DXアドバイザー. `ward` keeps it; `wards` are the codes where they are sent.

    Lists hold codes of advisors.codes; `vendors` the names of firms they sell for or belong to.
    `capacity` counts visits a month, over all wards. `revision` counts saves, for stale tabs.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="+")
    sides = models.JSONField(_("担当できる役割"), default=list)
    qualifications = models.JSONField(_("資格・経験"), default=list)
    fields = models.JSONField(_("得意な分野"), default=list)
    wards = models.JSONField(_("訪問できる区"), default=list)
    languages = models.JSONField(_("対応できる言語"), default=list)
    vendors = models.JSONField(_("利害関係のある業者"), default=list)
    capacity = models.PositiveSmallIntegerField(_("1か月に訪問できる回数"))
    contract_from = models.DateField(_("契約の開始日"))
    contract_to = models.DateField(_("契約の終了日"))
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("相談員の名簿")
        ordering = ["id"]
        indexes = [models.Index(fields=["ward"], name="advisor_by_ward")]
        constraints = [
            models.CheckConstraint(
                condition=Q(contract_to__gte=F("contract_from")), name="advisor_contract_order"
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=60), name="advisor_capacity"
            ),
        ]

    def __str__(self) -> str:
        return self.user.name

    @property
    def side_words(self) -> str:
        return codes.words(codes.SIDES, self.sides)

    @property
    def qualification_words(self) -> str:
        return codes.words(codes.QUALIFICATIONS, self.qualifications)

    @property
    def field_words(self) -> str:
        return codes.words(codes.FIELDS, self.fields)

    @property
    def language_words(self) -> str:
        return codes.words(codes.LANGUAGES, self.languages)


class FeeTable(models.Model):
    """謝金表 of a ward, by versions: what a visit is paid from a day on (円, 税込).

    Never changed once published; a new version replaces it from its day on. Drafted by one
    official, published by another.
    """

    ward = ward_key()
    number = models.PositiveSmallIntegerField(_("版"))
    valid_from = models.DateField(_("適用開始日"))
    it_hour_yen = models.PositiveIntegerField(_("IT担当の1時間の謝金（円）"))
    floor_hour_yen = models.PositiveIntegerField(_("現場担当の1時間の謝金（円）"))
    most_minutes = models.PositiveSmallIntegerField(_("1回に支払う時間の上限（分）"))
    most_travel_yen = models.PositiveIntegerField(_("1回の交通費の上限（円）"))
    most_visits = models.PositiveSmallIntegerField(_("1社に支払う訪問の上限（回）"))
    basis = models.CharField(_("根拠"), max_length=200)
    drafted_by = person_key(db_index=False)
    drafted_at = models.DateTimeField(db_default=Now())
    published_by = person_key(null=True, db_index=False)
    published_at = models.DateTimeField(_("確定した日時"), null=True)

    class Meta:
        verbose_name = _("謝金表")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["ward", "number"], name="fee_table_version"),
            models.CheckConstraint(
                condition=Q(published_by=None, published_at=None)
                | (Q(published_at__isnull=False) & ~Q(published_by=F("drafted_by"))),
                name="fee_table_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id} v{self.number}"

    def hour_yen(self, side: str) -> int:
        """円 an hour for that place of the team."""
        return self.it_hour_yen if side == codes.IT else self.floor_hour_yen
