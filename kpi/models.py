"""Facts, the cells aggregated from them, ratios, targets and the nightly check (R1–R8: docs/kpi_facts.md)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Fact(models.Model):
    """Something that happened and counts. Append-only: a correction is a reversal plus a new row.

    `occurred_on` is the business date (Asia/Tokyo), `recorded_at` when we learnt of it, so that a
    past figure can be reproduced with `recorded_at <= watermark`. The ward is the one in which
    the service was given, frozen on that day (R3).

    The table has one more column, which only statements of `kpi.services` read: `month`, the months since
    the year 0 of `occurred_on`, made by the database; (month - 3) / 12 is the fiscal year.
    """

    event_type = models.CharField(max_length=40)
    event_key = models.CharField(max_length=64, help_text="what is counted once, e.g. application")
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    firm = models.ForeignKey("programs.Firm", on_delete=models.PROTECT, null=True, related_name="+")
    person_id = models.BigIntegerField(null=True)
    stage = models.PositiveSmallIntegerField(
        default=0, help_text="1–3; 0 where stages do not apply"
    )
    part = models.CharField(
        max_length=16, default="", help_text="what an indicator is split by, e.g. where from"
    )
    occurred_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    quantity = models.BigIntegerField(default=1, help_text="count, or yen where the type says so")
    source_table = models.CharField(max_length=60)
    source_pk = models.CharField(max_length=64)
    source_rev = models.CharField(max_length=64)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )

    class Meta:
        verbose_name = _("事実")
        constraints = [
            models.UniqueConstraint(
                fields=["event_type", "source_table", "source_pk", "source_rev"],
                condition=Q(reverses=None),
                name="fact_once",
            ),
            models.CheckConstraint(condition=Q(stage__lte=3), name="fact_stage"),
        ]
        indexes = [
            models.Index(fields=["event_type", "ward", "occurred_on"], name="fact_cell"),
            models.Index(fields=["event_type", "event_key"], name="fact_key"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_key} {self.occurred_on}"


class Pending(models.Model):
    """A fact that no cell has been recounted for yet. A trigger writes it with the fact."""

    fact = models.OneToOneField(
        Fact, on_delete=models.CASCADE, primary_key=True, related_name="pending"
    )

    class Meta:
        verbose_name = _("再集計を待つ事実")

    def __str__(self) -> str:
        return str(self.fact_id)


class Check(models.Model):
    """A nightly count of everything: how many stored figures had been wrong, and which.

    `versions` are the definitions of that night; `redefined` the indicators whose definition had
    changed since the night before, of which a difference is no mistake.
    """

    checked_at = models.DateTimeField(db_default=Now())
    as_of = models.DateField()
    wrong = models.PositiveIntegerField()
    lines = models.JSONField(default=list, help_text="the first of them, in words")
    redefined = models.JSONField(default=list)
    versions = models.JSONField(default=dict)
    undelivered = models.JSONField(default=list, help_text="handlers that owe facts, and how many")
    seconds = models.FloatField()

    class Meta:
        verbose_name = _("夜間の数え直し")

    def __str__(self) -> str:
        return f"{self.as_of}: {self.wrong}"


class Cell(models.Model):
    """An indicator's value for one ward and month; recomputed whole, never adjusted.

    Of a stock it is the month's change, of a level ("3-OP2/active") how it stood at the month's end,
    or as of the day of counting while the month runs.
    """

    indicator = models.CharField(max_length=24)
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="its first day")
    value = models.BigIntegerField(default=0)
    computed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("集計値")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "month", "ward"], name="cell_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="cell_month"),
        ]
        # Every page asks for the first month and the last counting: each is one end of an index.
        indexes = [
            models.Index(fields=["month"], name="cell_first_month"),
            models.Index(fields=["computed_at"], name="cell_counted_last"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.ward_id} {self.month:%Y-%m}: {self.value}"


class OutcomeCell(models.Model):
    """1-OC of the firms of one ward whose first completion falls in `month`, as of a day.

    Counts only: shares are made from their sums. It changes with the facts and, as firms mature,
    with the calendar; `lives` is `rules.Share.lives` as [day, invested, unseen]. `invested_stage1`
    to `3` are the firms whose first investment was an application of that stage.
    """

    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="its first day")
    completed = models.PositiveIntegerField(default=0)
    matured = models.PositiveIntegerField(default=0)
    invested = models.PositiveIntegerField(default=0)
    invested_stage1 = models.PositiveIntegerField(default=0)
    invested_stage2 = models.PositiveIntegerField(default=0)
    invested_stage3 = models.PositiveIntegerField(default=0)
    replied = models.PositiveIntegerField(default=0)
    invested_replied = models.PositiveIntegerField(default=0)
    lives = models.JSONField(default=list)
    as_of = models.DateField()
    computed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("成果の集計値")
        constraints = [
            models.UniqueConstraint(fields=["month", "ward"], name="outcome_cell_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="outcome_cell_month"),
            models.CheckConstraint(
                condition=Q(
                    matured__lte=models.F("completed"),
                    invested__lte=models.F("matured"),
                    replied__lte=models.F("matured"),
                    invested_replied__lte=models.F("replied"),
                ),
                name="outcome_cell_parts",
            ),
            models.CheckConstraint(
                condition=Q(
                    invested__gte=models.F("invested_stage1")
                    + models.F("invested_stage2")
                    + models.F("invested_stage3")
                ),
                name="outcome_cell_stages",
            ),
        ]

    def __str__(self) -> str:
        return f"1-OC {self.ward_id} {self.month:%Y-%m}: {self.invested}/{self.matured}"


class Quotient(models.Model):
    """Numerator and denominator of a ratio for one ward and period; ratios are made from their sums (R7).

    Written whole by the room that owns the indicator: 1-KGI (付加価値 千円 / 従業員 人, of a year),
    1-KSI (weighted answers of a wave), 2-KGI (`2-KGI/users` and `2-KGI/others`: sum of the winsorised
    growth in % / firms), 2-OC (firms that felt an effect / firms that answered, of the fiscal year).
    """

    indicator = models.CharField(max_length=24)
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    period = models.DateField(help_text="first day of the year, fiscal year or wave")
    numerator = models.DecimalField(max_digits=20, decimal_places=4)
    denominator = models.DecimalField(max_digits=20, decimal_places=4)
    n = models.PositiveIntegerField(
        help_text="how many answers, firms or establishments it rests on"
    )
    detail = models.JSONField(default=dict, help_text="what the room prints beside it")
    source = models.CharField(max_length=200, default="", help_text="of an external figure")
    as_of = models.DateField(help_text="the day as of which it was counted")
    computed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("比率の集計値")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "period", "ward"], name="quotient_once"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.ward_id} {self.period}: {self.numerator}/{self.denominator}"


class ProcessCell(models.Model):
    """A row of a process figure (`kpi.indicators.process`): sums of one ward, month and part."""

    code = models.CharField(max_length=16)
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="its first day")
    part = models.CharField(max_length=8, default="", help_text="days, or hour of the day")
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()

    class Meta:
        verbose_name = _("業務の集計値")
        constraints = [
            models.UniqueConstraint(fields=["code", "month", "ward", "part"], name="process_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.ward_id} {self.month:%Y-%m} {self.part}"


class Target(models.Model):
    """目標値 of an indicator for a fiscal year and a ward, with where it comes from."""

    indicator = models.CharField(max_length=10)
    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField()
    path = ArrayField(
        models.PositiveIntegerField(),
        default=list,
        help_text="totals due at the end of June, September and December; empty: evenly",
    )
    basis = models.CharField(_("根拠"), max_length=200)

    class Meta:
        verbose_name = _("目標値")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "fiscal_year", "ward"], name="target_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.ward_id} {self.fiscal_year}: {self.value}"
