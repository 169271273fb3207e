"""個人情報の写し: ordered, made by a worker, taken away, gone after a week."""

import csv
import datetime as dt
import io
import json
import logging
import uuid
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.accounts.models import User
from portal.accounts.policies import person_id
from portal.kernel import clock, locks
from portal.kernel.actor import Actor
from portal.kernel.audit import record
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from portal.notices.services import notify
from portal.notices.topics import PERSONAL_DATA
from portal.personal import holdings
from portal.personal.models import MOST_ATTEMPTS, DataCopy
from portal.ui.exports import neutral
from programs.models import FirmMembership

logger = logging.getLogger(__name__)

KEPT = dt.timedelta(days=7)
PURPOSE = "personal_data"
SYSTEM = Actor.system("personal.copies")


def copy_order(*, actor: Actor) -> DataCopy:
    """Have a worker make a copy; one that waits already is the answer, one that could not be made is
    tried again. Needs a fresh proof of identity (the view asks). Raises PermissionDenied.
    """
    user_id = person_id(actor)
    with acting(actor.elevated()):
        copy, new = DataCopy.objects.get_or_create(person_id=user_id, made_at=None)
        if new or copy.has_failed:
            DataCopy.objects.filter(pk=copy.pk).update(attempts=0)
            record(actor=actor, action="personal.copy_ordered", obj=copy)
        return copy


def copies_make(*, now: dt.datetime) -> int:
    """Make the copies that wait, each in a transaction of its own; returns how many. As a worker.

    One that cannot be made is tried again in the next rounds and stops nobody behind it.
    """
    with acting(SYSTEM):
        rows = DataCopy.objects.filter(made_at=None, attempts__lt=MOST_ATTEMPTS)
        waiting = list(rows.order_by("pk").values_list("pk", flat=True))
    return sum(_attempt(copy_id, now) for copy_id in waiting)


def _attempt(copy_id: int, now: dt.datetime) -> bool:
    """Whether it was made. The attempt counts whatever comes of it."""
    with locks.held(DataCopy, copy_id) as mine:
        if not mine:
            return False
        with acting(SYSTEM):
            DataCopy.objects.filter(pk=copy_id).update(attempts=F("attempts") + 1)
        try:
            with acting(SYSTEM):
                return _make(copy_id, now)
        except Exception:
            logger.exception("the copy %s could not be made", copy_id)
            with acting(SYSTEM):
                _tell_if_given_up(copy_id)
            return False


def _tell_if_given_up(copy_id: int) -> None:
    """After the last attempt, each time it was ordered: the person need not look for it."""
    copy = DataCopy.objects.filter(pk=copy_id, made_at=None).first()
    if copy is None or not copy.has_failed:
        return
    notify(
        event_key=f"personal.copy_failed.{copy.pk}.{clock.now():%Y%m%d%H%M%S}",
        recipients=[copy.person_id],
        subject=_("個人情報の写しを作れませんでした"),
        body=_("もう一度「写しを作る」を押してください。続くときは区の担当へご連絡ください。"),
        url=reverse("personal:own"),
        topic=PERSONAL_DATA,
    )


def _make(copy_id: int, now: dt.datetime) -> bool:
    rows = DataCopy.objects.select_for_update(of=("self",)).select_related("person")
    copy = rows.filter(pk=copy_id, made_at=None, person__is_active=True).first()
    if copy is None:
        return False
    copy.stored_file = files.store_generated(
        actor=Actor.system("personal.copies"),
        content=_bundle(copy.person),
        name=f"personal-data-{clock.to_date(now)}.zip",
        content_type="application/zip",
        purpose=PURPOSE,
        ward_id=None,
        firm_id=None,
    )
    copy.made_at, copy.expires_at = now, now + KEPT
    copy.save(update_fields=["stored_file", "made_at", "expires_at"])
    notify(
        event_key=f"personal.copy.{copy.pk}",
        recipients=[copy.person_id],
        subject=_("個人情報の写しができました"),
        body=_("7日の間、受け取れます。受け取るときに、もう一度ご本人か確かめます。"),
        url=reverse("personal:own"),
        topic=PERSONAL_DATA,
    )
    record(actor=SYSTEM, action="personal.copy_made", obj=copy)
    return True


