"""商談会: the event, who takes part, whom they wish to meet, and the timetable."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama.exchange import states
from lab.nakama.exchange.rules.timetable import clock_of
from portal.kernel.transitions import State
from programs.models.keys import person_key, ward_key


def _firm() -> models.ForeignKey:
    return models.ForeignKey("programs.Firm", on_delete=models.PROTECT, related_name="+")


class Fair(models.Model):
    """A 商談会 of a lab (`ward` is its host). Buyers sit at tables, sellers go from one to the next."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ward = ward_key()
    name = models.CharField(_("名称"), max_length=80)
    place = models.CharField(_("会場"), max_length=120)
    day = models.DateField(_("開催日"))
    starts = models.TimeField(_("最初の商談の時刻"))
    slots = models.PositiveSmallIntegerField(_("商談の回数（20分ずつ）"))
    tables = models.PositiveSmallIntegerField(_("テーブルの数（発注側の社数）"))
    closes_on = models.DateField(_("申込みと希望の締切"))
    status = models.CharField(
        _("状態"), max_length=9, default=states.COLLECTING, choices=states.FAIR.choices
    )
    reason = models.TextField(_("中止の理由"), blank=True)
    made_by = person_key(db_index=False)

    class Meta:
        verbose_name = _("商談会")
        ordering = ["-day", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(slots__gte=1, slots__lte=20, tables__gte=1), name="fair_has_room"
            ),
            models.CheckConstraint(condition=Q(closes_on__lte=F("day")), name="fair_closes_before"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> State:
        return states.FAIR.state(self.status)

    def times(self, slot: int) -> str:
        """「13:20～13:40」."""
        return "～".join(clock_of(self.starts, slot))


class FairEntry(models.Model):
    """A firm that takes part. `table` is a buyer's, given with the timetable."""

    class Side(models.TextChoices):
        BUYER = "buyer", _("発注側")
        SELLER = "seller", _("受注側")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="entries")
    ward = ward_key()
    firm = _firm()
    firm_name = models.CharField(_("企業名"), max_length=200)
    side = models.CharField(_("立場"), max_length=6, choices=Side)
    seeks = models.CharField(_("求めるもの・できること"), max_length=200)
    table = models.PositiveSmallIntegerField(_("テーブル"), null=True)
    entered_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    entered_by = person_key(db_index=False)

    class Meta:
        verbose_name = _("商談会の参加")
        ordering = ["side", "table", "id"]
        constraints = [
            models.UniqueConstraint(fields=["fair", "firm"], name="fairentry_once"),
            models.UniqueConstraint(
                fields=["fair", "table"],
                condition=Q(withdrawn_at=None),
                name="fairentry_one_at_a_table",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_name} {self.get_side_display()}"


class FairWish(models.Model):
    """Whom an entry wishes to meet; seen by itself and the staff only."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="wishes")
    entry = models.ForeignKey(FairEntry, on_delete=models.PROTECT, related_name="wishes")
    other = models.ForeignKey(FairEntry, on_delete=models.PROTECT, related_name="+")
    firm = _firm()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "other"], name="fairwish_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.other_id}"


class FairMeeting(models.Model):
    """An appointment. One that was cancelled stays, with its slot free again."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="meetings")
    buyer = models.ForeignKey(FairEntry, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(FairEntry, on_delete=models.PROTECT, related_name="+")
    buyer_firm = _firm()
    seller_firm = _firm()
    slot = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(db_default=Now())
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("商談")
        ordering = ["slot", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["buyer", "slot"],
                condition=Q(cancelled_at=None),
                name="fairmeeting_buyer_once",
            ),
            models.UniqueConstraint(
                fields=["seller", "slot"],
                condition=Q(cancelled_at=None),
                name="fairmeeting_seller_once",
            ),
            models.UniqueConstraint(
                fields=["buyer", "seller"],
                condition=Q(cancelled_at=None),
                name="fairmeeting_pair_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buyer_id} × {self.seller_id} #{self.slot}"
