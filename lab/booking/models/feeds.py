"""Private addresses of calendars (iCalendar)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.keys import person_key


class Feed(models.Model):
    """How often a person has asked for another address of one calendar; whoever never has, has no row.

    `kind` says whose calendar it is, `place` which firm's or lab's. An address bears the `number` under
    which it was given out, and works as long as that is the newest.
    """

    class Kind(models.TextChoices):
        FIRM = "f", _("企業のラボの予約")
        LAB = "l", _("ラボの予約")
        EVENTS = "e", _("ラボの催し")

    kind = models.CharField(max_length=1, choices=Kind)
    place = models.PositiveBigIntegerField()
    person = person_key(db_index=False)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("カレンダーのアドレス")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "place"], name="lab_feed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.place} {self.person_id}"
