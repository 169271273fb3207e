"""不在・代理: who is away when, and who stands in."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def person_key(**more: object) -> models.ForeignKey:
    """A person of the staff."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more
    )


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """The one place that says which absences count on a day."""

    def live_on(self, today: dt.date) -> "AbsenceQuerySet":
        """Begun, not over and not ended early."""
        return self.filter(from_on__lte=today, to_on__gte=today, ended_at=None)

    def touching(self, from_on: dt.date, to_on: dt.date) -> "AbsenceQuerySet":
        """Those that count on any of these days."""
        return self.filter(from_on__lte=to_on, to_on__gte=from_on, ended_at=None)


class Absence(models.Model):
    """An official of a ward is away from `from_on` to `to_on`, both included; `deputy` stands in.

    `may_decide`: the deputy decides in the place of an absent approver (代決). It begins and ends
    by itself; `ended_at` ends it at once. Rows are never deleted.
    """

    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, related_name="+")
    user = person_key()
    deputy = person_key()
    from_on = models.DateField(_("不在の初日"))
    to_on = models.DateField(_("不在の最終日"))
    may_decide = models.BooleanField(_("代決を認める"), default=False)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    recorded_by = person_key()
    recorded_at = models.DateTimeField(db_default=Now())
    ended_by = person_key(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("不在")
        ordering = ["from_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="absence_period"),
            models.CheckConstraint(
                condition=~Q(user=F("deputy")), name="absence_deputy_is_another"
            ),
            ExclusionConstraint(
                name="absence_once_a_day",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("ward"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("from_on"),
                            F("to_on"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(ended_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["deputy", "to_on"], name="absence_of_deputy"),
            models.Index(fields=["ward", "to_on"], name="absence_of_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} – {self.to_on}"
