"""How much a firm may keep: decided by one conditional UPDATE, so that no race overdraws it.

Rows are written as the system, because a firm may read its own quota but not change it.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import models

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files.models import FirmQuota

MAX_FILES = 5_000


class QuotaExceeded(Exception):
    """The firm's space or number of files is used up."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes and files in use, and their limits."""

    used_bytes: int
    max_bytes: int
    used_files: int
    max_files: int

    def has_room_for(self, size: int) -> bool:
        return self.used_bytes + size <= self.max_bytes and self.used_files < self.max_files


def usage(*, firm_id: int) -> Usage:
    """What the firm uses now; for display and for refusing early. Not binding."""
    row = FirmQuota.objects.filter(pk=firm_id).first() or FirmQuota(firm_id=firm_id)
    return Usage(row.used_bytes, settings.FILES_FIRM_QUOTA_BYTES, row.used_files, MAX_FILES)


def charge(*, actor: Actor, firm_id: int, size: int) -> None:
    """Reserve `size` bytes within the caller's transaction. Raises QuotaExceeded.

    Locks the firm's row until that transaction ends.
    """
    limit = settings.FILES_FIRM_QUOTA_BYTES
    with acting(actor.elevated()):
        FirmQuota.objects.bulk_create([FirmQuota(firm_id=firm_id)], ignore_conflicts=True)
        charged = FirmQuota.objects.filter(
            pk=firm_id, used_bytes__lte=limit - size, used_files__lt=MAX_FILES
        ).update(used_bytes=models.F("used_bytes") + size, used_files=models.F("used_files") + 1)
    if not charged:
        raise QuotaExceeded


def give_back(*, actor: Actor, firm_id: int, size: int) -> None:
    """Free what a deleted or refused file had reserved."""
    with acting(actor.elevated()):
        FirmQuota.objects.filter(pk=firm_id).update(
            used_bytes=models.F("used_bytes") - size, used_files=models.F("used_files") - 1
        )
