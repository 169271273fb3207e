"""Bytes that no row knows: what a crash between writing and committing leaves behind."""

import datetime as dt

from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile

# How long bytes without a row may lie: longer than any request or task runs.
ORPHAN_AGE = dt.timedelta(hours=24)


def sweep(*, now: dt.datetime) -> int:
    """Remove them; returns how many.

    Daily, within `acting(system)`: anybody else does not see all rows.
    """
    removed = 0
    for prefix in (storage.QUARANTINE, storage.CLEAN):
        for key in storage.keys(prefix):
            if storage.modified_at(key) > now - ORPHAN_AGE or _is_known(key):
                continue
            storage.erase(key)
            removed += 1
    return removed


def _is_known(key: str) -> bool:
    rows = StoredFile.objects.filter(storage_key=key) | StoredFile.objects.filter(preview_key=key)
    return rows.exists()
