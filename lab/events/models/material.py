"""資料 of an event."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.events.codes import Shown
from lab.events.models.events import Event
from programs.models.keys import person_key


class Material(models.Model):
    """A file for those who take part, or for those who came."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="materials")
    title = models.CharField(_("題"), max_length=100)
    shown = models.CharField(
        _("受け取れる方"), max_length=10, choices=Shown, default=Shown.ATTENDED
    )
    stored_file = models.OneToOneField(
        "kernel.StoredFile", on_delete=models.PROTECT, related_name="+"
    )
    added_by = person_key(db_index=False)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("催しの資料")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title
