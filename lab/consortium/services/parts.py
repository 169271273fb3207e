"""The shape of a write, and papers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext as _

from lab.consortium.services.errors import Refused
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.kernel.files.rules import DOCUMENTS
from programs.models import Site

# A day further back than this is a slip of the hand, or belongs to no year that is still counted.
OLDEST_DAYS = 3 * 366


def too_old() -> str:
    """What is said of such a day."""
    return _("3年より前の日です。年を確かめてください。")


@contextmanager
def writing[Row: models.Model](actor: Actor, seen: Row) -> Iterator[Row]:
    """The row, locked, in a transaction that writes as the system. `seen` came by the policy."""
    with transaction.atomic(), acting(actor.elevated()):
        yield type(seen)._default_manager.select_for_update().get(pk=seen.pk)


def wards_of(firm_id: int) -> list[int]:
    """Where the firm works: the wards of its open sites."""
    rows = Site.objects.filter(firm_id=firm_id, closed_on=None)
    return sorted(set(rows.values_list("ward_id", flat=True)))


def paper_in(
    actor: Actor, uploaded: UploadedFile | None, purpose: str, firm_id: int | None
) -> StoredFile:
    """A paper handed in. Raises Refused (none), UploadRefused (too large, of another kind).

    Outside the transaction of the act: a refused file leaves its row. Of no ward, so that no
    official sees it by the file's row policy: these papers have readers of their own.
    """
    if uploaded is None:
        raise Refused(_("ファイルを選んでください。PDF、Word、Excelを受け取れます。"))
    return files.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=purpose,
        ward_id=None,
        firm_id=firm_id,
        rules=DOCUMENTS,
    )


def paper_out(actor: Actor, stored_id: Any) -> tuple[StoredFile, IO[bytes]]:
    """A paper for one person, written down. The caller has asked the policy of what it belongs to.

    Raises FileUnavailable (erased, still being scanned).
    """
    with acting(actor.elevated()):
        stored = StoredFile.objects.get(pk=stored_id)
        return stored, files.open_for_download(actor=actor, stored=stored, may=True)