def _bundle(user: User) -> IO[bytes]:
    """The ZIP: one JSON of everything, a page to read, a sheet a table, the person's own files."""
    found = list(holdings.holdings(user.pk))
    stream = io.BytesIO()
    with override(user.language), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        parts = [_part(one) for one in found]
        trail = list(
            AuditRow.objects.filter(actor_id=user.pk)
            .order_by("at", "pk")
            .values("at", "action", "hat", "object_type", "object_id")
        )
        everything = {"person": user.pk, "tables": parts, "trail": trail}
        made.writestr(
            "data.json", json.dumps(everything, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
        )
        context = {"parts": parts, "trail": len(trail), "user": user}
        made.writestr("index.html", render_to_string("personal/bundle.html", context))
        for part in parts:
            made.writestr(f"tables/{part['table']}.csv", _sheet(part["rows"]))
        for stored in _files(user):
            _add(made, stored)
    stream.seek(0)
    return stream


def _files(user: User) -> Iterator[StoredFile]:
    """What the person handed in for a firm that they still belong to. What somebody of the staff has
    made (lists, bundles, letters) or filed is of others, and has its own way out.
    """
    firms = FirmMembership.objects.filter(user=user, valid_to=None).values_list(
        "firm_id", flat=True
    )
    rows = StoredFile.objects.filter(owner_user_id=user.pk, state="clean", firm_id__in=list(firms))
    return (row for row in rows.order_by("pk") if row.is_available)


def _part(one: holdings.Holding) -> dict[str, Any]:
    why, how_long = holdings.reason_of(one.table.model._meta.app_label)
    return {
        "table": one.table.label if one.is_about else f"{one.table.label}.acts",
        "name": one.table.name,
        "is_about": one.is_about,
        "why": str(why),
        "how_long": str(how_long),
        "rows": one.rows,
    }


def _sheet(rows: list[dict[str, Any]]) -> str:
    """CSV with a mark for Excel; a text that a sheet would take for a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows[0].keys())
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
    return str(neutral("" if value is None else str(value)))


def _add(made: zipfile.ZipFile, stored: StoredFile) -> None:
    try:
        with storage.private().open(stored.storage_key) as content:
            made.writestr(f"files/{stored.pk}.{stored.extension}", content.read())
    except FileNotFoundError:
        made.writestr(f"files/{stored.pk}.missing.txt", stored.sha256)


def copy_open(*, actor: Actor, public_id: uuid.UUID, now: dt.datetime) -> tuple[IO[bytes], str]:
    """The file and its name. Raises DataCopy.DoesNotExist for others', and when it is gone."""
    user_id = person_id(actor)
    with acting(actor.elevated()):
        copy = DataCopy.objects.select_related("stored_file").get(
            public_id=public_id, person_id=user_id, expires_at__gt=now
        )
        stored = copy.stored_file
        if stored is None or not stored.is_available:
            raise DataCopy.DoesNotExist
        record(actor=actor, action="personal.copy_taken", obj=copy)
        return storage.private().open(stored.storage_key), stored.original_name


def waiting_drop(*, user_id: int) -> None:
    """Nobody waits for it any more; one that is being made is waited for. As the system."""
    DataCopy.objects.filter(person_id=user_id, made_at=None).delete()


def copies_expire(*, now: dt.datetime, user_id: int | None = None) -> int:
    """Erase the files whose week is over, or all of a person. As the system."""
    rows = DataCopy.objects.select_related("stored_file").filter(stored_file__erased_at=None)
    rows = rows.exclude(stored_file=None)
    rows = rows.filter(expires_at__lte=now) if user_id is None else rows.filter(person_id=user_id)
    with transaction.atomic():
        for copy in rows:
            if copy.stored_file is not None:
                files.delete(actor=SYSTEM, stored=copy.stored_file, now=now)
        return len(rows)
