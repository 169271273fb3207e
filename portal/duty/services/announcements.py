"""Posting, reading and withdrawing an announcement."""

import datetime as dt
from collections.abc import Iterable
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.accounts.policies import person_id
from portal.duty.models import Announcement, ReadMark
from portal.duty.policies import may_withdraw, reads_announcements
from portal.duty.selectors.announcements import visible_announcements
from portal.duty.services.errors import Refused
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.kernel.files.rules import DOCUMENTS
from portal.kernel.transitions import RoleMissing

# So many days ahead: a mistyped year (3026) would wait for good.
MOST_AHEAD = 366
# One that is shown for longer belongs into the manual.
MOST_DAYS = 366
PURPOSE = "announcement"
DOUBLE = gettext_lazy("同じ内容のお知らせを、もう載せています。")


def announcement_post(
    *,
    actor: Actor,
    title: str,
    text: str,
    wards: Iterable[int],
    from_on: dt.date,
    until_on: dt.date,
    paper: UploadedFile | None = None,
) -> Announcement:
    """Tell the officials of these wards (none: of all). Raises RoleMissing, Refused, UploadRefused."""
    if not reads_announcements(actor):
        raise RoleMissing
    if until_on < from_on:
        raise Refused(_("最終日は初日以降の日にしてください。"))
    today = clock.to_date(clock.database_now())
    if until_on < today:
        raise Refused(_("掲示の最終日が過ぎています。今日以降の日にしてください。"))
    if (from_on - today).days > MOST_AHEAD:
        raise Refused(_("掲示の初日は、今日から1年以内の日にしてください。年を確かめてください。"))
    if (until_on - from_on).days >= MOST_DAYS:
        raise Refused(_("掲示は1年までです。最終日を早めてください。"))
    author = person_id(actor)
    told = {
        "ward_id": actor.ward_id,
        "author_id": author,
        "title": title.strip(),
        "text": text.strip(),
        "wards": sorted(set(wards)),
        "from_on": from_on,
        "until_on": until_on,
    }
    if Announcement.objects.filter(**told, withdrawn_at=None).exists():
        raise Refused(DOUBLE)
    # Outside the transaction of the act: a refused file leaves its row.
    stored = _taken_in(actor, paper) if paper else None
    with transaction.atomic():
        # A button pressed twice at once: the second waits here and finds the first.
        User.objects.select_for_update().get(pk=author)
        if Announcement.objects.filter(**told, withdrawn_at=None).exists():
            raise Refused(DOUBLE)
        row = Announcement.objects.create(
            **told,
            author_name=actor.name,
            stored_file_id=stored.pk if stored else None,
            file_name=stored.original_name if stored else "",
        )
        audit.record(
            actor=actor,
            action="duty.announced",
            obj=row,
            detail={"wards": row.wards, "from": from_on, "until": until_on, "paper": bool(stored)},
        )
        return row


def _taken_in(actor: Actor, paper: UploadedFile) -> StoredFile:
    return files.store_upload(
        actor=actor,
        uploaded=paper,
        purpose=PURPOSE,
        ward_id=actor.ward_id,
        firm_id=None,
        rules=DOCUMENTS,
    )


def announcement_paper(*, actor: Actor, announcement_id: int) -> tuple[StoredFile, IO[bytes]]:
    """The paper for one reader, who is written down. Raises Announcement.DoesNotExist,
    FileUnavailable (still being scanned).
    """
    rows = visible_announcements(actor).filter(withdrawn_at=None, stored_file__isnull=False)
    row = rows.get(pk=announcement_id)
    with acting(actor.elevated()):
        stored = StoredFile.objects.get(pk=row.stored_file_id)
        return stored, files.open_for_download(actor=actor, stored=stored, may=True)


def announcement_read(*, actor: Actor, announcement_id: int) -> None:
    """Mark it as read by the person; twice is once. Raises Announcement.DoesNotExist."""
    row = visible_announcements(actor).get(pk=announcement_id)
    ReadMark.objects.bulk_create(
        [ReadMark(announcement_id=row.pk, user_id=person_id(actor))], ignore_conflicts=True
    )


def announcement_withdraw(*, actor: Actor, announcement_id: int) -> Announcement:
    """Take it down: the own, or of the own office where one's author may be gone
    (`may_withdraw`). Raises Announcement.DoesNotExist, RoleMissing for others', Refused.
    """
    with transaction.atomic():
        rows = visible_announcements(actor).select_for_update(of=("self",))
        row: Announcement = rows.get(pk=announcement_id)
        if not may_withdraw(actor, row):
            raise RoleMissing
        if row.withdrawn_at is not None:
            raise Refused(_("このお知らせはすでに取り下げられています。"))
        Announcement.objects.filter(pk=row.pk).update(
            withdrawn_at=Now(), withdrawn_by_id=actor.user_id
        )
        audit.record(actor=actor, action="duty.announcement_withdrawn", obj=row)
        return row
