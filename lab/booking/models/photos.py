"""設備の写真, as everybody may see it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.booking.models.machines import Machine
from programs.models.keys import person_key


class MachinePhoto(models.Model):
    """The small picture of a machine, re-encoded from what the staff sent, which is not kept.

    It is public and a few ten KB, so it lies with the machine: no file to give out and no trail of
    looks. `digest` of the bytes stands in its address, so that browsers may keep it.
    """

    machine = models.OneToOneField(Machine, on_delete=models.CASCADE, related_name="photo")
    picture = models.BinaryField()
    digest = models.CharField(max_length=16)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    alt = models.CharField(_("写真の説明"), max_length=120)
    added_by = person_key(null=True, db_index=False)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("設備の写真")
        constraints = [
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="machinephoto_has_words",
                violation_error_message=_("写真の説明を入力してください。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.machine_id} {self.digest}"
