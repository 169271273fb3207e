"""区の間のお知らせ: what officials and policy staff tell the wards; never a firm."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.duty.models.absences import person_key


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """The one place that says which are shown on a day."""

    def shown_on(self, today: dt.date) -> "AnnouncementQuerySet":
        return self.filter(from_on__lte=today, until_on__gte=today, withdrawn_at=None)


class Announcement(models.Model):
    """Shown to the officials of `wards` (none: of all) from `from_on` to `until_on`.

    `ward` is where it comes from, empty for policy staff. One paper may hang on it.
    """

    ward = models.ForeignKey("programs.Ward", on_delete=models.PROTECT, null=True, related_name="+")
    author = person_key()
    author_name = models.CharField(max_length=150)
    title = models.CharField(_("見出し"), max_length=100)
    text = models.TextField(_("本文"))
    wards = ArrayField(models.PositiveIntegerField(), default=list)
    # Its readers are this row's; the file's own row is its ward's (kernel).
    stored_file = models.ForeignKey(
        "kernel.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    file_name = models.CharField(_("添付ファイル"), max_length=200, blank=True, default="")
    from_on = models.DateField(_("掲示の初日"))
    until_on = models.DateField(_("掲示の最終日"))
    posted_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = person_key(null=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("区の間のお知らせ")
        ordering = ["-from_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="announcement_period"
            )
        ]
        indexes = [models.Index(fields=["-until_on"], name="announcement_shown")]

    def __str__(self) -> str:
        return self.title


class ReadMark(models.Model):
    """A person has read it."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.CASCADE, related_name="read_marks"
    )
    user = person_key()
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("既読")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "user"], name="announcement_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.user_id}"
